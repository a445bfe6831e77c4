import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import { bounded } from "../bounded.ts";
import type { Children } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import { childKey, childOf, isOwnedBy } from "./child.ts";
import type { Standing } from "./decide.ts";
import { type Aim, type World as ItemWorld, planFor, planId } from "./item.ts";
import { fateOf, type Item, standingOf } from "./standing.ts";

interface World extends ItemWorld {
  readonly children: Children;
}

/** How many repositories are worked on at once: enough to hide what is far away, few enough to spare what is near. */
const width = 16;

/** Brings the children in step with what their repositories need, and says how each repository is doing. */
export async function keepChildren(
  repositories: readonly Repository[],
  aim: Aim,
  world: World,
  turn: Turn,
): Promise<readonly Standing[]> {
  const { operation } = aim;
  const inUse = new Set<string>();
  const standings = await bounded(repositories, width, (repository) => {
    const key = childKey(operation, repository, world.lookup);
    inUse.add(key.name);
    return keepOne(repository, aim, world, turn);
  });
  world.plans.keep(`${operation.metadata.uid}/`, new Set(repositories.map((each) => planId(operation, each))));
  const left = world.lookup
    .list(ChangeProposal, operation.metadata.namespace)
    .filter((child) => isOwnedBy(child, operation) && !inUse.has(child.metadata.name) && !isGoing(child));
  await bounded(left, width, ({ metadata: { namespace, name } }) =>
    world.children.remove(ChangeProposal, { namespace, name }, turn.signal),
  );
  return standings;
}

async function keepOne(repository: Repository, aim: Aim, world: World, turn: Turn): Promise<Standing> {
  const { operation } = aim;
  const { name } = repository.metadata;
  const key = childKey(operation, repository, world.lookup);
  const there = world.lookup.get(ChangeProposal, key);
  const { plan, wants } = await planFor(repository, aim, world, turn);
  const item: Item = { name, plan, wants, child: there };
  // What is being deleted cleans up first; only then can there be another one of its name.
  if (there && isGoing(there)) {
    if (plan.is !== "behind") return standingOf(item);
    return {
      name,
      is: "waiting",
      reason: "Withdrawing",
      message: `the old ChangeProposal ${key.name} is being cleaned up`,
    };
  }
  try {
    const fate = fateOf(item);
    if (fate === "remove") await world.children.remove(ChangeProposal, key, turn.signal);
    if (fate === "apply" && plan.is === "behind") {
      await world.children.apply(childOf(operation, repository, key, plan.moves), turn.signal);
    }
    return standingOf(item);
  } catch (error) {
    turn.signal.throwIfAborted();
    turn.log.warn({ err: error, child: key.name }, "could not write a child");
    const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
    return {
      name,
      is: "waiting",
      reason: "ClusterRefused",
      message: `could not write ChangeProposal ${key.name}: ${why}`,
    };
  }
}

const isGoing = ({ metadata }: ChangeProposal): boolean => metadata.deletionTimestamp !== undefined;
