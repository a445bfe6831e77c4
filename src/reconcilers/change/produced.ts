import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { OwnStatus } from "../../schema/kind.ts";

type Status = OwnStatus<typeof ChangeProposal>;

/** A branch, and the commit that it is at. */
export interface Base {
  readonly branch: string;
  readonly sha: string;
}

/** Why a change cannot be had, until a person changes something. */
export const changeVerdicts = {
  InvalidYaml: "stalled",
  InvalidJson: "stalled",
  InvalidToml: "stalled",
  InvalidXml: "stalled",
  FieldMissing: "stalled",
  FieldUnsupported: "stalled",
  FileMissing: "stalled",
  FileUnreadable: "stalled",
  FileTooLarge: "stalled",
  MarkerMissing: "stalled",
  MarkerAmbiguous: "stalled",
  RenameTargetExists: "stalled",
  PathIsLink: "stalled",
  PathIsSubmodule: "stalled",
  PathIsDirectory: "stalled",
  PathBelowFile: "stalled",
  PickConflicts: "stalled",
  PickIsMerge: "stalled",
  PickUnknown: "stalled",
  RevertConflicts: "stalled",
  RevertUnknown: "stalled",
  RevertUnordered: "stalled",
  NoRunner: "stalled",
  PatchRefused: "stalled",
  NonDeterministic: "stalled",
  Loop: "stalled",
  RunLost: "stalled",
  CommandFailed: "stalled",
  OutOfMemory: "stalled",
  TimedOut: "stalled",
  OutputTooLarge: "stalled",
  RunUnschedulable: "stalled",
  ImageUnavailable: "stalled",
  IsolationUnavailable: "stalled",
  ResultInvalid: "stalled",
} as const;
export type ChangeReason = keyof typeof changeVerdicts;

/** Why a change is not there yet, and comes by itself. */
export const waitVerdicts = { CommandRunning: "progressing" } as const;
export type WaitReason = keyof typeof waitVerdicts;

/** What has to be kept in status about a change, besides the commit. */
export type ChangeFacts = Pick<Status, "run" | "conflicts">;

/** What the proposal comes to on the base branch: nothing, commits, not yet, or a reason why it cannot be had. */
export type Produced = {
  readonly facts?: ChangeFacts;
  /** A sentence about what was left out, and why. */
  readonly said?: string;
} & (
  | { readonly is: "nothing" }
  /** `sha` is the tip; the commits below it lead to the base's. */
  | { readonly is: "commit"; readonly sha: string; readonly base: Base }
  | { readonly is: "waiting"; readonly reason: WaitReason; readonly message: string }
  | { readonly is: "refused"; readonly reason: ChangeReason; readonly message: string }
);
