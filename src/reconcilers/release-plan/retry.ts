import type { ReleasePlan } from "../../schema/release-plan.ts";
import type { Plan } from "../../sequencer/plan/plan.ts";
import type { NodeStatus } from "./stage.ts";

/** Why a plan that is over is not tried again: it is only taken up as the same plan. Undefined where it is that. */
export function refusalOf({ status = {} }: ReleasePlan, { digest }: Plan): string | undefined {
  const { digest: before } = status;
  if (before === undefined || before === digest) return undefined;
  return `graph, versions or policy are not those of this plan any more (digest ${before.slice(0, 12)} then, ${digest.slice(0, 12)} now): make another plan`;
}

/** The nodes as the plan knows them, without what failed and what was skipped for it: what succeeded is kept. Pure. */
export function forgotten({ status = {} }: ReleasePlan, retry: string): ReadonlyMap<string, NodeStatus> {
  const nodes = new Map<string, NodeStatus>();
  for (const node of status.nodes ?? []) {
    if (node.phase === "Failed") nodes.set(node.name, begunAgain(node, retry));
    else if (node.phase !== "Skipped") nodes.set(node.name, node);
  }
  return nodes;
}

/** It has not begun, and its children hear of the wish when it does. */
const begunAgain = ({ name, before }: NodeStatus, retried: string): NodeStatus => ({
  name,
  phase: "Ready",
  ...(before !== undefined && { before }),
  retried,
});
