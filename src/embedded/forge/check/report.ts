import type { Caller } from "../access.ts";
import { appOfCaller } from "../app/caller.ts";
import { type Forge, nowOf } from "../forge.ts";
import type { Commit } from "../git/object.ts";
import type { Repository } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { branchAt } from "./commit.ts";
import { type CheckRun, type CheckSuite, checkRuns, checkShas, checkSuites, scopeOf } from "./record.ts";
import { checkRunView, checkSuiteView, suiteState } from "./view.ts";

/** Where a report is made. */
export interface ReportPlace {
  readonly forge: Forge;
  readonly repository: Repository;
  readonly caller: Caller;
  readonly commit: Commit;
}

/** The suite of the caller's app for a commit; made where it is missing. */
export function suiteFor(transaction: Transaction, place: ReportPlace): CheckSuite {
  const { forge, repository, caller, commit } = place;
  const appId = appOfCaller(transaction, caller)?.id ?? null;
  const { login } = caller.user;
  const scope = scopeOf(repository, commit.sha);
  const own = [...transaction.all(checkSuites, scope).values()].find(
    (suite) => suite.appId === appId && (appId !== null || suite.by === login),
  );
  if (own) return own;
  const now = nowOf(forge);
  const suite: CheckSuite = {
    ...{ id: transaction.next("id"), headSha: commit.sha, headBranch: branchAt(forge, repository, commit.sha) },
    ...{ appId, by: login, createdAt: now, updatedAt: now },
  };
  transaction.put(checkSuites, scope, suite.id, suite);
  transaction.put(checkShas, repository.id, suite.id, commit.sha);
  return suite;
}

/** Writes a run and tells of it; a suite whose last run is completed by it is told of, too. */
export function writeRun(transaction: Transaction, place: ReportPlace, run: CheckRun, before?: CheckRun): void {
  const { forge, repository, commit, caller } = place;
  const scope = scopeOf(repository, run.headSha);
  transaction.put(checkRuns, scope, run.id, run);
  const suite = { ...transaction.get(checkSuites, scope, run.suiteId)!, updatedAt: nowOf(forge) };
  transaction.put(checkSuites, scope, suite.id, suite);
  const sender = caller.user.login;
  const suiteView = checkSuiteView(forge, repository, suite, commit);
  const payload = { check_run: { ...checkRunView(forge, repository, run), check_suite: inRun(suiteView) } };
  if (!before) forge.events.emit(transaction, { name: "check_run", action: "created", repository, sender, payload });
  if (run.status !== "completed" || before?.status === "completed") return;
  forge.events.emit(transaction, { name: "check_run", action: "completed", repository, sender, payload });
  if (suiteState(forge, repository, suite).status !== "completed") return;
  const told = { check_suite: suiteView };
  forge.events.emit(transaction, { name: "check_suite", action: "completed", repository, sender, payload: told });
}

/** What a check run's event tells of its suite: less than the suite's own. */
function inRun(suite: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { head_commit: _, latest_check_runs_count: __, check_runs_url: ___, ...rest } = suite;
  return rest;
}
