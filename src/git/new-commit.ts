import type { CommitFacts, NewCommit } from "../reconcilers/git-port.ts";
import { formatCommit, parseCommit } from "./commit-object.ts";
import type { Visit } from "./mirrors.ts";
import { objectId, packOf } from "./pack.ts";
import { editTree } from "./tree-edit.ts";

/**
 * Puts a commit into the mirror, without a checkout: one pack with the changed files, the folders on the way to
 * them, and the commit. The pack is marked like a fetched one, since what it refers to may not have been fetched.
 */
export async function writeCommit(visit: Visit, commit: NewCommit): Promise<CommitFacts> {
  const { objects, commands, mirror, readers, title, signal } = visit;
  const parent = await objects.existing(commit.parent);
  const edited = await editTree(parent.tree, commit.changes, (oid) => objects.tree(oid));
  const made = { type: "commit", data: formatCommit(edited.oid, commit) } as const;
  const sha = objectId(made);
  if (!(await readers.read(mirror.directory, sha))) {
    const args = ["index-pack", "--stdin", "--promisor=millrace"];
    const input = packOf([...edited.objects, made]);
    await mirror.gate.run(signal, () =>
      commands.output(mirror, { doing: `store a commit for ${title}`, args, input, signal }),
    );
    mirror.writes += 1;
  }
  return parseCommit(sha, made.data);
}
