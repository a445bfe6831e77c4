import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { pathsOf } from "./edit.ts";
import { produceEdits, sameFiles } from "./edited.ts";
import type { Hands } from "./hands.ts";
import { pathsOfPicks, producePicks } from "./picked.ts";
import type { Base, Produced } from "./produced.ts";
import { forget, produceRun } from "./ran.ts";
import { pathsOfRevert, produceRevert } from "./reverted.ts";
import { isUsed } from "./run-base.ts";

/**
 * What a proposal's change comes to on this base. What is made is written into the mirror, and nothing leaves the machine.
 * Edits, picks and reverts on the same base give the same commits, whoever asks and however often. A command is started by this and looked at
 * again and again, so it is only asked for on the base that the change is wanted on; where it gives the same files, so do we the commit.
 */
export async function produce(proposal: ChangeProposal, base: Base, hands: Hands): Promise<Produced> {
  const { edits = [], run, cherryPick, revert } = proposal.spec.change;
  if (run) return produceRun(proposal, run, base, hands);
  if (revert) return produceRevert(proposal, revert, base, hands);
  return cherryPick ? producePicks(proposal, cherryPick, base, hands) : produceEdits(proposal, edits, base, hands);
}

/**
 * Whether a change that was built on the first commit is what building it on the second one would give as well. A command that runs
 * once is right as long as it does not conflict, which the forge knows.
 */
export async function staysRight(
  proposal: ChangeProposal,
  [builtOn, head]: readonly [builtOn: string, head: string],
  hands: Hands,
): Promise<boolean> {
  const { run } = proposal.spec.change;
  if (run) return run.repeat === "Once";
  const paths = await touched(proposal, hands);
  return paths !== undefined && sameFiles(paths, [builtOn, head], hands);
}

/** Paths that the change can touch; undefined where that is not known. */
async function touched({ spec }: ChangeProposal, hands: Hands): Promise<readonly string[] | undefined> {
  const { edits = [], cherryPick, revert } = spec.change;
  if (revert) return pathsOfRevert(revert, hands);
  return cherryPick ? pathsOfPicks(cherryPick.commits, hands) : pathsOf(edits);
}

/**
 * Whether a base can be reached from the head. It cannot when somebody took commits back: a change that was built on those would
 * bring them in again.
 */
export const leadsTo = (head: string, base: string, { git, remote, signal }: Hands): Promise<boolean> =>
  git.isAncestor(remote, base, head, signal);

/**
 * Lets go of what producing left behind outside of the mirror, if it is what gave the commit that status records: nobody asks for it
 * again. A run that is under way, or whose result is not on the branch yet, stays. Safe to repeat, and to leave out.
 */
export async function letGo(proposal: ChangeProposal, hands: Hands): Promise<void> {
  if (await isUsed(proposal, hands)) await drop(proposal, hands);
}

/** Lets go of all that producing left behind outside of the mirror, and stops what is under way: the proposal is over. */
export async function drop({ metadata, spec, status }: ChangeProposal, hands: Hands): Promise<void> {
  if (status?.run && spec.change.run) await forget(metadata, status.run, hands);
}
