import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import { fingerprintOf } from "../change/fingerprint.ts";
import type { Hands } from "../change/hands.ts";
import { leadsTo, produce, staysRight } from "../change/produce.ts";
import type { Base, Produced } from "../change/produced.ts";
import type { Check } from "../forge-port.ts";
import { branchOf } from "./branch.ts";
import { attribute, endingOf } from "./history.ts";
import type { Observed, SeenPull, Tip } from "./observed.ts";
import { type Ownership, ownershipOf } from "./ownership.ts";

/**
 * Reads what `decide` needs, and writes nothing outside of the mirror.
 *
 * ```text
 *   Pending ──> Pushing ──> Opening ──> ChecksRunning ──> Merging ──> Merged
 *      │           ^           ^         │  ^    │  ^        │          │
 *      │           │           │         v  │    v  │        │          └─ branch deleted; a revert is told, not fought
 *      │           │           │   ChecksFailed AwaitingMerge│
 *      │           │           │         │       │           │
 *      │           └───────────┴─ edits or base changed ─────┘
 *      │
 *      ├──> NoChange     the base says so already; an open pull request of ours is closed     (ready, like Merged)
 *      ├──> Declined     a person closed it; other edits ask anew, reopening takes it back
 *      ├──> HumanOwned   somebody else wrote to the branch; we only watch
 *      └──> Blocked      edits that cannot be applied, a missing branch, a shut way
 * ```
 *
 * Each arrow that changes something outside of the cluster is taken in two turns: one writes the intent to status,
 * the next carries it out if it is still what is wanted.
 */
export async function observe(proposal: ChangeProposal, repository: Repository, hands: Hands): Promise<Observed> {
  const { host, at, remote, git, signal } = hands;
  const branch = branchOf(proposal.metadata);
  const fingerprint = fingerprintOf(proposal);
  const baseBranch = proposal.spec.base ?? repository.spec.branch;
  // Branches before pull requests: what is read later is not older.
  const { heads } = await git.sync(remote, signal);
  const found = await host.pulls.find(at, branch, signal);
  const head = heads.get(baseBranch);
  const ownership = await ownershipOf(proposal, heads.get(branch), baseBranch, hands);
  const pull = found && attribute(found, proposal.status ?? {}, trailersOf(ownership));
  const base = head === undefined ? undefined : { branch: baseBranch, sha: head };
  const wanted = base && (await wantedOf({ proposal, fingerprint, base, pull }, ownership, hands));
  return {
    ...{ proposal, fingerprint, branch, baseBranch, head, wanted, pull },
    ...ownership,
    ...ended(proposal, pull, ownership.tip),
    checks: await checksOf(wanted, pull, hands),
    method: proposal.spec.merge.method ?? repository.spec.mergeMethod ?? "Squash",
  };
}

const ended = (
  { status = {} }: ChangeProposal,
  pull: SeenPull | undefined,
  tip: Tip,
): Pick<Observed, "declined" | "withdrawn"> => {
  const { declined, withdrawn } = endingOf(status, pull, tip);
  return { declined, withdrawn };
};

/** Fingerprints by commit, of commits that are known to be ours. */
const trailersOf = ({ tip, written }: Ownership): ReadonlyMap<string, string> =>
  new Map(tip.is === "ours" && written ? [[written.commit, written.fingerprint]] : []);

/**
 * The commit that should be on the branch. What is there stays as long as it says what is asked for and the base has the
 * same files beneath it, so that checks need not run again whenever the base moves.
 */
async function wantedOf(
  { proposal, fingerprint, base, pull }: Pick<Observed, "proposal" | "fingerprint" | "pull"> & { readonly base: Base },
  { tip, written }: Ownership,
  hands: Hands,
): Promise<Produced> {
  const current = tip.is === "ours" && written?.fingerprint === fingerprint && written.base.branch === base.branch;
  if (!current) return produce(proposal, base, hands);
  const kept: Produced = { is: "commit", sha: written.commit, base: written.base };
  if (written.base.sha === base.sha) return kept;
  const conflicts = pull?.state === "Open" && pull.mergeable === false;
  if (conflicts || !(await leadsTo(base.sha, written.base.sha, hands))) return produce(proposal, base, hands);
  if (await staysRight(proposal, [written.base.sha, base.sha], hands)) return kept;
  return produce(proposal, base, hands);
}

async function checksOf(
  wanted: Produced | undefined,
  pull: SeenPull | undefined,
  { host, at, signal }: Hands,
): Promise<readonly Check[] | undefined> {
  if (wanted?.is !== "commit" || pull?.state !== "Open" || pull.headSha !== wanted.sha) return undefined;
  return host.pulls.checks(at, { sha: wanted.sha, base: pull.baseBranch }, signal);
}
