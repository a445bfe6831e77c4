import type { CommitFacts, NewCommit } from "../reconcilers/git-port.ts";
import { formatCommit, parseCommit, signature } from "./commit-object.ts";
import type { Visit } from "./mirrors.ts";
import { type NewObject, objectId, packOf } from "./pack.ts";
import { editTree } from "./tree-edit.ts";

/** Puts a commit into the mirror, without a checkout: the changed files, the folders on the way to them, and the commit. */
export async function writeCommit(visit: Visit, commit: NewCommit): Promise<CommitFacts> {
  const { objects } = visit;
  const parent = await objects.existing(commit.parent);
  const edited = await editTree(parent.tree, commit.changes, (oid) => objects.tree(oid));
  const who = signature(commit.author, commit.at);
  const parts = { tree: edited.oid, parents: [commit.parent], author: who, committer: who, message: commit.message };
  return storeCommit(visit, edited.objects, formatCommit(parts));
}

/**
 * Stores a commit with what is new in it, as one pack. The pack is marked like a fetched one, since what it refers to
 * may not have been fetched. Does nothing when the commit is there.
 */
export async function storeCommit(
  { commands, mirror, readers, title, signal }: Visit,
  objects: readonly NewObject[],
  data: Buffer,
): Promise<CommitFacts> {
  const made = { type: "commit", data } as const;
  const sha = objectId(made);
  if (!(await readers.read(mirror.directory, sha))) {
    const args = ["index-pack", "--stdin", "--promisor=millrace"];
    const input = packOf([...objects, made]);
    await mirror.gate.run(signal, () =>
      commands.output(mirror, { doing: `store a commit for ${title}`, args, input, signal }),
    );
    mirror.writes += 1;
  }
  return parseCommit(sha, data);
}
