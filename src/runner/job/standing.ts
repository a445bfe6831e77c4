import type { JobObject, PodObject } from "../../reconcilers/job-port.ts";
import type { RunFailure, RunState } from "../../reconcilers/runner-port.ts";

/** Everything that the standing of a run rests on. */
export interface Observed {
  readonly job: JobObject;
  readonly pods: readonly PodObject[];
  /** When what it delivered came here. */
  readonly delivered: Date | undefined;
  readonly timeMs: number;
  readonly now: Date;
}

/** Where a run stands, and what is to be done about it. */
export type Standing =
  | Exclude<RunState, { readonly is: "succeeded" }>
  /** Its Job was made and waits for what it needs. */
  | { readonly is: "prepared" }
  | { readonly is: "delivered"; readonly startedAt: Date; readonly finishedAt: Date };

export const lost = (message: string): Standing => ({ is: "lost", message });
export const pending = (message: string, startedAt?: Date): Standing => ({ is: "pending", message, startedAt });
export const failed = (reason: RunFailure, message: string, log = ""): Standing => ({
  is: "failed",
  reason,
  message,
  log,
});
export const tooLong = (timeMs: number, log = ""): Standing =>
  failed("TimedOut", `the command ran for longer than ${timeMs / 1_000} s, so it was stopped`, log);
