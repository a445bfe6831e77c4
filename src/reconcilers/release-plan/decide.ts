import { type Progress, turnOf } from "../../sequencer/plan/turn.ts";
import type { Finding } from "../conditions.ts";
import { effectsOf } from "./effect.ts";
import { findingFor } from "./finding.ts";
import { failedAs, nodeOf, timeOf } from "./node.ts";
import type { Effect, Observed } from "./observed.ts";
import { forgotten } from "./retry.ts";
import type { Status as PlanStatus } from "./stage.ts";
import { type NodeStatus, type Stage, stageOf } from "./stage.ts";
import { found } from "./verdict.ts";

/** What to do about a plan now, and what to say. */
export interface Decision {
  readonly phase: NonNullable<PlanStatus["phase"]>;
  readonly finding: Finding;
  readonly nodes: readonly NodeStatus[];
  /** None of it is about a node whose beginning is not in status yet. */
  readonly effects: readonly Effect[];
  /** The wish to try again that was carried out with this. */
  readonly retried: string | undefined;
}

/** Where a node is: what was known of it, and what its children say. */
export interface Seen {
  readonly known: NodeStatus | undefined;
  readonly stage: Stage;
}

/** Pure and total. */
export function decide(observed: Observed): Decision {
  const { plan, planned, retry } = observed;
  const { status = {}, spec } = plan;
  if (!("steps" in planned)) {
    if (spec.state === "Aborted") return aborted(observed, seenOf(observed, status.nodes ?? [], named(status.nodes)));
    return {
      phase: "Blocked",
      finding: found(planned.reason, planned.message),
      nodes: status.nodes ?? [],
      effects: [],
      retried: undefined,
    };
  }
  const seen = seenOf(observed, planned.steps, retry === undefined ? named(status.nodes) : forgotten(plan, retry));
  if (spec.state === "Aborted") return aborted(observed, seen);
  const isIdle = spec.state !== "Running";
  const hold = (name: string) => (isIdle ? `spec.state is ${spec.state}` : observed.holds.hold(name));
  const turn = turnOf(planned, progressOf(seen), hold);
  const nodes = planned.steps.map(({ name }) => nodeOf(name, { turn, seen: seen.get(name)!, observed }));
  const { phase, finding } = findingFor({ observed, turn, nodes });
  return {
    phase,
    finding,
    nodes,
    effects:
      isIdle && spec.state === "Preview" ? [] : effectsOf(planned.steps, { now: observed.now, seen, turn, hold }),
    retried: retry,
  };
}

const named = (nodes: readonly NodeStatus[] = []): ReadonlyMap<string, NodeStatus> =>
  new Map(nodes.map((node) => [node.name, node]));

function seenOf(
  { kin, impossible, now, plan }: Observed,
  steps: readonly { readonly name: string; readonly after?: readonly string[] }[],
  nodes: ReadonlyMap<string, NodeStatus>,
): ReadonlyMap<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const { name } of steps) {
    const known = nodes.get(name);
    const stage = stageOf(known, kin.get(name) ?? { bump: undefined, release: undefined });
    const why = impossible.get(name);
    const failed = why === undefined ? failedAs(stage, { known, now, policy: plan.spec.policy }) : why;
    seen.set(name, {
      known,
      stage: failed !== undefined && !isOver(stage) ? { is: "failed", reason: failed, mayPass: false } : stage,
    });
  }
  for (const { name, after = [] } of steps) {
    const { known, stage } = seen.get(name)!;
    const isNext = stage.is === "entering" || stage.is === "bumped";
    // It has begun, and the graph has changed since: it waits as if it had not, and leaves its place to others.
    if (isNext && !after.every((each) => isOver(seen.get(each)?.stage))) {
      const { since: _, ...rest } = known ?? { name, phase: "Ready" as const };
      seen.set(name, { known: rest, stage: { is: "idle" } });
    }
  }
  return seen;
}

const isOver = (stage: Stage | undefined): boolean => stage?.is === "succeeded" || stage?.is === "unchanged";

function progressOf(seen: ReadonlyMap<string, Seen>): ReadonlyMap<string, Progress> {
  const progress = new Map<string, Progress>();
  for (const [name, { stage }] of seen) {
    const known = progressAs(stage);
    if (known) progress.set(name, known);
  }
  return progress;
}

function progressAs(stage: Stage): Progress | undefined {
  switch (stage.is) {
    case "idle":
      return undefined;
    case "succeeded":
      return { is: "succeeded", version: stage.version };
    case "unchanged":
      return { is: "unchanged" };
    case "failed":
      return stage.mayPass ? { is: "running", doing: stage.reason } : { is: "failed", reason: stage.reason };
    default:
      return { is: "running", doing: stage.is };
  }
}

const stopped = "the plan was aborted";

/** Whatever is under way is stopped where it is, and nothing begins. */
function aborted(observed: Observed, seen: ReadonlyMap<string, Seen>): Decision {
  const end = timeOf(observed.now);
  const nodes = [...seen].map(([name, { known, stage }]): NodeStatus => {
    const rest: Partial<NodeStatus> = known ?? {};
    switch (stage.is) {
      case "idle":
        return { name, phase: "Skipped", message: stopped };
      case "succeeded":
        return { ...rest, name, phase: "Succeeded", version: stage.version, until: rest.until ?? end };
      case "unchanged":
        return { ...rest, name, phase: "Unchanged", until: rest.until ?? end };
      case "failed":
        return { ...rest, name, phase: "Failed", message: stage.reason, until: rest.until ?? end };
      default:
        return { ...rest, name, phase: "Failed", message: `Aborted: ${stopped}; it was ${stage.is}`, until: end };
    }
  });
  const done = nodes.filter(({ phase }) => phase === "Succeeded" || phase === "Unchanged").length;
  return {
    phase: "Aborted",
    finding: found("Aborted", `${stopped} with ${done} of ${nodes.length} done; what is done stays`),
    nodes,
    effects: nodes.map(({ name }) => ({ do: "stop", node: name })),
    retried: undefined,
  };
}
