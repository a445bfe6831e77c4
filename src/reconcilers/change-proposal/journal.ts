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
): Promise<Outcome<Status> | undefined> {
  const decision = decide(observed);
  const { now } = observed;
  if (!decision || decision.do === "rest") return decision && report(observed, decision, undefined);
  const announced = observed.proposal.status?.intent;
  const intent = intentOf(decision.step, now);
  if (!isSame(announced, intent)) return report(observed, decision, intent);

  const done = await act(decision.step, observed, hands);
  if (done.is === "refused") {
    // What the change comes to may have been found out for a commit that did not get there.
    const known = { ...observed, looked: undefined, diff: decision.step.do === "push" ? undefined : observed.diff };
    return report(known, done.decision, done.kept ? announced : undefined);
  }
  // What was looked at is not what is there any more.
  const after = { ...done.observed, looked: undefined };
  const next = decide(after);
  const following = next?.do === "step" ? intentOf(next.step, now) : undefined;
  return next && report(after, next, following);
}

const isSame = (a: Status["intent"], b: NonNullable<Status["intent"]>): boolean =>
  a !== undefined && a.effect === b.effect && a.commit === b.commit && a.number === b.number && a.mark === b.mark;
