import { durationMs } from "../../../schema/object.ts";
import type { ReleasePlan } from "../../../schema/release-plan.ts";
import { timeOf } from "../../change-proposal/will.ts";
import type { Held, HoldFacts } from "./hold.ts";

/** Which nodes wait until the releases that they build on have been there for long enough. */
export function soaking(
  { spec, status }: ReleasePlan,
  steps: HoldFacts["steps"],
  now: Date,
): (node: string) => Held | undefined {
  const soakMs = durationMs(spec.policy.soak);
  if (soakMs === 0) return () => undefined;
  const nodes = new Map(status?.nodes?.map((each) => [each.name, each]));
  const afterOf = new Map(steps.map(({ name, after }) => [name, after]));
  // What status does not tell of yet has just come about.
  const endOf = (name: string): number => {
    const known = nodes.get(name);
    if (known?.phase === "Unchanged") return 0;
    const since = known?.phase === "Succeeded" && known.until !== undefined ? Date.parse(known.until) : now.getTime();
    return since + soakMs;
  };
  return (node) => {
    const ends = (afterOf.get(node) ?? []).map((name) => ({ name, end: endOf(name) }));
    const last = ends.reduce((a, b) => (b.end > a.end ? b : a), { name: "", end: 0 });
    if (last.end <= now.getTime()) return undefined;
    const until = new Date(last.end);
    return { why: `${last.name} is to be there for ${spec.policy.soak}, which it is at ${timeOf(until)}`, until };
  };
}
