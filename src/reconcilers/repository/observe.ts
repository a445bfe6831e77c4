import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Place } from "../../sequencer/graph.ts";
import type { Forges, RepositoryFacts } from "../forge-port.ts";
import type { Git, Refs } from "../git-port.ts";
import type { Lookup } from "../ports.ts";
import { slugOf, type Way, wayToForge } from "../way.ts";
import type { Graphs } from "./graph.ts";

/** What the forge and git say about a repository. */
export type Remote =
  /** It was not asked: suspended, or the way there is shut. */
  | { readonly is: "unasked" }
  | { readonly is: "missing" }
  | { readonly is: "there"; readonly facts: RepositoryFacts; readonly refs: Refs };

/** Everything that `decide` may rest on. */
export interface Observed {
  readonly repository: Repository;
  readonly way: Way;
  readonly remote: Remote;
  readonly place: Place | undefined;
  readonly dependents: number;
  readonly openProposals: number;
}

/** What the reconciler of Repositories needs from the world. */
export interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
  readonly graphs: Graphs;
}

/** One read from the forge and one round trip of git, no more. */
export async function observe(repository: Repository, world: World, signal: AbortSignal): Promise<Observed> {
  const { lookup, graphs } = world;
  const { name, namespace } = repository.metadata;
  const graph = graphs.of(namespace);
  const way = wayToForge(lookup, repository);
  const asked = way.is === "open" && !repository.spec.suspend;
  return {
    repository,
    way,
    remote: asked ? await askRemote(way, world, signal) : { is: "unasked" },
    place: graph.place(name),
    dependents: graph.dependents(name).length,
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
  return { is: "there", facts, refs: await git.sync(host.remote(at), signal) };
}
