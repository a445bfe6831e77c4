import { author as us } from "../reconcilers/change/commit.ts";
import type { CommitFacts, Picked } from "../reconcilers/git-port.ts";
import { formatCommit, type Signature, signaturesOf } from "./commit-object.ts";
import { checkSize } from "./diff.ts";
import { writeLoose } from "./loose-object.ts";
import { type MergeOutput, parseMerge } from "./merge-output.ts";
import type { Visit } from "./mirrors.ts";
import { storeCommit } from "./new-commit.ts";
import { emptyTree } from "./tree.ts";
import { newObjects } from "./tree-new.ts";

export interface Pick {
  readonly commit: string;
  readonly onto: string;
  readonly message: string;
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

/** As `git cherry-pick -m 1` does, but without a checkout, and no attribute of the repository has a say. */
export async function pickCommit(visit: Visit, { commit, onto, message }: Pick): Promise<Picked> {
  const { objects, commands, mirror, title, signal } = visit;
  const [picked, target] = [await objects.existing(commit), await objects.existing(onto)];
  await commands.require(mirror, merging, { doing: `pick ${commit} of ${title}`, signal });
  const merged = await mergeOf(visit, picked, target);
  if (merged.conflicts.length > 0) return { is: "conflict", files: merged.conflicts };
  if (merged.tree === target.tree) return { is: "applied" };
  const { author, committer } = signaturesOf(await objects.data(commit));
  const parts = { tree: merged.tree, parents: [onto], author, committer: { ...committer, ...us }, message };
  const added = await newObjects(merged.tree, target.tree, objects);
  const { sha } = await storeCommit(visit, added, formatCommit(parts));
  return { is: "commit", sha };
}

/** The tree of `target` with what `picked` changed against its first parent; against nothing at all where it has none. */
async function mergeOf(visit: Visit, picked: CommitFacts, target: CommitFacts): Promise<MergeOutput> {
  const { objects, commands, mirror, access, title, signal } = visit;
  const [parent] = picked.parents;
  const before = parent === undefined ? emptyTree : (await objects.existing(parent)).tree;
  if (before === target.tree) return { tree: picked.tree, conflicts: [] };
  if (before === picked.tree || picked.tree === target.tree) return { tree: target.tree, conflicts: [] };
  for (const { tree } of [picked, target]) await checkSize(visit, [before, tree], maxFiles);
  // The base is taken from history alone, so both sides are given as children of it.
  const write = (tree: string, parents: readonly string[]): Promise<string> => {
    const data = formatCommit({ tree, parents, author: nobody, committer: nobody, message: "stand-in" });
    return writeLoose(mirror.directory, { type: "commit", data });
  };
  const base = parent ?? (await write(before, []));
  const sides = [await write(target.tree, [base]), await write(picked.tree, [base])];
  const call = { doing: `pick ${picked.sha} of ${title}`, args: [...mergeArgs, ...sides], access, signal };
  const done = await commands.run(mirror, call);
  if (done.code === 0 || done.code === 1) return parseMerge(done.stdout);
  throw commands.failed(mirror, call, done);
}
