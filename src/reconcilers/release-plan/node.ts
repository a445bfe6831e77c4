import { durationMs } from "../../schema/object.ts";
import type { PlanPolicy } from "../../schema/plan-policy.ts";
import type { NodePhase } from "../../schema/release-plan.ts";
import type { Standing, Turn } from "../../sequencer/plan/turn.ts";
import { whileChildFails } from "./attempt.ts";
import type { Seen } from "./decide.ts";
import type { Observed } from "./observed.ts";
import type { NodeStatus, Stage } from "./stage.ts";

/** Characters of a node's message, and names in it: three hundred nodes have to fit into one object. */
const most = { message: 200, names: 3 } as const;

/** RFC 3339 with seconds. */
export const timeOf = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

export const cut = (text: string, longest: number = most.message): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, most.names).join(", ");
  return names.length <= most.names ? shown : `${shown} and ${names.length - most.names} more`;
}

interface Life {
  readonly known: NodeStatus | undefined;
  readonly now: Date;
  readonly policy: PlanPolicy;
}

/**
 * Why a node has failed now: a child of it has, or took longer than it may. What waits for the plan itself, such as for the end of a
 * freeze, has all the time. Undefined where it has not.
 */
export function failedAs(stage: Stage, { known, now, policy }: Life): string | undefined {
  if (stage.is === "failed" && !stage.mayPass) return stage.reason;
  if (!("at" in stage) || !stage.at || !known?.since) return undefined;
  const since = Math.max(Date.parse(known.since), Date.parse(stage.at.since ?? known.since));
  if (now.getTime() - since < durationMs(policy.timeout)) return undefined;
  return `Timeout: it took longer than ${policy.timeout}; at last ${stage.at.message}`;
}

interface Given {
  readonly turn: Turn;
  readonly seen: Seen;
  readonly observed: Observed;
}

/** What status says about a node. */
export function nodeOf(name: string, { turn, seen, observed }: Given): NodeStatus {
  const { known, stage } = seen;
  const standing = turn.standings.get(name)!;
  const now = timeOf(observed.now);
  const before = known?.before ?? observed.versions.get(name);
  const kept = {
    name,
    ...(before !== undefined && { before }),
    ...(known?.retried !== undefined && { retried: known.retried }),
  };
  const begun = { ...kept, ...tries(known, stage), since: known?.since ?? now };
  const ref = "at" in stage ? stage.at?.ref : known?.pullRequest;
  const seenAt = { ...begun, ...(ref !== undefined && { pullRequest: ref }) };
  const ended = { ...seenAt, until: known?.until ?? now };
  switch (standing.is) {
    case "WaitingFor":
      return { ...kept, phase: "WaitingFor", message: `waits for ${listed(standing.names)}` };
    case "Held":
      return { ...kept, phase: "Held", message: cut(standing.why) };
    case "Skipped":
      return { ...kept, phase: "Skipped", message: skippedFor(standing) };
    case "Ready":
      return standing.begins
        ? { ...begun, phase: "Ready", message: "begins" }
        : { ...kept, phase: "Ready", message: "waits for a place among those under way" };
    case "Running":
      return runningAs(name, { stage, observed, node: seenAt });
    case "Succeeded":
      return { ...ended, phase: "Succeeded", version: standing.version };
    case "Unchanged":
      return { ...ended, phase: "Unchanged", message: stage.is === "unchanged" ? cut(stage.why) : "" };
    case "Failed":
      return { ...ended, phase: "Failed", message: cut(standing.reason) };
  }
}

/** The pause before the next try is over as soon as something goes on. */
const tries = (known: NodeStatus | undefined, { is }: Stage): Pick<NodeStatus, "attempts" | "retryAt"> => ({
  ...(known?.attempts !== undefined && { attempts: known.attempts }),
  ...(known?.retryAt !== undefined && ["entering", "bumped", "failed"].includes(is) && { retryAt: known.retryAt }),
});

const skippedFor = ({ because, halted }: Extract<Standing, { is: "Skipped" }>): string =>
  halted ? `not begun, since ${because} failed and the plan halts` : `since ${because} failed`;

const phases: Readonly<Record<string, NodePhase>> = {
  entering: "Bumping",
  bumping: "Bumping",
  bumped: "Releasing",
  releasing: "Releasing",
  verifying: "Verifying",
};

interface Under {
  readonly stage: Stage;
  readonly observed: Observed;
  readonly node: Omit<NodeStatus, "phase">;
}

/** A node that is under way; what keeps its next child from being made comes first. */
function runningAs(name: string, { stage, observed, node }: Under): NodeStatus {
  const { holds, plan, now } = observed;
  const isNext = stage.is === "entering" || stage.is === "bumped";
  const why = plan.spec.state === "Running" ? holds.hold(name) : `spec.state is ${plan.spec.state}`;
  if (isNext && why !== undefined) return { ...node, phase: "Held", message: cut(`it has begun; ${why}`) };
  if (stage.is === "failed") {
    return whileChildFails({ ...node, phase: "Releasing" }, stage.reason, { now, policy: plan.spec.policy });
  }
  const message = "at" in stage && stage.at ? stage.at.message : "its next step begins";
  return { ...node, phase: phases[stage.is] ?? "Bumping", message: cut(message) };
}
