import type { BareRepository } from "./bare.ts";
import { readCommit } from "./history.ts";
import { type Commit, type Signature, writeCommit } from "./object.ts";

/** The tree of a three-way merge of two commits, or null where a person has to decide. Nothing is checked out. */
export async function mergeTrees(bare: BareRepository, ours: string, theirs: string): Promise<string | null> {
  const { code, stdout } = await bare.run(["merge-tree", "--write-tree", "--no-messages", ours, theirs], {
    accept: [0, 1],
  });
  return code === 0 ? stdout.toString("latin1").slice(0, 40) : null;
}

/**
 * Puts the change of `commit` on top of `onto`; null on a conflict. `git merge-tree` takes its merge base from history,
 * so it is given a commit that has the tree of `onto` and the parent of `commit`.
 */
async function pick(bare: BareRepository, onto: Commit, commit: Commit): Promise<string | null> {
  const [parent] = commit.parents;
  if (parent === undefined || parent === onto.sha) return commit.tree;
  const { author, committer } = commit;
  const stand = writeCommit(bare, { tree: onto.tree, parents: [parent], author, committer, message: "stand-in\n" });
  return mergeTrees(bare, stand, commit.sha);
}

/**
 * Repeats commits (oldest first, merges left out) on top of `onto`, each with its author and with `committer`. Gives
 * the last one's sha, or null on a conflict.
 */
export async function rebaseOnto(
  bare: BareRepository,
  onto: string,
  commits: readonly string[],
  committer: Signature,
): Promise<string | null> {
  let tip = await readCommit(bare, onto);
  for (const sha of commits) {
    const commit = await readCommit(bare, sha);
    if (!tip || !commit) throw new Error(`${sha} or ${onto} is not a commit of ${bare.path}`);
    if (commit.parents.length > 1) continue;
    const tree = await pick(bare, tip, commit);
    if (tree === null) return null;
    const { author, message } = commit;
    tip = await readCommit(bare, writeCommit(bare, { tree, parents: [tip.sha], author, committer, message }));
  }
  return tip?.sha ?? null;
}
