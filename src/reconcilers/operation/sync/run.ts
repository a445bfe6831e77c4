import type { OwnStatus } from "../../../schema/kind.ts";
import { requestedAt } from "../../../schema/object.ts";
import type { Operation } from "../../../schema/operation.ts";
import { nextRun } from "../../schedule.ts";

export type Run = NonNullable<OwnStatus<typeof Operation>["lastRun"]>;

/** Heads by what is followed: a Repository's name, or `NAME@BRANCH` where it is not its base branch. */
export type Heads = ReadonlyMap<string, string>;

/** What decides whether a run is due. */
export interface Occasion {
  readonly operation: Operation;
  /** Heads that are known now, of all that is followed or watched. */
  readonly heads: Heads;
  /** Whose moves start a run. */
  readonly watched: ReadonlySet<string>;
  readonly now: Date;
}

/** Longest list that status can hold. What is beyond it is taken as it is at the moment. */
const mostHeads = 256;

/**
 * The run whose result is wanted: the last one, or a new one that is due now. Undefined before the first. Between two runs
 * what is wanted stands still, whatever moves. Throws a StalledError when the schedule is none.
 */
export function runOf(occasion: Occasion): { readonly run: Run | undefined; readonly nextRunAt: Date | undefined } {
  const { operation, now, heads } = occasion;
  const { lastRun } = operation.status ?? {};
  const { schedule, suspend } = operation.spec;
  const after = (at: Date): Date | undefined => (schedule && !suspend ? nextRun(schedule, at) : undefined);
  const due = lastRun && after(new Date(lastRun.at));
  const cause = suspend ? undefined : causeOf(occasion, due !== undefined && due <= now);
  if (!cause) return { run: lastRun, nextRunAt: due };
  const at = `${now.toISOString().slice(0, 19)}Z`;
  // What became known or was selected since joins the run; it is no occasion to move the others.
  const brought = cause === "Selection" ? new Map([...heads, ...pinsOf(lastRun)]) : heads;
  return { run: { at, cause, heads: listed(brought) }, nextRunAt: after(now) };
}

function causeOf({ operation, heads, watched }: Occasion, isScheduled: boolean): Run["cause"] | undefined {
  const { metadata, status } = operation;
  // A run that brings nothing waits until there is something to bring.
  if (!status?.lastRun) return heads.size > 0 ? "Created" : undefined;
  const pins = pinsOf(status.lastRun);
  if (status.observedGeneration !== metadata.generation) return "Changed";
  const token = metadata.annotations?.[requestedAt];
  if (token !== undefined && token !== status.lastHandledReconcileAt) return "Requested";
  if (isScheduled) return "Schedule";
  if ([...watched].some((key) => pins.has(key) && heads.has(key) && pins.get(key) !== heads.get(key))) return "Push";
  if (pins.size < mostHeads && [...heads.keys()].some((key) => !pins.has(key))) return "Selection";
  return undefined;
}

/** The heads that a run brings. */
export const pinsOf = (run: Run | undefined): Heads => new Map(run?.heads.map(({ name, sha }) => [name, sha]));

const listed = (heads: Heads): Run["heads"] =>
  [...heads]
    .map(([name, sha]) => ({ name, sha }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, mostHeads);
