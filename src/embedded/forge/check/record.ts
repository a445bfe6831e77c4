import type { CheckState } from "../pages/source.ts";
import type { Repository } from "../store/record.ts";
import { defineTable, type Reader } from "../store/store.ts";

export const conclusions = [
  ...(["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale"] as const),
] as const;
export type Conclusion = (typeof conclusions)[number];
export const checkStatuses = ["queued", "in_progress", "completed", "waiting", "requested", "pending"] as const;

/** What one check says of one commit. */
export interface CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly name: string;
  readonly headSha: string;
  readonly status: (typeof checkStatuses)[number];
  readonly conclusion: Conclusion | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly detailsUrl: string | null;
  readonly externalId: string;
  readonly output: { readonly title: string | null; readonly summary: string | null; readonly text: string | null };
  /** Null when a person reported it. */
  readonly appId: number | null;
  /** Login of the reporter. */
  readonly by: string;
}

/** All runs of one app for one commit. */
export interface CheckSuite {
  readonly id: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly appId: number | null;
  readonly by: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const statusStates = ["error", "failure", "pending", "success"] as const;

/** What one context said of one commit; the newest of a context counts. */
export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: (typeof statusStates)[number];
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

/** What is said of a commit stands under it. */
export const scopeOf = (repository: Repository, sha: string): string => `${repository.id} ${sha}`;

/** Scope `scopeOf`, key id. */
export const checkRuns = defineTable<CheckRun>("checkRuns");
/** Scope `scopeOf`, key id. */
export const checkSuites = defineTable<CheckSuite>("checkSuites");
/** Scope `scopeOf`, key id. */
export const statuses = defineTable<CommitStatus>("statuses");
/** The commit of a check run or suite. Scope repository id, key its id. */
export const checkShas = defineTable<string>("checkShas");

const all = <T>(rows: ReadonlyMap<string, T>): readonly T[] => [...rows.values()];

/** The newest run of each name and app of a commit, in the order of their first run. */
export function latestRuns(reader: Reader, repository: Repository, sha: string): readonly CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of all(reader.all(checkRuns, scopeOf(repository, sha)))) latest.set(`${run.appId} ${run.name}`, run);
  return [...latest.values()];
}

/** The newest status of each context of a commit. */
export function latestStatuses(reader: Reader, repository: Repository, sha: string): readonly CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of all(reader.all(statuses, scopeOf(repository, sha)))) latest.set(status.context, status);
  return [...latest.values()];
}

/** What a run amounts to for a merge: neutral and skipped runs pass. */
export function stateOfRun({ status, conclusion }: CheckRun): CheckState {
  if (status !== "completed") return "pending";
  if (conclusion === "success") return "success";
  return conclusion === "neutral" || conclusion === "skipped" ? "neutral" : "failure";
}

export const stateOfStatus = ({ state }: CommitStatus): CheckState => (state === "error" ? "failure" : state);

/** Everything that is said of a commit, together; undefined where nothing is. */
export function stateOfCommit(reader: Reader, repository: Repository, sha: string): CheckState | undefined {
  const states = [
    ...latestRuns(reader, repository, sha).map(stateOfRun),
    ...latestStatuses(reader, repository, sha).map(stateOfStatus),
  ];
  if (states.length === 0) return undefined;
  return (["failure", "pending", "success"] as const).find((state) => states.includes(state)) ?? "success";
}
