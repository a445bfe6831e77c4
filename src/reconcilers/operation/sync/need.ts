import type { ChangeProposal } from "../../../schema/change-proposal.ts";
import type { Operation } from "../../../schema/operation.ts";
import type { Repository } from "../../../schema/repository.ts";
import { ForgeError, findingOf, WaitingError } from "../../errors.ts";
import type { Log, Lookup } from "../../ports.ts";
import { wayTo } from "../../way.ts";
import { obstacle } from "../obstacle.ts";
import type { Item, Need } from "../strategy.ts";
import { editsOf, type Plan, type World as PlanWorld, planOf, type Want } from "./plan.ts";
import { specOf } from "./text.ts";
import { type Sought, wantsOf } from "./want.ts";

export interface World extends PlanWorld {
  readonly lookup: Lookup;
  readonly plans: Plans;
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

/** A repository, the operation that looks at it, and the proposal that it has. */
export interface Subject {
  readonly operation: Operation;
  readonly repository: Repository;
  readonly child: ChangeProposal | undefined;
}

/** What a repository needs. A failure is its own: it never keeps others waiting. */
export async function itemOf(
  { operation, repository, child }: Subject,
  sought: Sought,
  world: World,
  turn: { readonly signal: AbortSignal; readonly log: Log },
): Promise<Item> {
  const way = wayTo(world.lookup, repository.metadata.namespace, repository.metadata.name);
  const { known, unknown, notes } = wantsOf(repository, child, sought, world.lookup);
  const none = { part: undefined, notes: [] } as const;
  const first = obstacle(operation, repository, way) ?? unknown;
  if (first || way.is === "shut") return { ...none, need: first ?? right([]) };
  const head = repository.status!.head!.sha;
  const id = planId(operation, repository);
  const { owner, name } = repository.spec;
  const by = JSON.stringify([
    owner,
    name,
    head,
    known.map(({ source, followed, commit }) => [source, followed.metadata.uid, commit]),
  ]);
  const before = world.plans.get(id, by);
  if (before) return { part: undefined, need: needOf(before, known, operation, repository), notes };
  try {
    const plan =
      known.length === 0 ? ({ is: "right" } as const) : await planOf(way, { head, wants: known }, world, turn.signal);
    world.plans.set(id, by, plan);
    return { part: undefined, need: needOf(plan, known, operation, repository), notes };
  } catch (error) {
    turn.signal.throwIfAborted();
    if (!(error instanceof ForgeError || error instanceof WaitingError))
      turn.log.error({ err: error, repository: name }, "planning failed");
    const { verdict, reason, message } = findingOf(error);
    return { ...none, need: { is: verdict === "stalled" ? "blocked" : "waiting", reason, message } };
  }
}

const right = (wants: readonly Want[]): Need => ({ is: "right", isAsked: (child) => asksFor(child, wants) });

function needOf(plan: Plan, wants: readonly Want[], operation: Operation, repository: Repository): Need {
  if (plan.is === "right") return right(wants);
  if (plan.is !== "behind") return plan;
  const edits = editsOf(plan.moves);
  const spec = specOf(operation, repository, plan.moves);
  return { is: "behind", spec, isSaid: (child) => setsThese(child, edits), endsWithChild: false };
}

/** Whether the child sets these fields to these values, in this order. */
const setsThese = ({ spec: { change } }: ChangeProposal, edits: ReturnType<typeof editsOf>): boolean =>
  change.edits?.length === edits.length &&
  edits.every(({ path, set }, index) => {
    const there = change.edits![index]!;
    return there.path === path && there.set?.value === set.value && there.set.field.join("\0") === set.field.join("\0");
  });

const asksFor = ({ spec }: ChangeProposal, wants: readonly Want[]): boolean =>
  (spec.change.edits ?? []).every(
    ({ set }) =>
      set?.field.at(-1) !== "commit" ||
      wants.some(({ source, commit }) => source === set.field[1] && commit === set.value),
  );
