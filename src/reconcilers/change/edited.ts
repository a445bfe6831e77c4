import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Edit } from "../../schema/edit.ts";
import { ForgeError } from "../errors.ts";
import { commitOn } from "./commit.ts";
import { applyEdits, pathsOf } from "./edit.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";
import { type Seen, seeAll } from "./seen.ts";

/** What edits come to on this base. */
export async function produceEdits(
  proposal: ChangeProposal,
  edits: readonly Edit[],
  base: Base,
  hands: Hands,
): Promise<Produced> {
  const files = await seeAll(pathsOf(edits), base.sha, hands);
  const change = applyEdits(edits, files, hands.scalars);
  return change.is === "refused" ? change : commitOn(base, change.files, proposal, hands);
}

/** Whether the files that the edits touch are the same in two commits. No, when one of them is gone. */
export async function sameFiles(
  paths: readonly string[],
  shas: readonly [string, string],
  hands: Hands,
): Promise<boolean> {
  try {
    const [one, other] = await Promise.all(shas.map((sha) => seeAll(paths, sha, hands)));
    return paths.every((path) => same(one!.get(path)!, other!.get(path)!));
  } catch (error) {
    if (error instanceof ForgeError && error.code === "absent") return false;
    throw error;
  }
}

const same = (a: Seen, b: Seen): boolean => {
  if (a.is === "file" && b.is === "file") return a.mode === b.mode && Buffer.compare(a.content, b.content) === 0;
  // What a link leads to, and which commit a submodule is at, is looked at anew.
  return a.is === "none" && b.is === "none" && a.below === b.below;
};
