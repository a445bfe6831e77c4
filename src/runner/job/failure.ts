import type { JobObject } from "../../reconcilers/job-port.ts";
import type { RunState } from "../../reconcilers/runner-port.ts";
import { annotation, isOver } from "./name.ts";

/** What is held against a run, until it is discarded. */
export type Failure = Extract<RunState, { readonly is: "failed" }>;

/** What is to be changed in a Job so that it says why its run failed, whatever becomes of its pod; what still runs is stopped. */
export function failureMark(job: JobObject, { reason, message, log }: Failure, now: Date): object {
  const metadata = { annotations: { [annotation.failure]: JSON.stringify({ reason, message, log }) } };
  if (isOver(job)) return { metadata };
  const began = new Date(job.status?.startTime ?? job.metadata.creationTimestamp).getTime();
  // Its deadline is over from now on: the Job's controller stops the pod, and the Job stays.
  return { metadata, spec: { activeDeadlineSeconds: Math.max(1, Math.floor((now.getTime() - began) / 1_000)) } };
}

/** What a Job says; undefined where it says nothing. */
export function readFailure({ metadata }: JobObject): Failure | undefined {
  const text = metadata.annotations?.[annotation.failure];
  if (text === undefined) return undefined;
  try {
    const { reason, message, log } = JSON.parse(text) as Omit<Failure, "is">;
    return { is: "failed", reason, message, log };
  } catch {
    // Somebody wrote over it: the pod may still tell.
    return undefined;
  }
}
