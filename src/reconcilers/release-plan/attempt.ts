import type { PlanPolicy } from "../../schema/plan-policy.ts";
import { cut, timeOf } from "./node.ts";
import type { NodeStatus } from "./stage.ts";

/** What went wrong with a step, and whether trying it counts: what only has to wait does not. */
export interface Trouble {
  readonly reason: string;
  readonly counts: boolean;
}

interface Life {
  readonly now: Date;
  readonly policy: Pick<PlanPolicy, "attempts">;
}

const firstPauseMs = 30_000;

/** Half a minute, two minutes, eight, half an hour at most. */
const pauseMs = (tries: number): number => Math.min(firstPauseMs * 4 ** (tries - 1), 30 * 60_000);

/** The node after a step of ours that failed: it is tried again after a pause, or it has had its tries. */
export function afterTrouble(node: NodeStatus, { reason, counts }: Trouble, life: Life): NodeStatus {
  if (!counts) return { ...node, message: cut(reason) };
  const { now, policy } = life;
  const { retryAt: _, ...rest } = node;
  const tries = (node.attempts ?? 0) + 1;
  if (tries >= policy.attempts) {
    const message = cut(policy.attempts === 1 ? reason : `tried ${tries} times: ${reason}`);
    return { ...rest, phase: "Failed", attempts: tries, message, until: timeOf(now) };
  }
  const retryAt = timeOf(new Date(now.getTime() + pauseMs(tries)));
  return { ...node, attempts: tries, retryAt, message: cut(`is tried again at ${retryAt}: ${reason}`) };
}

/**
 * The node while a child of it fails in a way that may pass: after a pause the child is told to try again, and only when it
 * fails once more that counts.
 */
export function whileChildFails(node: NodeStatus, reason: string, life: Life): NodeStatus {
  const { retryAt, ...rest } = node;
  if (retryAt === undefined) return afterTrouble(node, { reason, counts: true }, life);
  if (Date.parse(retryAt) > life.now.getTime())
    return { ...node, message: cut(`is tried again at ${retryAt}: ${reason}`) };
  return { ...rest, retried: `again-${node.attempts ?? 1}`, message: cut(`is tried again: ${reason}`) };
}
