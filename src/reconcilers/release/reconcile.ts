import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import { requestedAt } from "../../schema/object.ts";
import { Release } from "../../schema/release.ts";
import { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import { intervalMs } from "../interval.ts";
import { ownersOf } from "../owner.ts";
import type { Children, Key, Lookup } from "../ports.ts";
import { type Outcome, type Reconciler, type Turn, watch } from "../reconciler.ts";
import { isStalled, slugOf, type Way, wayTo } from "../way.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { rememberingAncestry } from "./ancestry.ts";
import { childOf } from "./child.ts";
import { advance } from "./journal.ts";
import { keepProposal, suspendProposal } from "./keep.ts";
import { observe } from "./observe.ts";
import type { Status } from "./observed.ts";
import { otherUnderWay } from "./others.ts";
import { reportUnseen } from "./report.ts";
import { found } from "./verdict.ts";
import type { VersionEdits } from "./version-edits.ts";

/** What the reconciler of Releases needs from the world. */
export interface World {
  readonly lookup: Lookup;
  readonly children: Children;
  readonly forges: Forges;
  readonly git: Git;
  readonly scalars: Scalars;
  readonly versionEdits: VersionEdits;
}

/** Brings one version of a repository from its commits to a release that is verified from outside. */
export function releaseReconciler(ports: World): Reconciler<typeof Release> {
  const world = { ...ports, git: rememberingAncestry(ports.git) };
  return {
    kind: Release,
    watches: [ofProposal, ofRepository, ofForge, ofSibling],

    async reconcile(release, turn) {
      const over = settled(release);
      if (over) return over;
      if (release.spec.suspend) {
        await suspendProposal(release, world, turn.signal);
        const message = "spec.suspend is true, so nothing more is done for it: set it to false to go on";
        return reportUnseen(release, found("Suspended", message), { is: "never" });
      }
      const way = wayTo(world.lookup, release.metadata.namespace, release.spec.repositoryRef.name);
      const again = { is: "after", ms: intervalMs(release.spec.interval) } as const;
      if (way.is === "shut") return reportUnseen(release, way.finding, again);
      return look(release, way, world, turn);
    },
  };
}

async function look(
  release: Release,
  { repository, forge }: Extract<Way, { is: "open" }>,
  world: World,
  { now, signal }: Turn,
): Promise<Outcome<Status>> {
  const { lookup, git, scalars, versionEdits } = world;
  const host = await world.forges.of(forge, signal, release.spec.priority);
  const at = slugOf(repository);
  const hands: Hands = { host, at, remote: host.remote(at), git, scalars, runner: undefined, now, signal };
  const child = childOf(release, lookup);
  const other = child || release.status?.commit ? undefined : otherUnderWay(release, lookup);
  if (other) return waitFor(other, release);
  const observed = await observe(release, { repository, child, versionEdits }, hands);
  await keepProposal(observed, world, signal);
  return advance(observed, hands);
}

function waitFor({ metadata: { name }, status }: Release, release: Release): Outcome<Status> {
  const finding = found("AnotherUnderWay", `Release ${name} of the same branch is under way (${status?.phase})`);
  const same = reportUnseen(release, finding, { is: "after", ms: intervalMs(release.spec.interval) });
  return { ...same, status: { ...same.status, phase: "Pending" } };
}

/** The answer of a release that is through, and of which nothing has changed since: what it was. No request is made. */
function settled(release: Release): Outcome<Status> | undefined {
  const { metadata, status = {} } = release;
  if (status.phase !== "Released" || status.observedGeneration !== metadata.generation) return undefined;
  if (metadata.annotations?.[requestedAt] !== status.lastHandledReconcileAt) return undefined;
  const ready = status.conditions?.find(({ type, status: on }) => type === "Ready" && on === "True");
  if (!ready) return undefined;
  const { reason, message } = ready;
  return reportUnseen(release, { verdict: "ready", reason, message }, { is: "never" });
}

/** Releases of a repository that are not through. */
const releasesOf = ({ metadata: { namespace, name } }: Repository, lookup: Lookup): readonly Key[] =>
  lookup
    .list(Release, namespace)
    .filter(({ spec, status }) => spec.repositoryRef.name === name && status?.phase !== "Released")
    .map(({ metadata }) => ({ namespace, name: metadata.name }));

const ofRepository = watch(
  Repository,
  releasesOf,
  (before, after) =>
    before.status?.head?.sha !== after.status?.head?.sha ||
    before.status?.tags !== after.status?.tags ||
    before.metadata.generation !== after.metadata.generation,
);

const ofForge = watch(
  Forge,
  ({ metadata }, lookup) =>
    lookup
      .list(Repository, metadata.namespace)
      .filter(({ spec }) => spec.forgeRef.name === metadata.name)
      .flatMap((repository) => releasesOf(repository, lookup)),
  (before, after) => before.metadata.generation !== after.metadata.generation || isStalled(before) !== isStalled(after),
);

/** Releases of the same repository, which wait for each other. */
const ofSibling = watch(
  Release,
  ({ metadata: { namespace, name }, spec }, lookup) =>
    lookup
      .list(Release, namespace)
      .filter((each) => each.spec.repositoryRef.name === spec.repositoryRef.name && each.status?.phase === "Pending")
      .flatMap(({ metadata }) => (metadata.name === name ? [] : [{ namespace, name: metadata.name }])),
  (before, after) => before.status?.phase !== after.status?.phase || before.spec.suspend !== after.spec.suspend,
);

const ofProposal = watch(ChangeProposal, ownersOf(Release), (before, after) => saidBy(before) !== saidBy(after));

/** What of a proposal its release rests on. */
function saidBy({ metadata, status }: ChangeProposal): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const { generation, deletionTimestamp } = metadata;
  const { observedGeneration, phase, pullRequest, merge, steering } = status ?? {};
  const facts = [generation, observedGeneration, deletionTimestamp, phase, pullRequest?.ref, pullRequest?.state];
  return JSON.stringify([...facts, merge?.sha, steering?.adopted?.sha, steering?.retry, ready?.reason, ready?.message]);
}
