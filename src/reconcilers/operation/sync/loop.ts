import type { ChangeProposal } from "../../../schema/change-proposal.ts";
import type { Operation } from "../../../schema/operation.ts";
import { Repository } from "../../../schema/repository.ts";
import { bounded } from "../../bounded.ts";
import type { Lookup } from "../../ports.ts";
import { childrenOf } from "../child.ts";
import { isMergedIn, type World } from "./own-merge.ts";

/**
 * Knows which heads an operation must not bring where: a head that is exactly a merge of its own, to a repository that the merged one
 * follows in the end. Otherwise repositories that follow each other would be merged in turns for ever.
 */
export interface Loops {
  /** Whether a head is a merge of the operation's own, in a repository that follows itself in the end. */
  isOwn(followed: string, commit: string): boolean;
  /** The way back from what is followed to the follower, as names of Repositories; undefined where there is no loop. */
  wayBack(follower: string, followed: string, commit: string): readonly string[] | undefined;
}

export async function loopsOf(
  operation: Operation,
  repositories: readonly Repository[],
  world: World,
  signal: AbortSignal,
): Promise<Loops> {
  const followed = new Map(repositories.map((each) => [each.metadata.name, followedBy(each, world.lookup)]));
  const inLoop = childrenOf(operation, world.lookup).filter(
    ({ spec: { repositoryRef } }) => pathBack(repositoryRef.name, followed) !== undefined,
  );
  const merges = new Set(await bounded(inLoop, 8, (child) => mergeOf(child, world, signal)));
  const isOwn = (name: string, commit: string): boolean => merges.has(`${name}@${commit}`);
  return {
    isOwn,
    wayBack: (follower, name, commit) => (isOwn(name, commit) ? path([name], follower, followed) : undefined),
  };
}

/** The merge of a proposal, as `REPOSITORY@COMMIT`: as it says, or as the head does before the proposal has noticed. */
async function mergeOf(child: ChangeProposal, world: World, signal: AbortSignal): Promise<string | undefined> {
  const { spec, status, metadata } = child;
  const { name } = spec.repositoryRef;
  if (status?.merge?.sha !== undefined) return `${name}@${status.merge.sha}`;
  const repository = world.lookup.get(Repository, { namespace: metadata.namespace, name });
  const head = repository?.status?.head?.sha;
  if (!repository || head === undefined || status?.commit === undefined) return undefined;
  return (await isMergedIn(child, { repository, head }, world, signal)) ? `${name}@${head}` : undefined;
}

/** Repositories whose base branches it follows: those that merges move. */
const followedBy = ({ metadata, spec }: Repository, lookup: Lookup): readonly string[] =>
  spec.sources
    .filter(({ repositoryRef: { name }, branch }) => {
      const followed = lookup.get(Repository, { namespace: metadata.namespace, name });
      return branch === undefined || branch === followed?.spec.branch;
    })
    .map(({ repositoryRef }) => repositoryRef.name);

type Follows = ReadonlyMap<string, readonly string[]>;

/** How a repository follows itself in the end. */
const pathBack = (name: string, followed: Follows): readonly string[] | undefined =>
  path(followed.get(name) ?? [], name, followed);

/** The shortest way by what repositories follow, both ends included. */
function path(from: readonly string[], to: string, followed: Follows): readonly string[] | undefined {
  const cameBy = new Map<string, string | undefined>(from.map((name) => [name, undefined]));
  for (const at of cameBy.keys()) {
    if (at === to) return backFrom(at, cameBy);
    for (const next of followed.get(at) ?? []) if (!cameBy.has(next)) cameBy.set(next, at);
  }
  return undefined;
}

function backFrom(end: string, cameBy: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = end; at !== undefined; at = cameBy.get(at)) way.unshift(at);
  return way;
}
