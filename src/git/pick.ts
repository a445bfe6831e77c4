import { author as us } from "../reconcilers/change/commit.ts";
import type { Picked } from "../reconcilers/git-port.ts";
import { formatCommit, signaturesOf } from "./commit-object.ts";
import { mergeOf } from "./merge.ts";
import type { Visit } from "./mirrors.ts";
import { storeCommit } from "./new-commit.ts";
import { newObjects } from "./tree-new.ts";

export interface Pick {
  readonly commit: string;
  readonly onto: string;
  readonly message: string;
}

/** As `git cherry-pick -m 1` does, but without a checkout. */
export async function pickCommit(visit: Visit, { commit, onto, message }: Pick): Promise<Picked> {
  const { objects, title } = visit;
  const [theirs, ours] = [await objects.existing(commit), await objects.existing(onto)];
  const [parent] = theirs.parents;
  const base = parent === undefined ? undefined : await objects.existing(parent);
  const merged = await mergeOf(visit, { base, ours, theirs, doing: `pick ${commit} of ${title}` });
  if (merged.conflicts.length > 0) return { is: "conflict", files: merged.conflicts };
  if (merged.tree === ours.tree) return { is: "applied" };
  const { author, committer } = signaturesOf(await objects.data(commit));
  const parts = { tree: merged.tree, parents: [onto], author, committer: { ...committer, ...us }, message };
  const added = await newObjects(merged.tree, ours.tree, objects);
  const { sha } = await storeCommit(visit, added, formatCommit(parts));
  return { is: "commit", sha };
}
