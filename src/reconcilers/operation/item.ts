import type { Operation } from "../../schema/operation.ts";
import { Repository } from "../../schema/repository.ts";
import { ForgeError, findingOf, WaitingError } from "../errors.ts";
import type { Log, Lookup } from "../ports.ts";
import { isStalled, type Way, wayTo } from "../way.ts";
import { type Followed, keyOf, type Unknown } from "./follow.ts";
import { type Plan, type World as PlanWorld, planOf, type Want } from "./plan.ts";
import type { Heads } from "./run.ts";

export interface World extends PlanWorld {
  readonly lookup: Lookup;
  readonly plans: Plans;
}

/** What is wanted of every repository: the heads that the run brings, and what is known of what is followed. */
export interface Aim {
  readonly operation: Operation;
  readonly pins: Heads;
  readonly followed: ReadonlyMap<string, Followed>;
}

/**
 * Plans by repository, kept as long as neither its head nor what is wanted of it changes: a function of the two, so this
 * saves reads and remembers nothing that could not be found out again.
 */
export class Plans {
  readonly #known = new Map<string, { readonly by: string; readonly plan: Plan }>();

  get(id: string, by: string): Plan | undefined {
    const known = this.#known.get(id);
    return known?.by === by ? known.plan : undefined;
  }

  set(id: string, by: string, plan: Plan): void {
    this.#known.set(id, { by, plan });
  }

  /** Forgets the repositories of an operation that are not among these. */
  keep(prefix: string, ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (id.startsWith(prefix) && !ids.has(id)) this.#known.delete(id);
  }
}

/** Names what an operation plans for a repository. */
export const planId = (operation: Operation, repository: Repository): string =>
  `${operation.metadata.uid}/${repository.metadata.uid}`;

/** What a repository needs. A failure is its own: it never keeps others waiting. */
export async function planFor(
  repository: Repository,
  aim: Aim,
  world: World,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<{ readonly plan: Plan; readonly wants: readonly Want[] }> {
  const way = wayTo(world.lookup, repository.metadata.namespace, repository.metadata.name);
  const wants = wantsOf(repository, aim, world.lookup);
  const first = obstacle(repository, way) ?? wants.find(isUnknown);
  if (first || way.is === "shut") return { plan: first ?? { is: "right" }, wants: [] };
  const known = wants.filter((want): want is Want => !isUnknown(want));
  const head = repository.status!.head!.sha;
  const id = planId(aim.operation, repository);
  const { owner, name } = repository.spec;
  const by = JSON.stringify([
    owner,
    name,
    head,
    known.map(({ source, followed, commit }) => [source, followed.metadata.uid, commit]),
  ]);
  const before = world.plans.get(id, by);
  if (before) return { plan: before, wants: known };
  try {
    const plan =
      known.length === 0 ? ({ is: "right" } as const) : await planOf(way, { head, wants: known }, world, signal);
    world.plans.set(id, by, plan);
    return { plan, wants: known };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ForgeError || error instanceof WaitingError))
      log.error({ err: error, repository: name }, "planning failed");
    const { verdict, reason, message } = findingOf(error);
    return { plan: { is: verdict === "stalled" ? "blocked" : "waiting", reason, message }, wants: known };
  }
}

const isUnknown = (want: Want | Unknown): want is Unknown => "is" in want;

function wantsOf({ metadata, spec }: Repository, { pins, followed }: Aim, lookup: Lookup): readonly (Want | Unknown)[] {
  return spec.sources.map((source) => {
    const object = lookup.get(Repository, { namespace: metadata.namespace, name: source.repositoryRef.name });
    const key = keyOf(source, object);
    const head = followed.get(key)?.head;
    const commit = pins.get(key) ?? (typeof head === "string" ? head : undefined);
    if (commit !== undefined && object) {
      return { source: source.name, followed: object, branch: source.branch ?? object.spec.branch, commit };
    }
    const why =
      typeof head === "object"
        ? head
        : { is: "waiting" as const, reason: "SourceNotReady", message: "no head is known" };
    return { ...why, message: `sources.${source.name}: ${why.message}` };
  });
}

/** What keeps the operation from looking at the repository at all. */
function obstacle(repository: Repository, way: Way): Unknown | undefined {
  const { metadata, spec, status } = repository;
  if (!spec.operations.includes("SyncSources")) {
    const operations = JSON.stringify({ spec: { operations: [...spec.operations, "SyncSources"] } });
    const remedy = `kubectl -n ${metadata.namespace} patch repository ${metadata.name} --type=merge -p '${operations}'`;
    return { is: "blocked", reason: "NotAllowed", message: `its spec.operations does not list SyncSources: ${remedy}` };
  }
  if (way.is === "shut") {
    const { verdict, reason, message } = way.finding;
    return { is: verdict === "stalled" ? "blocked" : "waiting", reason, message };
  }
  if (status?.head) return undefined;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const message = ready ? `${ready.reason}: ${ready.message}` : "it was not looked at yet";
  return { is: isStalled(repository) ? "blocked" : "waiting", reason: "RepositoryNotReady", message };
}
