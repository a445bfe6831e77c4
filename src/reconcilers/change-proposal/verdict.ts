import type { MergeMethod } from "../../schema/merge-rule.ts";
import type { Phase } from "../../schema/proposal-status.ts";
import { type ChangeReason, changeVerdicts, waitVerdicts } from "../change/produced.ts";
import type { Finding, Verdict } from "../conditions.ts";
import { wayVerdicts } from "../way.ts";

/** Every reason that a ChangeProposal gives, and what it means for the object. Who acts next is in `actor.ts`. */
export const verdicts = {
  Merged: "ready",
  Reverted: "ready",
  NoChange: "ready",
  Planned: "ready",
  Released: "ready",
  Superseded: "ready",
  Pushing: "progressing",
  Opening: "progressing",
  Decorating: "progressing",
  Revising: "progressing",
  Withdrawing: "progressing",
  ChecksRunning: "progressing",
  AwaitingMerge: "progressing",
  AwaitingApproval: "progressing",
  NoChecks: "progressing",
  MergeRefused: "progressing",
  Merging: "progressing",
  HandingOver: "progressing",
  HandOverRefused: "progressing",
  Queued: "progressing",
  Dequeued: "progressing",
  Held: "progressing",
  BranchMoved: "progressing",
  ForgeCatchingUp: "progressing",
  Throttled: "progressing",
  ChecksFailed: "stalled",
  ChecksNotStarting: "stalled",
  Conflicting: "stalled",
  MergeMethodNotAllowed: "stalled",
  QueueRequired: "stalled",
  Declined: "stalled",
  HumanOwned: "stalled",
  AdoptedDiffers: "stalled",
  Retargeted: "stalled",
  BaseBranchMissing: "stalled",
  Suspended: "stalled",
  CleanUpRefused: "stalled",
  ...changeVerdicts,
  ...waitVerdicts,
  ...wayVerdicts,
} as const satisfies Record<string, Verdict> & Record<ChangeReason, Verdict>;

export type Reason = keyof typeof verdicts;

/**
 * When to look again: by the interval, sooner since checks run, at once, at a moment that the status names (the end of a hold,
 * or of a pause before the queue), or only when something changes.
 */
export type Look = "interval" | "checks" | "soon" | "moment" | "never";

/** Something outside of the cluster that is to be done, once its intent is in status. */
export type Step =
  | { readonly do: "push"; readonly commit: string; readonly expect: string | undefined }
  /** `mark` is the digest of title and text. */
  | { readonly do: "open"; readonly commit: string; readonly mark: string }
  | { readonly do: "decorate"; readonly number: number }
  | { readonly do: "revise"; readonly number: number; readonly mark: string }
  | { readonly do: "comment"; readonly number: number; readonly mark: string; readonly body: string }
  | { readonly do: "enqueue"; readonly number: number; readonly commit: string; readonly method: MergeMethod }
  | { readonly do: "merge"; readonly number: number; readonly commit: string; readonly method: MergeMethod }
  | { readonly do: "close"; readonly number: number; readonly comment: string }
  | { readonly do: "deleteBranch"; readonly commit: string };

export type Decision = { readonly phase: Phase; readonly finding: Finding } & (
  | { readonly do: "rest"; readonly look: Look }
  | { readonly do: "step"; readonly step: Step }
);

/** A finding with the verdict of its reason. */
export const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** Nothing to do now. */
export const rest = (
  phase: Phase,
  [reason, message]: readonly [Reason, string],
  look: Look = "interval",
): Decision => ({
  do: "rest",
  phase,
  finding: found(reason, message),
  look,
});

/** One thing to do. */
export const take = (phase: Phase, [reason, message]: readonly [Reason, string], step: Step): Decision => ({
  do: "step",
  phase,
  finding: found(reason, message),
  step,
});
