import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Operation } from "../../schema/operation.ts";
import { Repository } from "../../schema/repository.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import { ownersOf } from "../owner.ts";
import type { Children, Lookup, Records } from "../ports.ts";
import { type Reconciler, watch } from "../reconciler.ts";
import { isStalled } from "../way.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { backport } from "./backport/strategy.ts";
import type { Standing } from "./decide.ts";
import { keepChildren } from "./keep.ts";
import { keepRunRecord } from "./recorded.ts";
import { report, suspended } from "./report.ts";
import { select } from "./select.ts";
import type { Strategy } from "./strategy.ts";
import { syncSources } from "./sync/strategy.ts";

/** What the reconciler of Operations needs from the world. */
export interface World {
  readonly lookup: Lookup;
  readonly children: Children;
  readonly records: Records;
  readonly forges: Forges;
  readonly git: Git;
  readonly scalars: Scalars;
}

/** Keeps the proposals that an operation wants: what those are is for its type to say. */
export function operationReconciler(world: World): Reconciler<typeof Operation> {
  const strategies: Readonly<Record<Operation["spec"]["type"], Strategy>> = {
    SyncSources: syncSources(world),
    Backport: backport(world),
  };
  return {
    kind: Operation,
    watches: [ofRepository, ofChild],

    async reconcile(operation, turn) {
      if (operation.spec.suspend) return suspended(operation);
      const { namespace } = operation.metadata;
      const { repositories, unknown } = select(operation.spec.repositories, world.lookup.list(Repository, namespace));
      const strategy = strategies[operation.spec.type];
      const aim = await strategy.aim(operation, repositories, turn);
      const kept = await keepChildren({ operation, repositories, aim }, world, turn);
      strategy.keep(operation, repositories);
      const standings = [...kept, ...unknown.map(unknownName), ...aim.others].sort(byName);
      const recorded = await keepRunRecord(operation, { aim, standings }, world, turn);
      return report(operation, { aim, standings, recorded, selected: repositories.length }, turn);
    },
  };
}

const byName = (a: Standing, b: Standing): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const unknownName = (name: string): Standing => ({
  name,
  is: "blocked",
  reason: "RepositoryUnknown",
  message: "spec.repositories.names lists it, and there is no such Repository: create it, or take it out",
});

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
  ownersOf(Operation),
  (before, after) =>
    before.metadata.generation !== after.metadata.generation ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.status?.phase !== after.status?.phase ||
    readyReason(before) !== readyReason(after),
);

const readyReason = ({ status }: ChangeProposal): string | undefined =>
  status?.conditions?.find(({ type }) => type === "Ready")?.reason;
