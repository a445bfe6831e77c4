import type { Step } from "../../sequencer/plan/plan.ts";
import type { Turn } from "../../sequencer/plan/turn.ts";
import type { Seen } from "./decide.ts";
import type { Effect } from "./observed.ts";

interface Now {
  readonly seen: ReadonlyMap<string, Seen>;
  readonly turn: Turn;
  readonly hold: (name: string) => string | undefined;
  readonly now: Date;
}

/** What is made for nodes that have begun, if nothing below them is open again and nothing holds them. Pure. */
export function effectsOf(steps: readonly Step[], now: Now): readonly Effect[] {
  const { standings } = now.turn;
  const isDone = (name: string) => ["Succeeded", "Unchanged"].includes(standings.get(name)!.is);
  return steps.flatMap(({ name, after }) => effectOf(name, after.every(isDone), now) ?? []);
}

function effectOf(node: string, isFree: boolean, { seen, hold, now }: Now): Effect | undefined {
  const { stage, known } = seen.get(node)!;
  switch (stage.is) {
    case "bumping":
    case "releasing":
    case "verifying":
      return { do: "keep", node };
    case "failed":
      return stage.mayPass ? { do: "keep", node } : undefined;
    case "unchanged":
      return known?.phase === "Unchanged" ? { do: "drop", node } : undefined;
    case "entering":
    case "bumped": {
      const waits = known?.retryAt !== undefined && Date.parse(known.retryAt) > now.getTime();
      if (waits || !isFree || hold(node) !== undefined) return undefined;
      return { do: stage.is === "entering" ? "enter" : "release", node };
    }
    default:
      return undefined;
  }
}
