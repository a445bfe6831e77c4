import type { Operation } from "../../schema/operation.ts";
import { cachedParts, runNameOf } from "../ledger/part.ts";
import { keepRecord } from "../ledger/record.ts";
import type { Lookup, Records } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import type { Standing } from "./decide.ts";
import { happeningsOf, isOver, isWorthTelling, superseded } from "./happening.ts";
import type { Aim } from "./strategy.ts";

interface World {
  readonly lookup: Lookup;
  readonly records: Records;
}

/** The run that is recorded, for status, and whether all of it is told. */
export interface Recorded {
  readonly run: string | undefined;
  readonly isBehind: boolean;
}

/**
 * Keeps the record of the run that goes on. What opens again after a run was over is recorded as a run of its own. `status.run` stays
 * with a run that another one took the place of until its record is closed.
 */
export async function keepRunRecord(
  operation: Operation,
  { aim, standings }: { readonly aim: Aim; readonly standings: readonly Standing[] },
  world: World,
  turn: Turn,
): Promise<Recorded> {
  const { namespace, name } = operation.metadata;
  const about = `Operation/${name}`;
  const at = `${turn.now.toISOString().slice(0, 19)}Z`;
  const known = operation.status?.run;
  const run = runName(operation, aim, world.lookup);
  if (known !== undefined && known !== run && !isClosed(world.lookup, namespace, known)) {
    const telling = { happenings: () => [superseded(about, at)], close: true };
    const closed = await keepRecord(world, { namespace, run: known, about }, telling, turn);
    if (closed === "behind") return { run: known, isBehind: true };
  }
  if (known !== run && !isWorthTelling(standings)) return { run: known, isBehind: false };
  const scene = { about, at, cause: aim.run?.cause ?? "Declared", brings: aim.brings, standings };
  const telling = { happenings: happeningsOf.bind(undefined, scene), close: isOver(standings) };
  const kept = await keepRecord(world, { namespace, run, about }, telling, turn);
  return { run, isBehind: kept === "behind" };
}

/** The first name of the run whose record is not closed. What runs when it is declared has a run for each declaration. */
function runName({ metadata }: Operation, { run }: Aim, lookup: Lookup): string {
  const { namespace, generation } = metadata;
  const apart = JSON.stringify(run ?? { generation });
  for (let again = 0; ; again++) {
    const name = runNameOf(metadata, again === 0 ? apart : `${apart} ${again}`);
    if (!isClosed(lookup, namespace, name)) return name;
  }
}

const isClosed = (lookup: Lookup, namespace: string, run: string): boolean =>
  cachedParts(lookup, namespace, run).at(-1)?.isClosed === true;
