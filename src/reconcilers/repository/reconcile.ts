import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import { Repository } from "../../schema/repository.ts";
import { intervalMs } from "../interval.ts";
import type { Key } from "../ports.ts";
import { type Reconciler, watch } from "../reconciler.ts";
import { isStalled } from "../way.ts";
import { decide } from "./decide.ts";
import { allEdges, driftOf, nodesOf } from "./edges.ts";
import { Graphs } from "./graph.ts";
import { ManifestReader } from "./manifests.ts";
import { repositoryOf } from "./node.ts";
import { type Observed, observe, type World } from "./observe.ts";
import { latestRelease } from "./release.ts";

type Status = OwnStatus<typeof Repository>;

/** Reports where a repository is: head, releases, open proposals, and its place in the graph. */
export function repositoryReconciler(world: Omit<World, "graphs" | "manifests">): Reconciler<typeof Repository> {
  const graphs = new Graphs(world.lookup);
  const manifests = new ManifestReader(world.lookup);
  return {
    kind: Repository,
    watches: [ofForge, ofProposal, ofNeighbours({ graphs, manifests })],

    async reconcile(repository, { signal }) {
      const observed = await observe(repository, { ...world, graphs, manifests }, signal);
      const { suspend, interval } = repository.spec;
      return {
        finding: decide(observed),
        status: statusOf(observed),
        again: suspend ? { is: "never" } : { is: "after", ms: intervalMs(interval) },
      };
    },
  };
}

function statusOf(observed: Observed): Status {
  const { repository, remote, manifests, graph, openProposals } = observed;
  const { status } = repository;
  const drift = remote.is === "there" ? driftOf({ ...repository, status: { ...status, manifests } }) : status?.drift;
  return {
    ...remoteStatus(observed),
    ...(manifests && { manifests }),
    ...(drift && { drift }),
    openProposals,
    ...(graph && { graph }),
  };
}

/** What was found out; what could not be asked stays as it was known. */
function remoteStatus({ repository, remote }: Observed): Status {
  const { spec, status } = repository;
  if (remote.is === "missing") return {};
  if (remote.is === "unasked") {
    const { url, defaultBranch, head, tags, latestRelease: release, libraries } = status ?? {};
    const known = { url, defaultBranch, head, tags, latestRelease: release, libraries };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  }
  const { facts, refs } = remote;
  const sha = refs.heads.get(spec.branch);
  const release = latestRelease(refs.tags, spec.release.tagFormat);
  const libraries = spec.release.libraries.flatMap(({ name, tagFormat }) => {
    const version = latestRelease(refs.tags, tagFormat)?.version;
    return version === undefined ? [] : [{ name, version }];
  });
  return {
    url: facts.url,
    defaultBranch: facts.defaultBranch,
    ...(sha && { head: { sha } }),
    tags: refs.tags.size,
    ...(release && { latestRelease: release }),
    ...(libraries.length > 0 && { libraries }),
  };
}

const ofForge = watch(
  Forge,
  ({ metadata: { namespace, name } }, lookup) =>
    lookup
      .list(Repository, namespace)
      .filter(({ spec }) => spec.forgeRef.name === name)
      .map(({ metadata }) => ({ namespace, name: metadata.name })),
  (before, after) => before.metadata.generation !== after.metadata.generation || isStalled(before) !== isStalled(after),
);

/** A proposal that was opened or merged changes what its repository reports. */
const ofProposal = watch(
  ChangeProposal,
  ({ metadata: { namespace }, spec }): readonly Key[] => [{ namespace, name: spec.repositoryRef.name }],
  (before, after) => before.status?.pullRequest?.state !== after.status?.pullRequest?.state,
);

/** Neighbours in the graph, and who asks for what it provides; from them it goes on for as long as somebody's place changes. */
const ofNeighbours = ({ graphs, manifests }: Pick<World, "graphs" | "manifests">) =>
  watch(
    Repository,
    (repository) => {
      const { namespace, name } = repository.metadata;
      const graph = graphs.of(namespace);
      const nodes = [
        ...allEdges(repository).map((edge) => edge.name),
        ...nodesOf(repository).flatMap((node) => graph.dependents(node)),
      ];
      return [...new Set([...nodes.map(repositoryOf), ...manifests.wanting(repository)])]
        .filter((each) => each !== name)
        .map((each) => ({ namespace, name: each }));
    },
    (before, after) => edgesIn(before) !== edgesIn(after) || placeOf(before) !== placeOf(after),
  );

/** What others build on of it: its edges, its nodes and what it provides. */
const edgesIn = (repository: Repository): string =>
  JSON.stringify([
    nodesOf(repository),
    allEdges(repository).map(({ node, name }) => [node, name]),
    repository.status?.manifests?.provides ?? [],
  ]);

/** What of a repository's place others build on: its position, and whether it can be put in order at all. */
const placeOf = ({ status }: Repository): string =>
  `${status?.graph?.position} ${status?.conditions?.find(({ type }) => type === "Stalled")?.reason}`;
