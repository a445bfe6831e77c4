import { ReleasePlan } from "../../schema/release-plan.ts";
import { Repository } from "../../schema/repository.ts";
import { steering } from "../../schema/steering.ts";
import { type Plan, type Planned, planOf } from "../../sequencer/plan/plan.ts";
import type { Forges } from "../forge-port.ts";
import type { Lookup } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import { type Health, lookAtHealth } from "./hold/health.ts";
import { freezeProblem, holdsOf } from "./hold/hold.ts";
import type { PassedChecks } from "./hold/passed.ts";
import { kinOf, partsOf } from "./kin.ts";
import { type Net, netOf } from "./net.ts";
import type { Observed } from "./observed.ts";
import { rollbackOf, type TakeBack } from "./rollback.ts";
import { seenFirst } from "./unseen.ts";
import type { Problem, Reason } from "./verdict.ts";

export interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  /** Of one process; without, every look asks anew. */
  readonly passed?: PassedChecks;
}

/** What a turn rests on, and what its effects need besides. */
export interface Sight {
  readonly observed: Observed;
  readonly net: Net;
  /** What is to be taken back of each node; empty where the plan releases what is new. */
  readonly takeBacks: ReadonlyMap<string, TakeBack>;
}

/** Reads the caches; forges only where the health of branches is a gate. */
export async function observe(plan: ReleasePlan, world: World, turn: Turn): Promise<Sight> {
  const { lookup } = world;
  const { now } = turn;
  const { namespace, annotations = {} } = plan.metadata;
  const repositories = lookup.list(Repository, namespace);
  const net = netOf(namespace, lookup);
  const { planned, takeBacks, impossible } = aimOf(plan, net, lookup);
  const isPlan = "steps" in planned;
  const steps = isPlan ? planned.steps : [];
  const names = isPlan ? steps.map(({ name }) => name) : (plan.status?.nodes ?? []).map(({ name }) => name);
  const wish = annotations[steering.retry];
  const health = isPlan ? await healthOf(plan, names, world, turn) : [];
  const observed: Observed = {
    plan,
    planned,
    kin: new Map(names.map((name) => [name, kinOf(plan, name, lookup)])),
    versions: net.versions,
    impossible,
    holds: seenFirst(holdsOf({ plan, steps, health, now }), repositories, names),
    retry: wish === plan.status?.retried ? undefined : wish,
    now,
  };
  return { observed, net, takeBacks };
}

interface Aim {
  readonly planned: Plan | Problem;
  readonly takeBacks: ReadonlyMap<string, TakeBack>;
  readonly impossible: ReadonlyMap<string, string>;
}

function aimOf(plan: ReleasePlan, net: Net, lookup: Lookup): Aim {
  const none = { takeBacks: new Map(), impossible: new Map() };
  const message = freezeProblem(plan);
  if (message !== undefined) return { ...none, planned: { reason: "FreezeInvalid", message } };
  const { releases, rollback } = plan.spec;
  if (rollback === undefined) {
    const wanted = (releases ?? []).map(({ repositoryRef, library, version, bump }) => ({
      name: library === undefined ? repositoryRef.name : `${repositoryRef.name}/${library}`,
      version: version ?? bump,
    }));
    return { ...none, planned: told(planOf(net.nodes, wanted, plan.spec.policy)) };
  }
  const old = lookup.get(ReleasePlan, { namespace: plan.metadata.namespace, name: rollback.planRef.name });
  const back = rollbackOf(rollback, old, net.nodes, (node) => old && kinOf(old, node, lookup).release);
  if (back.is === "refused") return { ...none, planned: back };
  const wanted = back.nodes.map(({ name }) => ({ name, version: `without ${back.items.get(name)?.version ?? ""}` }));
  return {
    planned: told(planOf(back.nodes, wanted, plan.spec.policy)),
    takeBacks: back.items,
    impossible: back.impossible,
  };
}

const reasons: Readonly<Record<Extract<Planned, { is: "refused" }>["reason"], Reason>> = {
  Unknown: "RepositoryUnknown",
  NoPlace: "NoPlace",
  StaleMiddle: "StaleMiddle",
  Empty: "RollbackNothing",
};

const told = (planned: Planned): Plan | Problem =>
  planned.is === "plan" ? planned : { reason: reasons[planned.reason], message: planned.message };

/** Of the repositories of the plan, where their checks are a gate and something may still begin. */
async function healthOf(
  { metadata: { namespace }, spec }: ReleasePlan,
  nodes: readonly string[],
  world: World,
  { signal, now }: Turn,
): Promise<readonly Health[]> {
  if (spec.policy.health !== "Required" || spec.state !== "Running") return [];
  const names = new Set(nodes.map((node) => partsOf(node).repository));
  const repositories = world.lookup.list(Repository, namespace).filter(({ metadata }) => names.has(metadata.name));
  const { lookup, forges, passed } = world;
  return lookAtHealth(repositories, { lookup, forges, ...(passed && { passed: passed.asOf(now) }) }, signal);
}
