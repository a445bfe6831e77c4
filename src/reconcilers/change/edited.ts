import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Edit } from "../../schema/edit.ts";
import { ForgeError } from "../errors.ts";
import { commitOn } from "./commit.ts";
import { applyEdits, type Files, pathsOf } from "./edit.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";

/** What edits come to on this base. */
export async function produceEdits(
  proposal: ChangeProposal,
  edits: readonly Edit[],
  base: Base,
  hands: Hands,
): Promise<Produced> {
  const files = await readAll(pathsOf(edits), base.sha, hands);
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
    const [one, other] = await Promise.all(shas.map((sha) => readAll(paths, sha, hands)));
    return paths.every((path) => same(one!.get(path), other!.get(path)));
  } catch (error) {
    if (error instanceof ForgeError && error.code === "absent") return false;
    throw error;
  }
}

async function readAll(paths: readonly string[], sha: string, { git, remote, signal }: Hands): Promise<Files> {
  const contents = await Promise.all(paths.map((path) => git.read(remote, sha, path, signal)));
  return new Map(paths.map((path, index) => [path, contents[index]]));
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
