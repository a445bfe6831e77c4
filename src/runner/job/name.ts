import type { JobObject, ObjectCondition } from "../../reconcilers/job-port.ts";
import type { Key } from "../../reconcilers/ports.ts";
import type { Run } from "../../reconcilers/runner-port.ts";

/** Label of everything that belongs to a run: its id. */
export const runLabel = "millrace.dev/run";

/** Annotations of a run's Job. */
export const annotation = {
  /** Name of the Secret with its tickets. */
  tickets: "millrace.dev/tickets",
  /** When its files were handed out first, RFC 3339. */
  sourceGivenAt: "millrace.dev/source-given-at",
  /** SHA-256 of what was delivered, in hex. */
  result: "millrace.dev/result",
  /** What is held against it, as JSON: pods may be cleared away, and that must not be forgotten. */
  failure: "millrace.dev/failure",
} as const;

/** Names of a pod's containers, in the order in which they run. */
export const containers = { fetch: "fetch", command: "command", deliver: "deliver" } as const;

/** The Job of a run. */
export const jobKeyOf = ({ id, owner }: Pick<Run, "id" | "owner">): Key => ({
  namespace: owner.namespace,
  name: `millrace-run-${id}`,
});

/** Whether a Job belongs to the proposal that asks now, and not to one of the same name that was there before. */
export const ownsJob = ({ owner }: Pick<Run, "owner">, { metadata }: JobObject): boolean =>
  metadata.ownerReferences?.some(({ uid }) => uid === owner.uid) ?? false;

const ends: ReadonlySet<string> = new Set(["Complete", "SuccessCriteriaMet", "Failed", "FailureTarget"]);

/** The condition by which a Job has ended, well or not, or is about to. */
export const endOf = ({ status }: JobObject): ObjectCondition | undefined =>
  status?.conditions?.find(({ type, status }) => ends.has(type) && status === "True");

/** Whether its pods have nothing to ask for any more. */
export const isOver = (job: JobObject): boolean =>
  job.metadata.deletionTimestamp !== undefined || endOf(job) !== undefined;
