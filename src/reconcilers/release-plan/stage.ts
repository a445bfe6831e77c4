import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import type { Condition } from "../../schema/object.ts";
import type { Release } from "../../schema/release.ts";
import type { ReleasePlan } from "../../schema/release-plan.ts";
import { isNew } from "../change-proposal/wish.ts";
import type { Kin } from "./kin.ts";

export type Status = OwnStatus<typeof ReleasePlan>;
export type NodeStatus = NonNullable<Status["nodes"]>[number];

/** Where a child is: its pull request, and its own words. */
export interface At {
  readonly ref: string | undefined;
  readonly message: string;
  /** Since when it is there. */
  readonly since?: string;
}

/** How far a node of a plan has come, by what the plan knew and what its children say. */
export type Stage =
  | { readonly is: "idle" }
  /** It has begun, and nothing was made for it. */
  | { readonly is: "entering" }
  | { readonly is: "bumping" | "releasing" | "verifying"; readonly at: At }
  /** What it requires is at its version: the release is to be made. */
  | { readonly is: "bumped" }
  | { readonly is: "succeeded"; readonly version: string }
  | { readonly is: "unchanged"; readonly why: string }
  /** `mayPass`: it is worth another try by itself. */
  | { readonly is: "failed"; readonly reason: string; readonly mayPass: boolean; readonly at?: At };

/** A child that needs a person, and only time: somebody works on it, or has stopped it. */
const patient: ReadonlySet<string> = new Set([
  ...[
    "Suspended",
    "RepositorySuspended",
    "ForgeSuspended",
    "HumanOwned",
    "AdoptedDiffers",
    "AwaitingApproval",
    "AwaitingPublish",
  ],
]);

/** What may be otherwise the next time, though nobody did anything here. */
const passing: ReadonlySet<string> = new Set(["AccessDenied", "ForgeRefused", "ChecksNotStarting", "CleanUpRefused"]);

/** Pure and total. What has ended stays so, until it is forgotten. */
export function stageOf(known: NodeStatus | undefined, { bump, release }: Kin): Stage {
  if (known?.phase === "Succeeded") return { is: "succeeded", version: known.version ?? "" };
  if (known?.phase === "Unchanged") return { is: "unchanged", why: known.message ?? "" };
  if (known?.phase === "Failed") return { is: "failed", reason: known.message ?? "", mayPass: false };
  // Children without a word about them: the status was lost, and they are taken up where they are.
  if (known ? known.since === undefined : !bump && !release) return { is: "idle" };
  if (release) return releaseStage(release, known?.retried);
  if (bump) return bumpStage(bump, known?.retried);
  return { is: "entering" };
}

function bumpStage(bump: ChangeProposal, retried: string | undefined): Stage {
  const { phase, steering, pullRequest } = bump.status ?? {};
  const ready = readyOf(bump);
  const at = { ref: pullRequest?.ref, message: toldOf(ready), ...madeAt(bump) };
  if (!ready || isBeingSeen(bump)) return { is: "bumping", at };
  if ((phase === "Merged" && ready.reason !== "Reverted") || phase === "NoChange") return { is: "bumped" };
  if (retried !== undefined && isNew(steering?.retry, { annotation: retried })) return { is: "bumping", at };
  // Merged and taken back, or let go of: it is through, and the versions are not where they should be.
  if (ready.status === "True") return { is: "failed", reason: at.message, mayPass: false, at };
  const isClosed = ready.reason === "HumanOwned" && pullRequest?.state === "Closed";
  return isClosed ? { is: "failed", reason: at.message, mayPass: false, at } : judged(bump, "bumping", at);
}

function releaseStage(release: Release, retried: string | undefined): Stage {
  const { phase, version, pullRequest: ref, retried: told } = release.status ?? {};
  const ready = readyOf(release);
  const at = { ref, message: toldOf(ready), ...madeAt(release) };
  if (!ready || isBeingSeen(release)) return { is: "releasing", at };
  if (phase === "Released" && version !== undefined) return { is: "succeeded", version };
  if (phase === "NothingToRelease") return { is: "unchanged", why: ready.message };
  if (retried !== undefined && told !== retried) return { is: "releasing", at };
  return judged(release, phase === "Verifying" ? "verifying" : "releasing", at);
}

function judged(child: ChangeProposal | Release, is: "bumping" | "releasing" | "verifying", at: At): Stage {
  const stalled = child.status?.conditions?.find(({ type, status }) => type === "Stalled" && status === "True");
  if (!stalled || patient.has(stalled.reason)) return { is, at };
  return { is: "failed", reason: at.message, mayPass: passing.has(stalled.reason), at };
}

type Seen = Pick<Release, "metadata"> & {
  readonly status?:
    | { readonly observedGeneration?: number | undefined; readonly conditions?: Condition[] | undefined }
    | undefined;
};

/** Whether its status is about an older wish, or it is on its way out. */
const isBeingSeen = ({ metadata, status }: Seen): boolean =>
  status?.observedGeneration !== metadata.generation || metadata.deletionTimestamp !== undefined;

const readyOf = ({ status }: Seen): Condition | undefined => status?.conditions?.find(({ type }) => type === "Ready");

const madeAt = ({ metadata }: Seen): Pick<At, "since"> =>
  metadata.creationTimestamp === undefined ? {} : { since: metadata.creationTimestamp };

const toldOf = (ready: Condition | undefined): string =>
  ready ? `${ready.reason}: ${ready.message}` : "it was not looked at yet";

/** Whether a child has come to its end, so that stopping it would stop nothing. */
export const isThrough = (child: ChangeProposal | Release): boolean =>
  !isBeingSeen(child) && ["Merged", "NoChange", "Released"].includes(child.status?.phase ?? "");
