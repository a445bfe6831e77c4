import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Place } from "../../sequencer/graph.ts";
import type { Forges, RepositoryFacts } from "../forge-port.ts";
import type { Git, Remote as GitRemote, Refs } from "../git-port.ts";
import type { Lookup } from "../ports.ts";
import { slugOf, type Way, wayToForge } from "../way.ts";
import type { Graphs } from "./graph.ts";
import type { ManifestReader } from "./manifests.ts";
import { standingOf } from "./standing.ts";

/** What the forge and git say about a repository. */
export type Remote =
  /** It was not asked: suspended, or the way there is shut. */
  | { readonly is: "unasked" }
  | { readonly is: "missing" }
  | {
      readonly is: "there";
      readonly facts: RepositoryFacts;
      readonly remote: GitRemote;
      readonly refs: Refs;
    };

/** Everything that `decide` may rest on. */
export interface Observed {
  readonly repository: Repository;
  readonly way: Way;
  readonly remote: Remote;
  /** The first of its nodes, itself before its libraries, that has no place. */
  readonly trouble: Trouble | undefined;
  readonly graph: { readonly position: number; readonly dependsOn: number; readonly dependents: number } | undefined;
  readonly manifests: NonNullable<Repository["status"]>["manifests"];
  readonly openProposals: number;
}

/** Why a node has no place. */
export interface Trouble {
  readonly node: string;
  readonly place: Exclude<Place, { is: "placed" }>;
  /** The manifest that the first edge of its path comes from, where nobody declared it. */
  readonly manifest: string | undefined;
}

/** What the reconciler of Repositories needs from the world. */
export interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
  readonly graphs: Graphs;
  readonly manifests: ManifestReader;
}

/** One read from the forge and one round trip of git; another for manifests that are new, once the head has moved. */
export async function observe(repository: Repository, world: World, signal: AbortSignal): Promise<Observed> {
  const { lookup } = world;
  const { name, namespace } = repository.metadata;
  const way = wayToForge(lookup, repository);
  const asked = way.is === "open" && !repository.spec.suspend;
  const remote = asked ? await askRemote(way, world, signal) : ({ is: "unasked" } as const);
  return {
    ...{ repository, way, remote },
    manifests: await manifestsAt(remote, repository, world, signal),
    ...standingOf(repository, world.graphs.of(namespace)),
    openProposals: lookup
      .list(ChangeProposal, namespace)
      .filter(({ spec, status }) => spec.repositoryRef.name === name && status?.pullRequest?.state === "Open").length,
  };
}

async function askRemote(
  { forge, repository }: Extract<Way, { is: "open" }>,
  { forges, git }: World,
  signal: AbortSignal,
): Promise<Remote> {
  const host = await forges.of(forge, signal);
  const at = slugOf(repository);
  const facts = await host.repository(at, signal);
  if (!facts) return { is: "missing" };
  const remote = host.remote(at);
  return { is: "there", facts, remote, refs: await git.sync(remote, signal) };
}

/** What could not be asked stays as it was known. */
async function manifestsAt(
  asked: Remote,
  repository: Repository,
  { git, manifests }: World,
  signal: AbortSignal,
): Promise<Observed["manifests"]> {
  if (repository.spec.manifests === "Ignore" || asked.is === "missing") return undefined;
  if (asked.is === "unasked") return repository.status?.manifests;
  const sha = asked.refs.heads.get(repository.spec.branch);
  return sha === undefined ? undefined : manifests.of(repository, { git, remote: asked.remote, sha }, signal);
}
