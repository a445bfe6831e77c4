import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Operation } from "../../schema/operation.ts";
import type { Repository } from "../../schema/repository.ts";
import { bounded } from "../bounded.ts";
import type { Children, Lookup } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import { childKey, childOf, childrenOf } from "./child.ts";
import type { Standing } from "./decide.ts";
import { fateOf, standingOf } from "./standing.ts";
import type { Aim, Item } from "./strategy.ts";

interface World {
  readonly lookup: Lookup;
  readonly children: Children;
}

/** How many repositories are worked on at once: enough to hide what is far away, few enough to spare what is near. */
const width = 16;

/** Brings the children in step with what their repositories need, and says how each repository is doing. */
export async function keepChildren(
  { operation, repositories, aim }: { operation: Operation; repositories: readonly Repository[]; aim: Aim },
  world: World,
  turn: Turn,
): Promise<readonly Standing[]> {
  const inUse = new Set<string>();
  const untold = new Set<string>();
  const standings = await bounded(repositories, width, async (repository) => {
    const { name } = repository.metadata;
    const { items, keepsOthers } = await aim.needsOf(repository);
    if (keepsOthers) untold.add(name);
    const kept: Standing[] = [];
    for (const item of items) {
      inUse.add(childKey(operation, { repository: name, part: item.part }, world.lookup).name);
      kept.push(...(await keepOne(operation, { ...item, name }, world, turn)));
    }
    return kept;
  });
  const left = childrenOf(operation, world.lookup).filter(
    (child) => !inUse.has(child.metadata.name) && !untold.has(child.spec.repositoryRef.name) && !isGoing(child),
  );
  await bounded(left, width, ({ metadata: { namespace, name } }) =>
    world.children.remove(ChangeProposal, { namespace, name }, turn.signal),
  );
  return standings.flat();
}

async function keepOne(
  operation: Operation,
  { name, part, need, notes }: Item & { readonly name: string },
  world: World,
  turn: Turn,
): Promise<readonly Standing[]> {
  const key = childKey(operation, { repository: name, part }, world.lookup);
  const there = world.lookup.get(ChangeProposal, key);
  const of = { name, ...(part !== undefined && { part }) };
  const said = [{ ...standingOf(need, there), ...of }, ...notes.map((note) => ({ ...note, ...of }))];
  // What is being deleted cleans up first; only then can there be another one of its name.
  if (there && isGoing(there)) {
    const message = `the old ChangeProposal ${key.name} is being cleaned up`;
    return need.is === "behind" ? [{ ...of, is: "waiting", reason: "Withdrawing", message }] : said;
  }
  try {
    const fate = fateOf(need, there);
    if (fate === "remove") await world.children.remove(ChangeProposal, key, turn.signal);
    if (fate === "apply" && need.is === "behind") {
      await world.children.apply(childOf(operation, key, need.spec), turn.signal);
    }
    return said;
  } catch (error) {
    turn.signal.throwIfAborted();
    turn.log.warn({ err: error, child: key.name }, "could not write a child");
    const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
    const message = `could not write ChangeProposal ${key.name}: ${why}`;
    return [{ ...of, is: "waiting", reason: "ClusterRefused", message }];
  }
}

const isGoing = ({ metadata }: ChangeProposal): boolean => metadata.deletionTimestamp !== undefined;
