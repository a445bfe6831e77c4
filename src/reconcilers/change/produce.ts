import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { CommitFacts } from "../git-port.ts";
import { pathsOf } from "./edit.ts";
import { produceEdits, sameFiles } from "./edited.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";

/**
 * What a proposal's change comes to on this base. What is made is written into the mirror, and nothing leaves the machine.
 * The same change on the same base gives the same commits, whoever asks and however often.
 */
export async function produce(proposal: ChangeProposal, base: Base, hands: Hands): Promise<Produced> {
  const { edits = [] } = proposal.spec.change;
  return produceEdits(proposal, edits, base, hands);
}

/** Whether a change that was built on the first commit is what building it on the second one would give as well. */
export async function staysRight(
  proposal: ChangeProposal,
  [builtOn, head]: readonly [builtOn: string, head: string],
  hands: Hands,
): Promise<boolean> {
  const { edits = [] } = proposal.spec.change;
  return sameFiles(pathsOf(edits), [builtOn, head], hands);
}

/** How far a base may be behind its branch before a change is built anew. */
const farthest = 100;

/**
 * Whether a commit is on the line of first parents that leads to the head, and not too far back. It is not when somebody
 * took commits back: a change that was built on those would bring them in again.
 */
export async function leadsTo(head: string, base: string, { git, remote, signal }: Hands): Promise<boolean> {
  let sha: string | undefined = head;
  for (let steps = 0; sha !== undefined && steps <= farthest; steps++) {
    if (sha === base) return true;
    const facts: CommitFacts | undefined = await git.describe(remote, sha, signal);
    sha = facts?.parents[0];
  }
  return false;
}

/**
 * Lets go of what producing left behind outside of the mirror, once what it gave is on the branch and status says so. Safe to
 * repeat, and to leave out: what stays is cleaned up with the proposal.
 */
export async function letGo(_proposal: ChangeProposal, _hands: Hands): Promise<void> {}
