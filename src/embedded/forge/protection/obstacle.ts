import { permissionOf } from "../access.ts";
import { type CheckRun, latestRuns, latestStatuses, stateOfRun, stateOfStatus } from "../check/record.ts";
import { findUser } from "../forge.ts";
import { opinions } from "../review/record.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import type { Reader } from "../store/store.ts";
import type { Protection, RequiredCheck } from "./record.ts";

/** What a required check says of a commit; `expected` where nothing was reported. */
export type Standing = "passed" | "expected" | "pending" | "failing";

/** How a required check stands for a commit: every run and status of that name counts, as far as its app is asked for. */
export function standingOf(reader: Reader, repository: Repository, sha: string, check: RequiredCheck): Standing {
  const byApp = (run: CheckRun): boolean => check.appId === null || run.appId === check.appId;
  const runs = latestRuns(reader, repository, sha).filter((run) => run.name === check.context && byApp(run));
  const said = latestStatuses(reader, repository, sha).filter(({ context }) => context === check.context);
  const states = [...runs.map(stateOfRun), ...(check.appId === null ? said.map(stateOfStatus) : [])];
  if (states.length === 0) return "expected";
  if (states.includes("failure")) return "failing";
  return states.includes("pending") ? "pending" : "passed";
}

/** What required checks leave to be done, in GitHub's words; empty when all have passed. */
export function checkObstacles(
  reader: Reader,
  repository: Repository,
  sha: string,
  { checks }: Protection,
): readonly string[] {
  return (checks?.checks ?? []).flatMap((check) => {
    const standing = standingOf(reader, repository, sha, check);
    return standing === "passed" ? [] : [`Required status check "${check.context}" is ${standing}.`];
  });
}

/** What required reviews leave to be done. Only reviews of people who may write count. */
export function reviewObstacles(
  reader: Reader,
  repository: Repository,
  pull: PullRequest,
  { reviews }: Protection,
): readonly string[] {
  if (!reviews) return [];
  const said = [...opinions(reader, repository, pull.number).values()].filter(({ user }) =>
    mayWrite(reader, repository, user),
  );
  const against = said.filter(({ state }) => state === "CHANGES_REQUESTED");
  const approvals = said.filter(
    ({ state, commitId }) =>
      state === "APPROVED" && (!(reviews.dismissStale || reviews.lastPush) || commitId === pull.head.sha),
  );
  const missing = reviews.approvals - approvals.length;
  return [
    ...(against.length > 0 ? [`Changes were requested by ${against.map(({ user }) => user).join(", ")}.`] : []),
    ...(missing > 0
      ? [`At least ${reviews.approvals} approving review is required by reviewers with write access.`]
      : []),
  ];
}

function mayWrite(reader: Reader, repository: Repository, login: string): boolean {
  const user = findUser(reader, login);
  const permission = user && permissionOf(reader, { user, token: undefined, credential: "" }, repository);
  return permission === "write" || permission === "admin";
}
