import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import { Operation } from "../../schema/operation.ts";
import { Repository } from "../../schema/repository.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import { intervalMs } from "../interval.ts";
import type { Children, Lookup } from "../ports.ts";
import { type Again, type Outcome, type Reconciler, type Turn, watch } from "../reconciler.ts";
import { isStalled, short } from "../way.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { Archives } from "./archive.ts";
import { decide, type Standing } from "./decide.ts";
import { followedBy, watchedBy } from "./follow.ts";
import { Plans } from "./item.ts";
import { keepChildren } from "./keep.ts";
import { pinsOf, type Run, runOf } from "./run.ts";
import { select } from "./select.ts";

type Status = OwnStatus<typeof Operation>;

/** What the reconciler of Operations needs from the world. */
export interface World {
  readonly lookup: Lookup;
  readonly children: Children;
  readonly forges: Forges;
  readonly git: Git;
  readonly scalars: Scalars;
}

/** What waits for something is looked at again after this time, if nothing wakes it earlier. */
const waitingMs = 30_000;

/** Keeps one ChangeProposal for every selected repository whose sources are behind. */
export function operationReconciler(world: World): Reconciler<typeof Operation> {
  const archives = new Archives(world.forges, world.lookup);
  const plans = new Plans();
  return {
    kind: Operation,
    watches: [ofRepository, ofChild],

    async reconcile(operation, turn) {
      if (operation.spec.suspend) return suspended(operation);
      const { namespace } = operation.metadata;
      const { repositories, unknown } = select(operation.spec.repositories, world.lookup.list(Repository, namespace));
      const followed = await followedBy(operation, repositories.filter(isAllowed), world, turn.signal);
      const heads = new Map(
        followed.flatMap(({ key, head }) => (typeof head === "string" ? [[key, head] as const] : [])),
      );
      const { run, nextRunAt } = runOf({ operation, heads, watched: watchedBy(operation, followed), now: turn.now });

      const aim = { operation, pins: pinsOf(run), followed: new Map(followed.map((each) => [each.key, each])) };
      const kept = await keepChildren(repositories, aim, { ...world, archives, plans }, turn);
      const standings = [...kept, ...unknown.map(unknownName), ...unknownTriggers(operation, world.lookup)].sort(
        byName,
      );
      return report(operation, { standings, run, nextRunAt, selected: repositories.length }, turn);
    },
  };
}

const isAllowed = ({ spec }: Repository): boolean => spec.operations.includes("SyncSources");

const byName = (a: Standing, b: Standing): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const unknownName = (name: string): Standing => ({
  name,
  is: "blocked",
  reason: "RepositoryUnknown",
  message: "spec.repositories.names lists it, and there is no such Repository: create it, or take it out",
});

/** Triggers that can never fire. */
const unknownTriggers = ({ metadata: { namespace }, spec }: Operation, lookup: Lookup): readonly Standing[] =>
  [...new Set((spec.triggers ?? []).map(({ repositoryRef }) => repositoryRef.name))]
    .filter((name) => !lookup.get(Repository, { namespace, name }))
    .map((name) => ({
      name,
      is: "blocked",
      reason: "SourceUnknown",
      message: "spec.triggers names it, and there is no such Repository: create it, or take the trigger out",
    }));

interface Result {
  readonly standings: readonly Standing[];
  readonly run: Run | undefined;
  readonly nextRunAt: Date | undefined;
  readonly selected: number;
}

function report({ spec }: Operation, { standings, run, nextRunAt, selected }: Result, { now }: Turn): Outcome<Status> {
  const count = (is: Standing["is"]): number => standings.filter((each) => each.is === is).length;
  const attention = standings
    .filter(({ is }) => is === "blocked")
    .slice(0, 20)
    .map(({ name, reason, message }) => ({ name, reason, message: message.slice(0, 1_024) }));
  const brings = (run?.heads ?? [])
    .slice(0, 3)
    .map(({ name, sha }) => `${name} ${short(sha)}`)
    .join(", ");
  const beyond = (run?.heads.length ?? 0) > 3 ? " and others" : "";
  const status: Status = {
    ...(run && { lastRun: run }),
    ...(nextRunAt && { nextRunAt: `${nextRunAt.toISOString().slice(0, 19)}Z` }),
    selected,
    upToDate: count("upToDate"),
    open: count("open"),
    blocked: count("blocked"),
    ...(attention.length > 0 && { attention }),
  };
  const every = intervalMs(spec.interval);
  const waits = count("waiting") > 0 ? waitingMs : every;
  const untilNext = nextRunAt ? Math.max(0, nextRunAt.getTime() - now.getTime()) : every;
  const again: Again = { is: "after", ms: Math.min(every, waits, untilNext) };
  return { finding: decide({ suspended: false, standings, brings: brings + beyond }), status, again };
}

/** Counts and runs stay as they were; there is no next one. */
function suspended({ status = {} }: Operation): Outcome<Status> {
  const { lastRun, selected, upToDate, open, blocked, attention } = status;
  const known = { lastRun, selected, upToDate, open, blocked, attention };
  return {
    finding: decide({ suspended: true, standings: [], brings: "" }),
    status: Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    again: { is: "never" },
  };
}

/** Any repository can be selected or followed; operations are few. */
const ofRepository = watch(
  Repository,
  ({ metadata: { namespace } }, lookup) =>
    lookup.list(Operation, namespace).map(({ metadata: { name } }) => ({ namespace, name })),
  (before, after) =>
    before.status?.head?.sha !== after.status?.head?.sha ||
    before.metadata.generation !== after.metadata.generation ||
    isStalled(before) !== isStalled(after) ||
    JSON.stringify(before.metadata.labels) !== JSON.stringify(after.metadata.labels),
);

const ofChild = watch(
  ChangeProposal,
  ({ metadata: { namespace, ownerReferences = [] } }) =>
    ownerReferences
      .filter(({ kind, controller }) => controller === true && kind === Operation.kind)
      .map(({ name }) => ({ namespace, name })),
  (before, after) =>
    before.metadata.generation !== after.metadata.generation ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.status?.phase !== after.status?.phase ||
    readyReason(before) !== readyReason(after),
);

const readyReason = ({ status }: ChangeProposal): string | undefined =>
  status?.conditions?.find(({ type }) => type === "Ready")?.reason;
