import type { Hands } from "../change/hands.ts";
import type { Outcome } from "../reconciler.ts";
import { act } from "./act.ts";
import { decide } from "./decide.ts";
import type { Observed, Status } from "./observed.ts";
import { intentOf, report } from "./report.ts";
import { rest } from "./verdict.ts";

/**
 * Takes at most one step, and only one whose intent was in status before this turn: so a crash at any moment leaves either nothing,
 * or an effect that status announces and the next turn finds. What is to follow is announced in the same write.
 */
export async function advance(observed: Observed, hands: Hands): Promise<Outcome<Status>> {
  const decision = decide(observed);
  const { now, state, release } = observed;
  if (decision.do !== "step" || state.is !== "behind") return report(observed, decision, undefined);
  const intent = intentOf(decision.step, now);
  if (!isSame(release.status?.intent, intent)) return report(observed, decision, intent);
  const after = await act(decision.step, { ...observed, state }, hands);
  if (!after) {
    const { tag } = decision.step;
    const again = rest(decision.phase, ["Tagging", `${tag} came to be in between; it is looked at again`], "now");
    return report(observed, again, undefined);
  }
  const next = decide(after);
  return report(after, next, next.do === "step" ? intentOf(next.step, now) : undefined);
}

const isSame = (a: Status["intent"], b: NonNullable<Status["intent"]>): boolean =>
  a !== undefined && a.effect === b.effect && a.name === b.name && a.commit === b.commit;
