import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { author } from "../change/commit.ts";
import { fingerprintIn } from "../change/fingerprint.ts";
import type { Hands } from "../change/hands.ts";
import { produce } from "../change/produce.ts";
import type { Base } from "../change/produced.ts";
import type { Tip, Written } from "./observed.ts";

/** Whose tip the branch has, and what we wrote to it last. */
export interface Ownership {
  readonly tip: Tip;
  readonly written: Written | undefined;
}

/**
 * Whose tip it is. Ours is only what status recorded, what its journal announced, or what building the proposal on the
 * tip's parent gives to the last bit, which finds our commit where status was lost, or written by a process that
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
  if (sha === recorded?.commit) return { tip: { is: "ours", sha }, written: recorded };
  const { intent } = proposal.status ?? {};
  const announced = intent?.effect === "Push" && intent.commit === sha;
  const written = await writtenAt(sha, baseBranch, hands);
  if (!written) return { tip: { is: "theirs", sha }, written: recorded };
  if (announced || (await isRebuilt(proposal, written, hands))) return { tip: { is: "ours", sha }, written };
  return { tip: { is: "theirs", sha }, written: recorded };
}

function recordOf({ status }: ChangeProposal): Written | undefined {
  const { commit, fingerprint, base } = status ?? {};
  return commit && fingerprint && base ? { commit, fingerprint, base } : undefined;
}

/** What a commit of the form that we write says about itself. */
async function writtenAt(sha: string, branch: string, { git, remote, signal }: Hands): Promise<Written | undefined> {
  const facts = await git.describe(remote, sha, signal);
  const fingerprint = facts && fingerprintIn(facts.message);
  const [parent, ...others] = facts?.parents ?? [];
  if (!facts || !fingerprint || !parent || others.length > 0 || facts.authorEmail !== author.email) return undefined;
  const base: Base = { branch, sha: parent };
  return { commit: sha, fingerprint, base };
}

async function isRebuilt(proposal: ChangeProposal, written: Written, hands: Hands): Promise<boolean> {
  const again = await produce(proposal, written.base, hands);
  return again.is === "commit" && again.sha === written.commit;
}
