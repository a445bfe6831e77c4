import type { Hands } from "../change/hands.ts";
import type { Outcome } from "../reconciler.ts";
import { act } from "./act.ts";
import type { Observed, Status } from "./observed.ts";
import { intentOf, report } from "./report.ts";
import type { Decision } from "./verdict.ts";

/**
 * Takes at most one step, and only one whose intent was in status before this turn: so a crash at any moment leaves
 * either nothing, or an effect that status announces and the next turn finds. What is to follow is announced in the
 * same write that reports the step. Undefined when `decide` says that nothing is left.
 */
export async function advance(
  observed: Observed,
  decide: (observed: Observed) => Decision | undefined,
  hands: Hands,
  now: Date,
): Promise<Outcome<Status> | undefined> {
  const decision = decide(observed);
  if (!decision || decision.do === "rest") return decision && report(observed, decision, { intent: undefined, now });
  const announced = observed.proposal.status?.intent;
  const intent = intentOf(decision.step, now);
  if (!isSame(announced, intent)) return report(observed, decision, { intent, now });

  const done = await act(decision.step, observed, hands);
  if (done.is === "refused") {
    return report(observed, done.decision, { intent: done.kept ? announced : undefined, now });
  }
  const next = decide(done.observed);
  const following = next?.do === "step" ? intentOf(next.step, now) : undefined;
  return next && report(done.observed, next, { intent: following, now });
}

const isSame = (a: Status["intent"], b: NonNullable<Status["intent"]>): boolean =>
  a !== undefined && a.effect === b.effect && a.commit === b.commit && a.number === b.number;
