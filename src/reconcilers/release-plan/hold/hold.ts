import type { ReleasePlan } from "../../../schema/release-plan.ts";
import type { Step } from "../../../sequencer/plan/plan.ts";
import type { Hold } from "../../../sequencer/plan/turn.ts";
import type { Health } from "./health.ts";

/** What holds rest on: plain data. */
export interface HoldFacts {
  /** Its policy counts, its annotation `millrace.dev/hold`, and in status since when its nodes have succeeded (`until`). */
  readonly plan: ReleasePlan;
  readonly steps: readonly Pick<Step, "name" | "after">[];
  /** Of every repository of the plan, as `lookAtHealth` found it. Not looked at where the policy ignores it. */
  readonly health: readonly Health[];
  readonly now: Date;
}

export interface Holds {
  /** Why this node does not begin, or make its next child, now: a person, a freeze, checks of a branch, or a soak, in this order. */
  readonly hold: Hold;
  /** When the answers may be others though nothing else changes; undefined where they stay. */
  readonly again: Date | undefined;
}

/** What keeps the nodes of a plan from beginning now. Pure and total: what cannot be understood holds everything, and says so. */
export function holdsOf({ plan, steps, health, now }: HoldFacts): Holds {
  void [plan, steps, health, now];
  return { hold: () => undefined, again: undefined };
}

/** What is wrong with the policy's freezes, by field; undefined where nothing is. A plan with such a freeze is blocked. */
export function freezeProblem({ spec }: Pick<ReleasePlan, "spec">): string | undefined {
  void spec;
  return undefined;
}
