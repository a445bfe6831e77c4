import { formatCommit, type Signature } from "./commit-object.ts";
import { checkSize } from "./diff.ts";
import { writeLoose } from "./loose-object.ts";
import { type MergeOutput, parseMerge } from "./merge-output.ts";
import type { Visit } from "./mirrors.ts";
import { emptyTree } from "./tree.ts";

/** A commit by its tree. */
export interface Side {
  readonly tree: string;
}

/** What is merged: `theirs` as it differs from `base`, put on `ours`. */
export interface Merge {
  /** Undefined: from nothing at all. */
  readonly base: (Side & { readonly sha: string }) | undefined;
  readonly ours: Side;
  readonly theirs: Side;
  /** Completes "could not …". */
  readonly doing: string;
}

/** The first git that merges without a checkout. */
const merging = [2, 38] as const;

/** Most files and folders in which a side may differ from the base: a release branch of a large repository does in many. */
const maxFiles = 400_000;

/** What `git cherry-pick` does by default, whatever the version. */
const mergeArgs = [
  ...["-c", "merge.renames=true", "-c", "merge.directoryRenames=conflict", "-c", "merge.renormalize=false"],
  ...["merge-tree", "--write-tree", "-z"],
];

/** Of commits that only say to `git merge-tree` what to compare: the same for the same trees. */
const nobody: Signature = { name: "nobody", email: "", seconds: 0, zone: "+0000" };

/** Merges three trees without a checkout, and no attribute of the repository has a say. */
export async function mergeOf(visit: Visit, { base, ours, theirs, doing }: Merge): Promise<MergeOutput> {
  const { commands, mirror, access, signal } = visit;
  await commands.require(mirror, merging, { doing, signal });
  const before = base?.tree ?? emptyTree;
  if (before === ours.tree) return { tree: theirs.tree, conflicts: [] };
  if (before === theirs.tree || theirs.tree === ours.tree) return { tree: ours.tree, conflicts: [] };
  for (const { tree } of [theirs, ours]) await checkSize(visit, [before, tree], maxFiles);
  // The base is taken from history alone, so both sides are given as children of it.
  const write = (tree: string, parents: readonly string[]): Promise<string> => {
    const data = formatCommit({ tree, parents, author: nobody, committer: nobody, message: "stand-in" });
    return writeLoose(mirror.directory, { type: "commit", data });
  };
  const fork = base?.sha ?? (await write(before, []));
  const sides = [await write(ours.tree, [fork]), await write(theirs.tree, [fork])];
  const call = { doing, args: [...mergeArgs, ...sides], access, signal };
  const done = await commands.run(mirror, call);
  if (done.code === 0 || done.code === 1) return parseMerge(done.stdout);
  throw commands.failed(mirror, call, done);
}
