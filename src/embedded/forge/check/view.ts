import { reporterView } from "../app/view.ts";
import type { Forge } from "../forge.ts";
import type { Commit } from "../git/object.ts";
import { type PullRequest, pulls, type Repository } from "../store/record.ts";
import { apiUrl, htmlUrl, repositoryView } from "../view/repository.ts";
import { nodeId, userByLogin } from "../view/user.ts";
import {
  type CheckRun,
  type CheckSuite,
  type CommitStatus,
  checkRuns,
  latestRuns,
  latestStatuses,
  scopeOf,
  stateOfStatus,
} from "./record.ts";

/** GitHub's `pull-request-minimal` of every open pull request that has this head. */
function pullsWith(forge: Forge, repository: Repository, sha: string): readonly Record<string, unknown>[] {
  const url = apiUrl(forge, repository);
  const end = (of: PullRequest["head"]) => ({ ...of, repo: { id: repository.id, url, name: repository.name } });
  return [...forge.store.all(pulls, repository.id).values()]
    .filter(({ state, head }) => state === "open" && head.sha === sha)
    .map(({ id, number, head, base }) => ({
      id,
      number,
      url: `${url}/pulls/${number}`,
      head: end(head),
      base: end(base),
    }));
}

/** GitHub's `check-run`. */
export function checkRunView(forge: Forge, repository: Repository, run: CheckRun): Record<string, unknown> {
  const url = `${apiUrl(forge, repository)}/check-runs/${run.id}`;
  const html = `${htmlUrl(forge, repository)}/commit/${run.headSha}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: reporterView(forge, run.appId, run.by),
    pull_requests: pullsWith(forge, repository, run.headSha),
  };
}

/** A suite's status and conclusion follow from its runs. */
export function suiteState(
  forge: Forge,
  repository: Repository,
  { id, headSha }: CheckSuite,
): { readonly status: string; readonly conclusion: string | null } {
  const runs = latestRuns(forge.store, repository, headSha).filter(({ suiteId }) => suiteId === id);
  const unfinished = runs.find(({ status }) => status !== "completed");
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (unfinished) return { status: unfinished.status, conclusion: null };
  const order = ["failure", "timed_out", "cancelled", "action_required", "stale", "success", "neutral", "skipped"];
  return { status: "completed", conclusion: order.find((each) => runs.some((run) => run.conclusion === each)) ?? null };
}

/** A suite as it stands inside of events and in `check-suite`; `commit` is its head's. */
export function checkSuiteView(
  forge: Forge,
  repository: Repository,
  suite: CheckSuite,
  commit: Commit,
): Record<string, unknown> {
  const url = `${apiUrl(forge, repository)}/check-suites/${suite.id}`;
  const runs = [...forge.store.all(checkRuns, scopeOf(repository, suite.headSha)).values()];
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(forge, repository, suite),
    url,
    before: commit.parents[0] ?? null,
    after: suite.headSha,
    pull_requests: pullsWith(forge, repository, suite.headSha),
    app: reporterView(forge, suite.appId, suite.by),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: simpleCommit(commit),
    latest_check_runs_count: runs.filter(({ suiteId }) => suiteId === suite.id).length,
    check_runs_url: `${url}/check-runs`,
  };
}

/** GitHub's `simple-commit`. */
export function simpleCommit({ sha, tree, message, author, committer }: Commit): Record<string, unknown> {
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: new Date(committer.when * 1000).toISOString().replace(".000", ""),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

/** GitHub's `status`. */
export function statusView(forge: Forge, repository: Repository, status: CommitStatus): Record<string, unknown> {
  const creator = userByLogin(forge, status.creator);
  return {
    url: `${apiUrl(forge, repository)}/statuses/${status.sha}`,
    avatar_url: creator?.["avatar_url"] ?? null,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}

/** GitHub's `combined-commit-status`: failure before pending before success, and pending where nothing is said. */
export function combinedStatus(forge: Forge, repository: Repository, sha: string): Record<string, unknown> {
  const latest = latestStatuses(forge.store, repository, sha);
  const states = latest.map(stateOfStatus);
  const order = ["failure", "pending", "success"] as const;
  const url = apiUrl(forge, repository);
  return {
    state: order.find((state) => states.includes(state)) ?? "pending",
    statuses: latest.map((status) => {
      const { creator: _, ...simple } = statusView(forge, repository, status);
      return simple;
    }),
    sha,
    total_count: latest.length,
    repository: repositoryView(forge, repository),
    commit_url: `${url}/commits/${sha}`,
    url: `${url}/commits/${sha}/status`,
  };
}
