import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { isStalled } from "../way.ts";
import type { Standing } from "./decide.ts";
import { editsOf, type Plan, type Want } from "./plan.ts";

/** A selected repository, what it needs, and the proposal that it has. */
export interface Item {
  readonly name: string;
  readonly wants: readonly Want[];
  readonly plan: Plan;
  readonly child: ChangeProposal | undefined;
}

/** What is to become of the child. */
export function fateOf({ plan, child, wants }: Item): "apply" | "remove" | "leave" {
  if (plan.is === "behind") return "apply";
  if (!child) return "leave";
  // An operation that is not allowed here has no business with a pull request here.
  if (plan.is === "blocked") return plan.reason === "NotAllowed" ? "remove" : "leave";
  if (plan.is === "waiting" || child.status?.phase === "Merged") return "leave";
  // The base has what is wanted, most likely by this very proposal: it finds out by itself, and says how it ended.
  const isEnding = child.status?.phase !== "NoChange" && !isStalled(child) && asksFor(child, wants);
  return isEnding ? "leave" : "remove";
}

/** How the repository is doing, by what it needs and how its proposal is. */
export function standingOf({ name, plan, child }: Item): Standing {
  switch (plan.is) {
    case "right":
      return { name, is: "upToDate", reason: "UpToDate", message: "" };
    case "waiting":
    case "blocked":
      return { name, is: plan.is, reason: plan.reason, message: plan.message };
    case "behind":
      return underWay(name, child, editsOf(plan.moves));
  }
}

function underWay(name: string, child: ChangeProposal | undefined, edits: ReturnType<typeof editsOf>): Standing {
  const ready = child?.status?.conditions?.find(({ type }) => type === "Ready");
  const open: Standing = { name, is: "open", reason: ready?.reason ?? "Pending", message: ready?.message ?? "" };
  const { observedGeneration } = child?.status ?? {};
  const isNews = !child || observedGeneration !== child.metadata.generation || !sameEdits(child, edits);
  if (isNews || !ready) return open;
  // A reverted merge is ready by itself, yet the repository is not where it should be.
  return isStalled(child) || ready.reason === "Reverted" ? { ...open, is: "blocked" } : open;
}

/** Whether the child sets these fields to these values, in this order. */
const sameEdits = ({ spec: { change } }: ChangeProposal, edits: ReturnType<typeof editsOf>): boolean =>
  change.edits?.length === edits.length &&
  edits.every(({ path, set }, index) => {
    const there = change.edits![index]!;
    return there.path === path && there.set?.value === set.value && there.set.field.join("\0") === set.field.join("\0");
  });

const asksFor = ({ spec }: ChangeProposal, wants: readonly Want[]): boolean =>
  (spec.change.edits ?? []).every(
    ({ set }) =>
      set?.field.at(-1) !== "commit" ||
      wants.some(({ source, commit }) => source === set.field[1] && commit === set.value),
  );
