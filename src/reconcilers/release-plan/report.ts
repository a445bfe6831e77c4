import { durationMs } from "../../schema/object.ts";
import type { ReleasePlan } from "../../schema/release-plan.ts";
import type { Plan, Step } from "../../sequencer/plan/plan.ts";
import { runNameOf } from "../ledger/part.ts";
import type { Again } from "../reconciler.ts";
import type { Decision } from "./decide.ts";
import { progressText } from "./finding.ts";
import type { Net } from "./net.ts";
import { cut, timeOf } from "./node.ts";
import type { Observed } from "./observed.ts";
import type { NodeStatus, Status } from "./stage.ts";

/** How often a plan is looked at that nothing wakes. */
const everyMs = 10 * 60_000;
const leastMs = 1_000;
const longestChain = 64;
const mostNotInPlan = 50;

const over: ReadonlySet<string> = new Set(["Succeeded", "Failed", "Aborted"]);

/** Whether nothing more happens in a plan, unless it is tried again. */
export const isOver = (status: Status | undefined): boolean => status?.finishedAt !== undefined;

/** The status that follows from a decision. */
export function statusOf(observed: Observed, { phase, nodes, retried }: Decision, net: Net): Status {
  const { plan, planned, now } = observed;
  const { status: before = {}, metadata } = plan;
  const isStarted = phase !== "Previewed" && !(phase === "Blocked" && before.startedAt === undefined);
  const isAgain = isOver(before) && retried !== undefined;
  const run = isAgain ? runNameOf(metadata, retried) : (before.run ?? runNameOf(metadata));
  const startedAt = isAgain ? timeOf(now) : (before.startedAt ?? timeOf(now));
  const wish = retried ?? before.retried;
  return {
    ...("steps" in planned ? planStatus(planned, net) : known(before)),
    phase,
    progress: progressText(nodes),
    waiting: nodes.filter(({ since, phase }) => since === undefined && phase !== "Skipped").length,
    failed: count(nodes, "Failed"),
    skipped: count(nodes, "Skipped"),
    ...(wish !== undefined && { retried: wish }),
    nodes: fitting(nodes),
    ...(isStarted && { run, startedAt }),
    ...(over.has(phase) && { finishedAt: isAgain ? timeOf(now) : (before.finishedAt ?? timeOf(now)) }),
  };
}

/** Characters that the messages of all nodes share, and the least that one of them has. */
const room = { all: 20_000, least: 60 } as const;

/** The nodes as one object has room for them: the more there are, the shorter is what is said of each. */
function fitting(nodes: readonly NodeStatus[]): NodeStatus[] {
  const most = Math.max(room.least, Math.floor(room.all / Math.max(1, nodes.length)));
  return nodes.map((node) => (node.message === undefined ? node : { ...node, message: cut(node.message, most) }));
}

const count = (nodes: readonly NodeStatus[], phase: NodeStatus["phase"]): number =>
  nodes.filter((each) => each.phase === phase).length;

/** What is known of a plan that cannot be planned now. */
const known = ({ digest, longest, proposals, calls, notInPlan, unaffected }: Status): Status =>
  Object.fromEntries(
    Object.entries({ digest, longest, proposals, calls, notInPlan, unaffected }).filter(
      ([, value]) => value !== undefined,
    ),
  );

function planStatus({ digest, steps, notInPlan, unaffected }: Plan, net: Net): Status {
  const names = new Set(steps.map(({ name }) => name));
  const bumps = steps.filter(({ name }) =>
    net.edges(name).some((edge) => edge.path !== undefined && names.has(edge.name)),
  );
  const proposals = steps.length + bumps.length;
  return {
    digest,
    longest: [...longestOf(steps)],
    proposals,
    // A pull request each, and the forge's release of each node.
    calls: proposals + steps.length,
    ...(notInPlan.length > 0 && { notInPlan: notInPlan.slice(0, mostNotInPlan) }),
    unaffected: unaffected.length,
  };
}

/** The longest chain, from what depends on nothing. */
function longestOf(steps: readonly Step[]): readonly string[] {
  const chain: string[] = [];
  let next = steps.reduce<Step | undefined>(
    (best, step) => (!best || step.depth > best.depth ? step : best),
    undefined,
  );
  while (next && chain.length < longestChain) {
    const { name, depth }: Step = next;
    chain.push(name);
    next = steps.find((step) => step.depth === depth - 1 && step.after.includes(name));
  }
  return chain;
}

/** When to look again: at once while something has begun, else when a hold, a pause or a time is over. */
export function againAt({ plan, holds, now }: Observed, { phase, nodes }: Decision, isRecorded: boolean): Again {
  const begins = nodes.some((node) => node.phase === "Ready" && node.since !== undefined);
  const isNews = changed(plan.status?.nodes ?? [], nodes);
  if (begins || (isNews && phase !== "Previewed")) return { is: "now" };
  if (!isRecorded) return { is: "after", ms: 30_000 };
  if (over.has(phase) || phase === "Blocked") return { is: "after", ms: everyMs };
  const timeout = durationMs(plan.spec.policy.timeout);
  const moments = nodes.flatMap(({ since, until, retryAt }) => [
    ...(retryAt === undefined ? [] : [Date.parse(retryAt)]),
    ...(since !== undefined && until === undefined ? [Date.parse(since) + timeout] : []),
  ]);
  const ahead = [...moments, ...(holds.again ? [holds.again.getTime()] : [])].map((at) => at - now.getTime());
  const next = Math.min(everyMs, ...ahead.filter((ms) => ms > -leastMs));
  return { is: "after", ms: Math.max(leastMs, next) };
}

/** Whether there is something that the record of the run has to tell once it is in status. */
function changed(before: readonly NodeStatus[], after: readonly NodeStatus[]): boolean {
  const mark = ({ name, phase, since, until }: NodeStatus) => `${name} ${phase} ${since} ${until}`;
  return before.map(mark).join() !== after.map(mark).join();
}

/** What a plan that is over said last. */
export function lastWord({ status }: ReleasePlan): { readonly reason: string; readonly message: string } | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}
