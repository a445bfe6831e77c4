import type { Condition } from "../schema/object.ts";

/** How an object is doing: finished, on its way, or in need of a person. */
export type Verdict = "ready" | "progressing" | "stalled";

/** What a reconciler found: the verdict, a CamelCase reason, and a sentence that names the blocker. */
export interface Finding {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly message: string;
}

/**
 * The conditions that say this. `Ready` is always there; `Reconciling` and `Stalled` only while they are
 * true, so that `kubectl wait` and kstatus read them right.
 */
export function toConditions(
  finding: Finding,
  { previous, generation, now }: { previous: readonly Condition[]; generation: number; now: Date },
): Condition[] {
  const { verdict, reason, message } = finding;
  const condition = (type: string, status: "True" | "False"): Condition => {
    const before = previous.find((each) => each.type === type);
    return {
      type,
      status,
      reason,
      message,
      observedGeneration: generation,
      // A transition is a change of status. A new reason or message is not one.
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`,
    };
  };
  const conditions = [condition("Ready", verdict === "ready" ? "True" : "False")];
  if (verdict === "progressing") conditions.push(condition("Reconciling", "True"));
  if (verdict === "stalled") conditions.push(condition("Stalled", "True"));
  return conditions;
}
