import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Hands } from "../change/hands.ts";
import { leadsTo, produce, staysRight } from "../change/produce.ts";
import type { Base, Produced } from "../change/produced.ts";
import type { Heir, SeenPull, Status, Steering } from "./observed.ts";
import type { Ownership } from "./ownership.ts";

/** What decides whether a change is made, and on which base. */
export interface Circumstances extends Ownership {
  readonly proposal: ChangeProposal;
  readonly fingerprint: string;
  readonly base: Base;
  readonly pull: SeenPull | undefined;
  readonly steering: Steering;
  readonly declined: Status["declined"];
  readonly heir: Heir | undefined;
}

/**
 * The commit that should be on the branch; undefined where nobody asks. What is there stays as long as it says what is asked
 * for and the base has the same beneath it, so that checks need not run again whenever the base moves. Never is it built by
 * merging or rebasing: always anew, on the head of the base.
 */
export async function wantedOf(about: Circumstances, hands: Hands): Promise<Produced | undefined> {
  const { proposal, fingerprint, base, tip, written } = about;
  if (tip.is === "adopted" && written) return { is: "commit", sha: tip.sha, base: written.base };
  if (tip.is === "unproven" || isIdle(about)) return undefined;
  const current = tip.is === "ours" && written?.fingerprint === fingerprint && written.base.branch === base.branch;
  if (!current || !(await stays(about, written.base.sha, hands))) return produce(proposal, base, hands);
  return { is: "commit", sha: written.commit, base: written.base };
}

/** Whether it would be made for nothing. What people refused or took over is only looked at where looking is cheap. */
function isIdle({ proposal, fingerprint, pull, steering, declined, heir, tip }: Circumstances): boolean {
  if (steering.released || heir) return true;
  const { edits, run } = proposal.spec.change;
  if (edits) return false;
  const isMerged = pull?.state === "Merged" && pull.fingerprint === fingerprint && run?.repeat !== "WhenBaseMoves";
  return isMerged || tip.is === "theirs" || declined?.fingerprint === fingerprint;
}

/** Whether what was built on `builtOn` stays, by what `spec.refresh` says. */
async function stays(
  { proposal, base, pull, steering }: Circumstances,
  builtOn: string,
  hands: Hands,
): Promise<boolean> {
  if (builtOn === base.sha) return true;
  const { refresh } = proposal.spec;
  if (steering.rebuild || refresh === "BehindBase") return false;
  // Commits that somebody took back from the base would be brought in again, whatever was asked for.
  if (!(await leadsTo(base.sha, builtOn, hands))) return false;
  const open = pull?.state === "Open" ? pull : undefined;
  if (refresh === "Never" && open) return true;
  if (open?.mergeable === false) return false;
  return refresh === "Conflicted" || staysRight(proposal, [builtOn, base.sha], hands);
}

/** What the change comes to in files and lines. Known already, unless it is another commit than status is about. */
export async function diffOf(
  { status = {} }: ChangeProposal,
  wanted: Produced | undefined,
  { git, remote, signal }: Hands,
): Promise<Status["diff"]> {
  if (wanted?.is !== "commit") return status.diff;
  const about = status.intent?.effect === "Push" ? status.intent.commit : status.commit;
  if (status.diff && about === wanted.sha) return status.diff;
  const { files } = await git.diff(remote, { from: wanted.base.sha, to: wanted.sha, most: 1_024 }, signal);
  const sum = (of: "added" | "removed"): number => files.reduce((total, each) => total + each[of], 0);
  const paths = files.slice(0, 20).map(({ path }) => path.slice(0, 1_024));
  return { files: files.length, added: sum("added"), removed: sum("removed"), paths };
}

/** What of the change was left out: known already, unless it is another commit than status is about. */
export const leftOutOf = (status: Status, wanted: Produced | undefined): string | undefined =>
  wanted?.said ?? (wanted?.is === "commit" && wanted.sha === status.commit ? status.leftOut : undefined);
