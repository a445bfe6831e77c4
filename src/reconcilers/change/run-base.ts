import type { RunChange } from "../../schema/change.ts";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Hands } from "./hands.ts";
import type { Base } from "./produced.ts";
import { inputDigest } from "./run-digest.ts";

/**
 * The base that a command runs on: the one that is asked for, but a run that is under way goes on where it began, and what it gave is
 * pushed first. Otherwise a branch that moves faster than the command runs would never get anything. Where somebody took that base
 * back, or asks for another command, it does begin anew.
 */
export async function baseOfRun(proposal: ChangeProposal, wish: RunChange, base: Base, hands: Hands): Promise<Base> {
  const { run, intent } = proposal.status ?? {};
  if (run?.base === undefined || run.base === base.sha) return base;
  const isGoing = run.finishedAt === undefined;
  const isPushed = run.output !== undefined && intent?.effect === "Push";
  if (!isGoing && !isPushed) return base;
  const { git, remote, signal } = hands;
  const isSame = (await inputOn(proposal, wish, run.base, hands)) === run.input;
  const isThere = isSame && (await git.isAncestor(remote, run.base, base.sha, signal));
  return isThere ? { branch: base.branch, sha: run.base } : base;
}

/** Whether the run that status knows is what gave the commit that status records. */
export async function isUsed(proposal: ChangeProposal, hands: Hands): Promise<boolean> {
  const { run, base, commit } = proposal.status ?? {};
  const wish = proposal.spec.change.run;
  if (!wish || !base || commit === undefined || run?.finishedAt === undefined) return false;
  return (await inputOn(proposal, wish, base.sha, hands)) === run.input;
}

/** Digest of what the command's output depends on, where it begins with the files of this commit. Undefined where there is none such. */
export async function inputOn(
  { status }: ChangeProposal,
  wish: RunChange,
  commit: string,
  { git, remote, signal }: Hands,
): Promise<string | undefined> {
  const facts = await git.describe(remote, commit, signal);
  return facts && inputDigest(wish, { tree: facts.tree, retry: status?.steering?.retry });
}
