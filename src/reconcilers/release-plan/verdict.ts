import type { Finding, Verdict } from "../conditions.ts";

/** Every reason that a ReleasePlan gives, and what it means for the object. */
export const verdicts = {
  Succeeded: "ready",
  Previewed: "ready",
  Releasing: "progressing",
  Held: "progressing",
  Failed: "stalled",
  Paused: "stalled",
  Aborted: "stalled",
  Suspended: "stalled",
  RepositoryUnknown: "stalled",
  NoPlace: "stalled",
  StaleMiddle: "stalled",
  FreezeInvalid: "stalled",
  RollbackPlanMissing: "stalled",
  RollbackPlanRunning: "stalled",
  RollbackDigest: "stalled",
  RollbackNothing: "stalled",
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

/** A finding with the verdict of its reason. */
export const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** Why nothing can be planned, until a person changes something. */
export interface Problem {
  readonly reason: Reason;
  readonly message: string;
}
