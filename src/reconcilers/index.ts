import { changeProposalReconciler } from "./change-proposal/reconcile.ts";
import { forgeReconciler } from "./forge/reconcile.ts";
import type { Forges } from "./forge-port.ts";
import type { Git } from "./git-port.ts";
import { versionEdits } from "./manifest/version-edits.ts";
import { operationReconciler } from "./operation/reconcile.ts";
import type { Children, Lookup, Records, Secrets } from "./ports.ts";
import type { Reconciler } from "./reconciler.ts";
import { releaseReconciler } from "./release/reconcile.ts";
import { releasePlanReconciler } from "./release-plan/reconcile.ts";
import { releaseTrainReconciler } from "./release-train/reconcile.ts";
import { repositoryReconciler } from "./repository/reconcile.ts";
import { runRecordReconciler } from "./run-record/reconcile.ts";
import type { Runner } from "./runner-port.ts";
import { Scalars } from "./yaml/scalars.ts";

/** Everything that behaviour needs from the world. */
export interface Ports {
  readonly lookup: Lookup;
  readonly children: Children;
  readonly records: Records;
  readonly secrets: Secrets;
  readonly forges: Forges;
  readonly git: Git;
  /** Undefined where no commands are run. */
  readonly runner: Runner | undefined;
}

/** The behaviour of every kind, in the order of their dependence: what others wait for comes first. */
export function reconcilersFor(ports: Ports): readonly Reconciler[] {
  const world = { ...ports, scalars: new Scalars() };
  return [
    forgeReconciler(world),
    repositoryReconciler(world),
    operationReconciler(world),
    releaseTrainReconciler(world),
    releasePlanReconciler(world),
    releaseReconciler({ ...world, versionEdits }),
    changeProposalReconciler(world),
    runRecordReconciler(world),
  ];
}
