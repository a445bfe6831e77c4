import { author as us } from "../reconcilers/change/commit.ts";
import type { Picked } from "../reconcilers/git-port.ts";
import { formatCommit, signature } from "./commit-object.ts";
import { mergeOf } from "./merge.ts";
import type { Visit } from "./mirrors.ts";
import { storeCommit } from "./new-commit.ts";
import { newObjects } from "./tree-new.ts";

export interface Revert {
  readonly from: string;
  readonly to: string;
  readonly onto: string;
  readonly message: string;
}

/** As `git revert` of all commits on the way from `from` to `to` would in one go, but without a checkout. */
export async function revertCommits(visit: Visit, { from, to, onto, message }: Revert): Promise<Picked> {
  const { objects, title } = visit;
  const [before, after, ours] = [
    await objects.existing(from),
    await objects.existing(to),
    await objects.existing(onto),
  ];
  // Backwards: how it was is what has to be brought in, and how it became is what both sides began with.
  const doing = `revert ${from}..${to} of ${title}`;
  const merged = await mergeOf(visit, { base: after, ours, theirs: before, doing });
  if (merged.conflicts.length > 0) return { is: "conflict", files: merged.conflicts };
  if (merged.tree === ours.tree) return { is: "applied" };
  const who = signature(us, ours.committedAt);
  const parts = { tree: merged.tree, parents: [onto], author: who, committer: who, message };
  const added = await newObjects(merged.tree, ours.tree, objects);
  const { sha } = await storeCommit(visit, added, formatCommit(parts));
  return { is: "commit", sha };
}
