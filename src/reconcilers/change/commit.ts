import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { ForgeError } from "../errors.ts";
import type { FileChange } from "../git-port.ts";
import { messageOf } from "./fingerprint.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";

/** Who commits. With the base's own date, the same change on the same base is the same commit, whoever makes it. */
export const author = { name: "Millrace", email: "bot@millrace.dev" } as const;

/** One commit of these files on the base, written into the mirror: nothing leaves the machine. Nothing, without files. */
export async function commitOn(
  base: Base,
  changes: readonly FileChange[],
  proposal: ChangeProposal,
  { git, remote, signal }: Hands,
): Promise<Produced> {
  if (changes.length === 0) return { is: "nothing" };
  const parent = await git.describe(remote, base.sha, signal);
  if (!parent) throw new ForgeError("conflict", `${base.branch} moved away from ${base.sha}`);
  const commit = { parent: base.sha, changes, message: messageOf(proposal), author, at: parent.committedAt };
  const { sha, tree } = await git.commit(remote, commit, signal);
  return tree === parent.tree ? { is: "nothing" } : { is: "commit", sha, base };
}
