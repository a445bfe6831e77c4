import { somebody } from "../access.ts";
import { logTo, nowOf } from "../forge.ts";
import type { Commit } from "../git/object.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { invalid } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { commitView } from "../view/commit.ts";
import { apiUrl } from "../view/repository.ts";
import { branchesAt, commitNamed } from "./commit.ts";
import { type CommitStatus, scopeOf, statuses, statusStates } from "./record.ts";
import { combinedStatus, statusView } from "./view.ts";

const base = "/repos/{owner}/{repo}";
/** GitHub takes no more of one context for one commit. */
const mostOfOneContext = 1000;

/** Routes of commit statuses. */
export const statusRoutes: readonly Route[] = [
  onRepository("POST", `${base}/statuses/{sha}`, "write", createStatus),
  onRepository("GET", `${base}/commits/{ref}/statuses`, "read", async (call) => {
    const { forge, repository } = call;
    const { sha } = await commitNamed(forge, repository, call.params["ref"] ?? "");
    const newestFirst = [...forge.store.all(statuses, scopeOf(repository, sha)).values()].reverse();
    return paged(call, newestFirst, (status) => statusView(forge, repository, status));
  }),
  onRepository("GET", `${base}/commits/{ref}/status`, "read", async ({ forge, repository, params }) => {
    const { sha } = await commitNamed(forge, repository, params["ref"] ?? "");
    return ok(combinedStatus(forge, repository, sha));
  }),
];

async function createStatus(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, params } = call;
  const input = await call.fields("Status");
  const state = input.optionalWord("state", statusStates);
  if (state === undefined) throw invalid({ resource: "Status", field: "state", code: "missing_field" });
  const commit = await commitNamed(forge, repository, params["sha"] ?? "");
  const caller = somebody(call.caller);
  forge.quota.create(caller.credential);
  const context = input.optionalText("context") ?? "default";
  const status = forge.store.transact((transaction) => {
    const scope = scopeOf(repository, commit.sha);
    const same = [...transaction.all(statuses, scope).values()].filter((each) => each.context === context);
    if (same.length >= mostOfOneContext) {
      const message = "This SHA and context has reached the maximum number of statuses.";
      throw invalid({ resource: "Status", code: "custom", message });
    }
    const made: CommitStatus = {
      ...{ id: transaction.next("id"), sha: commit.sha, state, context, creator: caller.user.login },
      description: input.optionalText("description") ?? null,
      targetUrl: input.optionalText("target_url") || null,
      createdAt: nowOf(forge),
    };
    transaction.put(statuses, scope, made.id, made);
    const { creator: actor, sha } = made;
    logTo(transaction, forge, { actor, action: "status.create", subject: `${context} ${state}`, repository, sha });
    forge.events.emit(transaction, { name: "status", repository, sender: actor, payload: story(call, made, commit) });
    return made;
  });
  const view = statusView(forge, repository, status);
  return created(view, String(view["url"]));
}

/** A status as its event tells it: with the commit, and the branches that are at it. */
function story({ forge, repository }: RepositoryCall, status: CommitStatus, commit: Commit): Record<string, unknown> {
  const { url: _, creator: __, node_id: ___, ...told } = statusView(forge, repository, status);
  const branches = branchesAt(forge, repository, commit.sha).map((name) => ({
    name,
    commit: { sha: commit.sha, url: `${apiUrl(forge, repository)}/commits/${commit.sha}` },
    protected: forge.rules.protected(repository, name),
  }));
  return {
    ...told,
    sha: commit.sha,
    name: `${repository.owner}/${repository.name}`,
    commit: commitView(forge, repository, commit),
    branches,
  };
}
