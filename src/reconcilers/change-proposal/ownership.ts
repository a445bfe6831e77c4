import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { baseIn, fingerprintIn, fingerprintOf } from "../change/fingerprint.ts";
import type { Hands } from "../change/hands.ts";
import { produce } from "../change/produce.ts";
import type { Base } from "../change/produced.ts";
import type { Steering, Tip, Written } from "./observed.ts";

/** Whose tip the branch has, and what we wrote to it last. */
export interface Ownership {
  readonly tip: Tip;
  readonly written: Written | undefined;
}

/**
 * Whose tip it is. Ours is only what status recorded, what its journal announced, or what making the change again on the
 * tip's base gives to the last bit, which finds our commits where status was lost, or written by a process that
 * was stopped in its tracks. An author's name or a trailer proves nothing.
 */
export async function ownershipOf(
  proposal: ChangeProposal,
  sha: string | undefined,
  baseBranch: string,
  hands: Hands,
): Promise<Ownership> {
  const recorded = recordOf(proposal);
  if (sha === undefined) return { tip: { is: "none" }, written: recorded };
  const { intent, steering } = proposal.status ?? {};
  if (sha === recorded?.commit) {
    return { tip: { is: steering?.adopted?.sha === sha ? "adopted" : "ours", sha }, written: recorded };
  }
  const announced = intent?.effect === "Push" && intent.commit === sha;
  const written = await writtenAt(sha, baseBranch, hands);
  if (!written) return { tip: { is: "theirs", sha }, written: recorded };
  if (announced) return { tip: { is: "ours", sha }, written };
  if (written.fingerprint !== fingerprintOf(proposal)) return { tip: { is: "theirs", sha }, written: recorded };
  // A command is not run again to prove what status would know, had we written it.
  if (recorded && proposal.spec.change.run) return { tip: { is: "theirs", sha }, written: recorded };
  return proven(written, recorded, await produce(proposal, written.base, hands));
}

function proven(
  written: Written,
  recorded: Written | undefined,
  again: Awaited<ReturnType<typeof produce>>,
): Ownership {
  const { commit: sha } = written;
  if (again.is === "commit" && again.sha === sha) return { tip: { is: "ours", sha }, written };
  if (again.is !== "waiting") return { tip: { is: "theirs", sha }, written: recorded };
  const { reason, message, facts } = again;
  return { tip: { is: "unproven", sha, reason, message, ...(facts && { facts }) }, written: recorded };
}

/** The same, with what people gave to us. What was asked for when it was given is what it counts as. */
export function withAdopted(
  { tip, written }: Ownership,
  { adopted }: Steering,
  given: { readonly fingerprint: string; readonly base: Base | undefined },
): Ownership {
  const base = written?.base ?? given.base;
  if (tip.is !== "theirs" || adopted?.sha !== tip.sha || !base) return { tip, written };
  const fingerprint = written?.fingerprint ?? given.fingerprint;
  return { tip: { is: "adopted", sha: tip.sha }, written: { commit: tip.sha, fingerprint, base } };
}

function recordOf({ status }: ChangeProposal): Written | undefined {
  const { commit, fingerprint, base } = status ?? {};
  return commit && fingerprint && base ? { commit, fingerprint, base } : undefined;
}

/** What a commit of the form that we write says about itself: a chain of ours names its base, a single commit stands on it. */
async function writtenAt(sha: string, branch: string, { git, remote, signal }: Hands): Promise<Written | undefined> {
  const facts = await git.describe(remote, sha, signal);
  const fingerprint = facts && fingerprintIn(facts.message);
  const [parent, ...others] = facts?.parents ?? [];
  if (!facts || !fingerprint || !parent || others.length > 0) return undefined;
  const base: Base = { branch, sha: baseIn(facts.message) ?? parent };
  return { commit: sha, fingerprint, base };
}
