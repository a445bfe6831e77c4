import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import { fingerprintOf } from "../change/fingerprint.ts";
import type { Hands } from "../change/hands.ts";
import type { Produced } from "../change/produced.ts";
import type { Check, PullRequest } from "../forge-port.ts";
import { branchOf } from "./branch.ts";
import { gateOf } from "./gate.ts";
import { hear } from "./hear.ts";
import { attribute, endingOf, overruled, signed } from "./history.ts";
import { checksDigest, pullDigest, tipDigest, worldDigest } from "./look.ts";
import { obey, settledSteering } from "./obey.ts";
import type { Observed, SeenPull, Status } from "./observed.ts";
import { type Ownership, ownershipOf, withAdopted } from "./ownership.ts";
import { heirOf } from "./supersede.ts";
import { diffOf, leftOutOf, wantedOf } from "./wanted.ts";
import { timeOf } from "./will.ts";

/** What the cluster says around a proposal. */
export interface Surroundings {
  readonly repository: Repository;
  /** All proposals of the namespace. */
  readonly proposals: readonly ChangeProposal[];
}

/**
 * Reads what `decide` needs, and writes nothing outside of the mirror.
 *
 * ```text
 *              Running: a command makes the change            Planned: shown, not done (spec.mode)
 *                 │
 *   Pending ──> Pushing ──> Opening ──> ChecksRunning ──> Merging ──> Merged
 *      │           ^           ^         │  ^    │  ^      │    ^       │
 *      │           │           │         v  │    v  │      v    │       └─ branch deleted; a revert is told, not fought
 *      │           │           │   ChecksFailed AwaitingMerge  Queued
 *      │           │           │         │       │           │
 *      │           └───────────┴─ change or base moved ──────┘
 *      │
 *      ├──> NoChange     the base says so already; an open pull request of ours is closed     (ready, like Merged)
 *      ├──> Superseded   another proposal took its place; ours is closed with a link                          (ready)
 *      ├──> Held         people want nothing to move until a moment
 *      ├──> Declined     people closed or rejected it; another change asks anew, reopening or retry takes it back
 *      ├──> HumanOwned   somebody else wrote to the branch; we only watch, until they adopt it, release it or put it back
 *      ├──> Released     people keep branch and pull request for good                                          (ready)
 *      └──> Blocked      a change that cannot be had, a missing branch, a shut way, checks that never start
 * ```
 *
 * Each arrow that changes something outside of the cluster is taken in two turns: one writes the intent to status,
 * the next carries it out if it is still what is wanted.
 */
export async function observe(
  proposal: ChangeProposal,
  { repository, proposals }: Surroundings,
  hands: Hands,
): Promise<Observed> {
  const { host, at, remote, git, signal, now } = hands;
  const status: Status = proposal.status ?? {};
  const branch = branchOf(proposal.metadata);
  const fingerprint = fingerprintOf(proposal);
  const baseBranch = proposal.spec.base ?? repository.spec.branch;
  // Branches before pull requests: what is read later is not older.
  const { heads } = await git.sync(remote, signal);
  const found = await host.pulls.find(at, branch, signal);
  const head = heads.get(baseBranch);
  const seenTip = await ownershipOf(proposal, heads.get(branch), baseBranch, hands);
  const pull = found && attribute(found, status, trailersOf(seenTip));

  const heard = await hear(pull, status, hands);
  const obeyed = obey(proposal, heard, { now, fingerprint, shows: pull?.fingerprint, tip: seenTip.tip });
  const { steering } = obeyed.will;
  const base = head === undefined ? undefined : { branch: baseBranch, sha: head };
  const ownership = withAdopted(seenTip, steering, { fingerprint, base });
  const ending = await signed(overruled(endingOf(status, pull, ownership.tip), obeyed, pull), hands);
  const kept = obeyed.retried || status.fingerprint !== fingerprint ? undefined : status.supersededBy;
  const heir = heirOf(proposal, proposals, kept);

  const steered = { ...proposal, status: { ...status, steering } };
  const about = { proposal: steered, fingerprint, pull, steering, heir, declined: ending.declined, ...ownership };
  const wanted = base && (await wantedOf({ ...about, base }, hands));
  const checks = await checksOf(wanted, pull, hands);
  const since = sinceOf(status, pull, now);
  const adopter = ownership.tip.is === "adopted" ? steering.adopted?.by : undefined;
  const gate = await gateOf({ proposal, repository, pull, checks, since, adopter }, hands);
  return {
    ...{ proposal: steered, now, fingerprint, branch, baseBranch, head, wanted, pull, since, checks, gate, heir },
    ...ownership,
    ...ending,
    will: { ...obeyed.will, steering: settledSteering(steering, ownership, head) },
    reply: obeyed.reply,
    seen: heard.seen,
    diff: await diffOf(proposal, wanted, hands),
    leftOut: leftOutOf(status, wanted),
    ...voiceOf(status, pull),
    looked: lookedAt(found, heads.get(branch), head, checksDigest(checks, gate.voices?.reviews), (): string =>
      worldDigest(proposal, repository, heir, { now, since, hold: steering.hold?.until, queue: gate.queue }),
    ),
  };
}

const lookedAt = (
  pull: PullRequest | undefined,
  tip: string | undefined,
  head: string | undefined,
  checks: string,
  world: () => string,
): string => [world(), pull ? pullDigest(pull) : tipDigest(tip, head), checks].join(".");

/** Fingerprints by commit, of commits that are known to be ours. */
const trailersOf = ({ tip, written }: Ownership): ReadonlyMap<string, string> =>
  new Map(tip.is === "ours" && written ? [[written.commit, written.fingerprint]] : []);

async function checksOf(
  wanted: Produced | undefined,
  pull: SeenPull | undefined,
  { host, at, signal }: Hands,
): Promise<readonly Check[] | undefined> {
  if (wanted?.is !== "commit" || pull?.state !== "Open" || pull.headSha !== wanted.sha) return undefined;
  return host.pulls.checks(at, { sha: wanted.sha, base: pull.baseBranch }, signal);
}

/** Since when the pull request shows its commit: known, unless it is a commit that was not there at the last look. */
function sinceOf({ pullRequest, commit, tip }: Status, pull: SeenPull | undefined, now: Date): string | undefined {
  if (!pull) return undefined;
  const isKnown = pullRequest?.number === pull.number && (pull.headSha === commit || pull.headSha === tip);
  return isKnown && pullRequest.since ? pullRequest.since : timeOf(now);
}

/** What was said in title and text, and whether the pull request has just come into the world. */
function voiceOf(
  { pullRequest, intent, unknown = [] }: Status,
  pull: SeenPull | undefined,
): Pick<Observed, "wrote" | "newborn" | "unknown"> {
  const isKnown = pullRequest !== undefined && pullRequest.number === pull?.number;
  const announced = intent?.effect === "Open" || intent?.effect === "Revise" ? intent.mark : undefined;
  const wrote = [isKnown ? pullRequest.wrote : undefined, announced].filter((each) => each !== undefined);
  const isBorn = intent?.effect === "Open" && !isKnown;
  const isBeingDressed = intent?.effect === "Decorate" && intent.number === pull?.number;
  const newborn = pull?.state === "Open" && (isBorn || isBeingDressed);
  return { wrote, newborn, unknown: isKnown ? unknown : [] };
}
