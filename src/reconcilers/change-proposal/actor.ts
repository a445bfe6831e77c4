import { changeVerdicts, waitVerdicts } from "../change/produced.ts";
import { wayVerdicts } from "../way.ts";
import type { Reason } from "./verdict.ts";

/** Who acts next: nobody, since it is over; Millrace itself; the forge; its checks; or a person. */
export type Actor = "Nobody" | "Millrace" | "Forge" | "Checks" | "You";

const all = <T extends object>(of: T, actor: Actor): Record<keyof T, Actor> =>
  Object.fromEntries(Object.keys(of).map((reason) => [reason, actor])) as Record<keyof T, Actor>;

/** Who acts next, by reason. */
export const actors: Readonly<Record<Reason, Actor>> = {
  Merged: "Nobody",
  Reverted: "Nobody",
  NoChange: "Nobody",
  Planned: "Nobody",
  Released: "Nobody",
  Superseded: "Nobody",
  Pushing: "Millrace",
  Opening: "Millrace",
  Decorating: "Millrace",
  Revising: "Millrace",
  Withdrawing: "Millrace",
  Merging: "Millrace",
  HandingOver: "Millrace",
  Dequeued: "Millrace",
  BranchMoved: "Millrace",
  Throttled: "Millrace",
  Held: "Millrace",
  ChecksRunning: "Checks",
  NoChecks: "Checks",
  MergeRefused: "Forge",
  HandOverRefused: "Forge",
  Queued: "Forge",
  ForgeCatchingUp: "Forge",
  AwaitingMerge: "You",
  AwaitingApproval: "You",
  ChecksFailed: "You",
  ChecksNotStarting: "You",
  Conflicting: "You",
  MergeMethodNotAllowed: "You",
  QueueRequired: "You",
  Declined: "You",
  HumanOwned: "You",
  AdoptedDiffers: "You",
  Retargeted: "You",
  BaseBranchMissing: "You",
  Suspended: "You",
  CleanUpRefused: "You",
  ...all(changeVerdicts, "You"),
  ...all(waitVerdicts, "Millrace"),
  ...all(wayVerdicts, "You"),
};

/** The same in words. */
export const actorText: Readonly<Record<Actor, string>> = {
  Nobody: "Nothing is left to be done.",
  Millrace: "Millrace goes on by itself.",
  Forge: "The forge acts next; Millrace looks again by itself.",
  Checks: "The checks act next; Millrace looks again by itself.",
  You: "A person acts next.",
};
