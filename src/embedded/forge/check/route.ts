import { somebody } from "../access.ts";
import { appOfCaller } from "../app/caller.ts";
import { logTo, nowOf } from "../forge.ts";
import { readCommit } from "../git/history.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound, Problem } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { repositoryView } from "../view/repository.ts";
import { commitNamed } from "./commit.ts";
import { runIn, unsaid } from "./input.ts";
import { type CheckRun, type CheckSuite, checkRuns, checkShas, checkSuites, latestRuns, scopeOf } from "./record.ts";
import { suiteFor, writeRun } from "./report.ts";
import { checkRunView, checkSuiteView } from "./view.ts";

const base = "/repos/{owner}/{repo}";

/** Routes of check runs and suites. GitHub lets only apps report runs; here everybody may who may write. */
export const checkRoutes: readonly Route[] = [
  onRepository("POST", `${base}/check-runs`, "write", createRun),
  onRepository("GET", `${base}/check-runs/{check_run_id}`, "read", (call) =>
    ok(checkRunView(call.forge, call.repository, runOf(call))),
  ),
  onRepository("PATCH", `${base}/check-runs/{check_run_id}`, "write", updateRun),
  onRepository("GET", `${base}/commits/{ref}/check-runs`, "read", async (call) => {
    const { sha } = await commitNamed(call.forge, call.repository, call.params["ref"] ?? "");
    return listRuns(call, sha, () => true);
  }),
  onRepository("GET", `${base}/commits/{ref}/check-suites`, "read", listSuites),
  onRepository("GET", `${base}/check-suites/{check_suite_id}`, "read", async (call) => {
    return ok(await fullSuite(call, suiteOf(call)));
  }),
  onRepository("GET", `${base}/check-suites/{check_suite_id}/check-runs`, "read", (call) => {
    const suite = suiteOf(call);
    return listRuns(call, suite.headSha, ({ suiteId }) => suiteId === suite.id);
  }),
];

function runOf({ forge, repository, params }: RepositoryCall): CheckRun {
  const id = Number(params["check_run_id"]);
  const sha = forge.store.get(checkShas, repository.id, id);
  const run = sha && forge.store.get(checkRuns, scopeOf(repository, sha), id);
  if (!run) throw notFound();
  return run;
}

function suiteOf({ forge, repository, params }: RepositoryCall): CheckSuite {
  const id = Number(params["check_suite_id"]);
  const sha = forge.store.get(checkShas, repository.id, id);
  const suite = sha && forge.store.get(checkSuites, scopeOf(repository, sha), id);
  if (!suite) throw notFound();
  return suite;
}

async function createRun(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("CheckRun");
  const name = input.text("name");
  const commit = await commitNamed(forge, repository, input.text("head_sha"));
  const caller = somebody(call.caller);
  forge.quota.create(caller.credential);
  const said = runIn(input, unsaid, nowOf(forge));
  const run = forge.store.transact((transaction) => {
    const place = { forge, repository, caller, commit };
    const suite = suiteFor(transaction, place);
    const made: CheckRun = {
      ...{ id: transaction.next("id"), suiteId: suite.id, name, headSha: commit.sha },
      ...{ appId: suite.appId, by: caller.user.login, ...said },
    };
    transaction.put(checkShas, repository.id, made.id, commit.sha);
    writeRun(transaction, place, made);
    logTo(transaction, forge, { actor: made.by, action: "check.create", subject: name, repository, sha: commit.sha });
    return made;
  });
  const view = checkRunView(forge, repository, run);
  return created(view, String(view["url"]));
}

async function updateRun(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("CheckRun");
  const before = runOf(call);
  const caller = somebody(call.caller);
  if (before.appId !== null && appOfCaller(forge.store, caller)?.id !== before.appId) {
    throw new Problem(
      403,
      `Invalid app_id ${before.appId}: a check run can only be modified by the GitHub App that created it.`,
    );
  }
  const name = input.optionalText("name") ?? before.name;
  const run: CheckRun = { ...before, ...runIn(input, before, nowOf(forge)), name };
  const commit = await commitNamed(forge, repository, run.headSha);
  forge.store.transact((transaction) => writeRun(transaction, { forge, repository, caller, commit }, run, before));
  return ok(checkRunView(forge, repository, run));
}

/** The runs of a commit that pass the query's filters; by default the newest of each name. */
function listRuns(call: RepositoryCall, sha: string, wanted: (run: CheckRun) => boolean): Promise<Answer> {
  const { forge, repository, query } = call;
  const all = [...forge.store.all(checkRuns, scopeOf(repository, sha)).values()];
  const runs = query.get("filter") === "all" ? all : latestRuns(forge.store, repository, sha);
  const keeps = (name: string, value: string): boolean => query.get(name) === null || query.get(name) === value;
  const shown = runs.filter(
    (run) =>
      wanted(run) && keeps("check_name", run.name) && keeps("status", run.status) && keeps("app_id", String(run.appId)),
  );
  const view = (run: CheckRun) => checkRunView(forge, repository, run);
  return paged(call, shown, view, (check_runs, total_count) => ({ total_count, check_runs }));
}

async function listSuites(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, params } = call;
  const { sha } = await commitNamed(forge, repository, params["ref"] ?? "");
  const suites = [...forge.store.all(checkSuites, scopeOf(repository, sha)).values()];
  const view = (suite: CheckSuite) => fullSuite(call, suite);
  return paged(call, suites, view, (check_suites, total_count) => ({ total_count, check_suites }));
}

async function fullSuite({ forge, repository }: RepositoryCall, suite: CheckSuite): Promise<Record<string, unknown>> {
  const commit = await readCommit(forge.git.at(repository.directory), suite.headSha);
  if (!commit) throw notFound();
  return { ...checkSuiteView(forge, repository, suite, commit), repository: repositoryView(forge, repository) };
}
