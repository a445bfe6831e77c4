import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { isStalled } from "../way.ts";
import type { Standing } from "./decide.ts";
import type { Need } from "./strategy.ts";

/** What is to become of a proposal, by what is needed. */
export function fateOf(need: Need, child: ChangeProposal | undefined): "apply" | "remove" | "leave" {
  if (need.is === "behind") return "apply";
  if (!child) return "leave";
  // An operation that is not allowed here has no business with a pull request here.
  if (need.is === "blocked") return need.reason === "NotAllowed" ? "remove" : "leave";
  if (need.is !== "right" || child.status?.phase === "Merged") return "leave";
  // The base has what is wanted, most likely by this very proposal: it finds out by itself, and says how it ended.
  const isEnding = child.status?.phase !== "NoChange" && !isStalled(child) && need.isAsked(child);
  return isEnding ? "leave" : "remove";
}

/** How what is needed is doing, by its proposal. */
export function standingOf(need: Need, child: ChangeProposal | undefined): Omit<Standing, "name"> {
  switch (need.is) {
    case "right":
      return { is: "upToDate", reason: "UpToDate", message: "" };
    case "waiting":
    case "blocked":
      return need;
    case "behind":
      return underWay(need, child);
  }
}

function underWay(
  { isSaid, endsWithChild }: Extract<Need, { is: "behind" }>,
  child: ChangeProposal | undefined,
): Omit<Standing, "name"> {
  const ready = child?.status?.conditions?.find(({ type }) => type === "Ready");
  const open = { is: "open", reason: ready?.reason ?? "Pending", message: ready?.message ?? "" } as const;
  if (!isCurrent(child, isSaid) || !ready) return open;
  // A reverted merge is ready by itself, yet the repository is not where it should be.
  if (isStalled(child) || ready.reason === "Reverted") return { ...open, is: "blocked" };
  return endsWithChild && ready.status === "True" ? { ...open, is: "upToDate" } : open;
}

/** Whether a proposal asks for what is wanted, and its status is about that. */
export const isCurrent = (
  child: ChangeProposal | undefined,
  isSaid: (child: ChangeProposal) => boolean,
): child is ChangeProposal =>
  child !== undefined && child.status?.observedGeneration === child.metadata.generation && isSaid(child);
