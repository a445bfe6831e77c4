import type { Release } from "../../schema/release.ts";
import type { Finding, Verdict } from "../conditions.ts";
import { wayVerdicts } from "../way.ts";

/** Every reason that a Release gives, and what it means for the object. */
export const verdicts = {
  Released: "ready",
  NothingToRelease: "ready",
  Proposing: "progressing",
  AnotherUnderWay: "progressing",
  AwaitingMerge: "progressing",
  Tagging: "progressing",
  Publishing: "progressing",
  Attaching: "progressing",
  Verifying: "progressing",
  HumanOwned: "stalled",
  ChecksFailed: "stalled",
  Declined: "stalled",
  ProposalBlocked: "stalled",
  LibraryUnknown: "stalled",
  LineUnknown: "stalled",
  TagFormatShared: "stalled",
  BranchMissing: "stalled",
  VersionMissing: "stalled",
  VersionInvalid: "stalled",
  VersionTooLow: "stalled",
  BumpNotAllowed: "stalled",
  VersionUnreadable: "stalled",
  TakenBack: "stalled",
  TagTaken: "stalled",
  CommitGone: "stalled",
  AssetMissing: "stalled",
  AssetDiffers: "stalled",
  AwaitingPublish: "stalled",
  Suspended: "stalled",
  ...wayVerdicts,
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;
export type Phase = NonNullable<NonNullable<Release["status"]>["phase"]>;

/** Something outside of the cluster that is to be done, once its intent is in status. */
export type Step =
  | { readonly do: "tag"; readonly tag: string; readonly commit: string }
  | { readonly do: "publish"; readonly tag: string; readonly commit: string }
  | { readonly do: "revise"; readonly tag: string; readonly commit: string; readonly body: string }
  | {
      readonly do: "attach";
      readonly tag: string;
      readonly commit: string;
      readonly name: string;
      readonly path: string;
    };

/** When to look again. `now`: as soon as the status is written, since something follows from it. */
export type Look = "interval" | "soon" | "now" | "never";

export type Decision = {
  readonly phase: Phase;
  readonly finding: Finding;
} & (
  | { readonly do: "rest"; readonly look: Look }
  /** Writes down that a version is offered, before anybody sees it. */
  | { readonly do: "offer"; readonly version: string }
  | { readonly do: "step"; readonly step: Step }
);

/** A finding with the verdict of its reason. */
export const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** Nothing to do now. */
export const rest = (
  phase: Phase,
  [reason, message]: readonly [Reason, string],
  look: Look = "interval",
): Decision => ({ do: "rest", phase, finding: found(reason, message), look });

/** One thing to do. */
export const take = (phase: Phase, [reason, message]: readonly [Reason, string], step: Step): Decision => ({
  do: "step",
  phase,
  finding: found(reason, message),
  step,
});
