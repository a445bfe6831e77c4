import type { Plan } from "../../sequencer/plan/plan.ts";
import type { Observed } from "./observed.ts";
import type { NodeStatus } from "./stage.ts";

/** What is known of the nodes, by name, and why a wish to try again is not followed. */
export interface Remembered {
  readonly nodes: ReadonlyMap<string, NodeStatus>;
  readonly refusal: string | undefined;
}

/**
 * The nodes as the plan knows them; where what failed is to be tried again, that is forgotten, and what succeeded is kept. A plan
 * that is over is only taken up again as the same plan.
 */
export function forgotten({ plan, retry }: Observed, { digest }: Plan): Remembered {
  const { nodes: known = [], digest: before, finishedAt } = plan.status ?? {};
  const nodes = new Map(known.map((node) => [node.name, node]));
  if (retry === undefined) return { nodes, refusal: undefined };
  if (finishedAt !== undefined && before !== undefined && before !== digest) {
    const refusal = `graph, versions or policy are not those of this plan any more (digest ${before.slice(0, 12)} then, ${digest.slice(0, 12)} now): make another plan`;
    return { nodes, refusal };
  }
  for (const [name, node] of nodes) {
    if (node.phase === "Failed") nodes.set(name, begunAgain(node, retry));
    if (node.phase === "Skipped") nodes.delete(name);
  }
  return { nodes, refusal: undefined };
}

/** It has not begun, and its children hear of the wish when it does. */
const begunAgain = ({ name, before }: NodeStatus, retried: string): NodeStatus => ({
  name,
  phase: "Ready",
  ...(before !== undefined && { before }),
  retried,
});
