import type { ReleasePlan } from "../../../schema/release-plan.ts";
import type { Step } from "../../../sequencer/plan/plan.ts";
import type { Hold } from "../../../sequencer/plan/turn.ts";
import { timeOf } from "../../change-proposal/will.ts";
import { frozenAt } from "./freeze.ts";
import { type Health, healthHold } from "./health.ts";
import { soaking } from "./soak.ts";
import { wishOf } from "./wish.ts";

/** What holds rest on: plain data. */
export interface HoldFacts {
  /** Its policy counts, its annotation `millrace.dev/hold`, and in status since when its nodes have succeeded (`until`). */
  readonly plan: ReleasePlan;
  readonly steps: readonly Pick<Step, "name" | "after">[];
  /** Of every repository of the plan, as `lookAtHealth` found it. Need not be looked at where the policy ignores it. */
  readonly health: readonly Health[];
  readonly now: Date;
}

/** Why something does not begin, and when to ask again though nothing else changes; undefined where only a person ends it. */
export interface Held {
  readonly why: string;
  readonly until: Date | undefined;
}

export interface Holds {
  /** Why this node does not begin, or make its next child, now: a person, a freeze, checks of a branch, or a soak, in this order. */
  readonly hold: Hold;
  /** When the answers may be others though nothing else changes; undefined where they stay. */
  readonly again: Date | undefined;
}

/** What keeps the nodes of a plan from beginning now. Pure and total: what cannot be understood holds everything, and says so. */
export function holdsOf({ plan, steps, health, now }: HoldFacts): Holds {
  const { policy } = plan.spec;
  const wish = wishOf(plan.metadata.annotations, now);
  const forAll = freezeHold(plan, now) ?? (policy.health === "Required" ? healthHold(health, now) : undefined);
  const soak = soaking(plan, steps, now);
  const held = (node: string): Held | undefined => wish(node) ?? forAll ?? soak(node);
  const ends = steps.map(({ name }) => held(name)?.until?.getTime()).filter((each) => each !== undefined);
  const first = ends.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return { hold: (node) => held(node)?.why, again: ends.length > 0 ? new Date(first) : undefined };
}

function freezeHold({ spec }: Pick<ReleasePlan, "spec">, now: Date): Held | undefined {
  const frozen = frozenAt(spec.policy.freezes, now.getTime());
  if (!frozen) return undefined;
  if ("invalid" in frozen)
    return { why: `nothing begins while a freeze is not understood: ${frozen.invalid}`, until: undefined };
  const because = frozen.reason === "" ? "" : `: ${frozen.reason}`;
  if (frozen.until === undefined) {
    // Months ahead nobody looks; by then something may be another way.
    const later = new Date(now.getTime() + 86_400_000);
    return { why: `frozen with no end in sight, since spec.policy.freezes follow one another${because}`, until: later };
  }
  const until = new Date(frozen.until);
  return { why: `frozen until ${timeOf(until)}${because}`, until };
}

/** What is wrong with the policy's freezes, by field; undefined where nothing is. A plan with such a freeze is blocked. */
export function freezeProblem({ spec }: Pick<ReleasePlan, "spec">): string | undefined {
  const found = frozenAt(spec.policy.freezes, 0);
  return found && "invalid" in found ? found.invalid : undefined;
}
