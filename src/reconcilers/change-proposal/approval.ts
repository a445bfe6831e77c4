import type { Approvals } from "../../schema/approval.ts";
import type { MergeRule } from "../../schema/merge-rule.ts";
import { isAmong } from "../approvals.ts";
import type { Hands } from "../change/hands.ts";
import type { Check, Role } from "../forge-port.ts";
import { short } from "../way.ts";
import { listed, tallyOf } from "./checks.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { type Decision, rest } from "./verdict.ts";

/** A yes in a review, and the commit that it was about. */
export interface Review {
  readonly by: string;
  readonly sha: string;
}

/** What was said about the commit that the pull request shows. Sorted by account. */
export interface Voices {
  readonly reviews: readonly Review[];
  /** Accounts whose yes counts. */
  readonly yes: readonly string[];
  /** Those whose yes does not, each with a sentence about why. */
  readonly others: readonly string[];
}

export const writers: readonly Role[] = ["Write", "Maintain", "Admin"];

/** Whether nothing but a yes can be missing now: only then are reviews read. */
export function asksForYes(rule: MergeRule, pull: SeenPull, checks: readonly Check[]): boolean {
  if (!rule.approvals || pull.state !== "Open" || pull.draft || pull.handedOver || pull.mergeable === false)
    return false;
  const { total, failing, pending } = tallyOf(checks, rule);
  return failing.length + pending.length === 0 && (total > 0 || rule.allowNoChecks);
}

/**
 * Reads who has said yes. What counts is a yes to exactly the commit that is shown, of an account that the rule lets have a say and
 * that may write there by the forge's word. `adopter` gave us that commit, and is no second pair of eyes.
 */
export async function voicesOf(
  wanted: Approvals,
  { number, headSha }: SeenPull,
  adopter: string | undefined,
  { host, at, signal }: Hands,
): Promise<Voices> {
  const reviews = [...(await host.pulls.approvals(at, number, signal))].sort((a, b) => (a.by < b.by ? -1 : 1));
  const [yes, others]: [string[], string[]] = [[], []];
  for (const { by, sha } of reviews) {
    const why =
      objectionTo(by, wanted, adopter) ??
      (sha === headSha ? undefined : `it was about ${short(sha)}`) ??
      (writers.includes(await host.role(at, by, signal)) ? undefined : "they may not write there");
    if (why === undefined) yes.push(by);
    else others.push(`that of ${by} does not count, since ${why}`);
  }
  return { reviews, yes, others };
}

/** Why the yes of an account cannot count, whatever it is about. Forges take upper and lower case for the same. */
function objectionTo(by: string, wanted: Approvals, adopter: string | undefined): string | undefined {
  if (isAmong(wanted.except ?? [], by)) return "spec.merge.approvals.except names them";
  if (adopter !== undefined && isAmong([adopter], by)) return "they gave the commit to Millrace";
  return !wanted.by || isAmong(wanted.by, by) ? undefined : "spec.merge.approvals.by does not name them";
}

/** What is missing before it may be merged; undefined where nothing is. */
export function unapproved(
  { proposal, gate: { voices } }: Observed,
  { number, headSha }: SeenPull,
): Decision | undefined {
  const wanted = proposal.spec.merge.approvals;
  if (!wanted) return undefined;
  const { yes, others } = voices ?? { yes: [], others: [] };
  if (yes.length >= wanted.count) return undefined;
  const has = yes.length === 0 ? "none" : `${yes.length} (${listed(yes)})`;
  const needs = wanted.count === 1 ? "an approving review" : `${wanted.count} approving reviews`;
  const message = `#${number} needs ${needs} of ${short(headSha)} and has ${has}: ${whoMay(wanted, yes)}`;
  return rest("AwaitingMerge", ["AwaitingApproval", [message, ...others.slice(0, 3)].join("; ")]);
}

function whoMay({ by, except = [], count }: Approvals, yes: readonly string[]): string {
  const missing = count - yes.length;
  const gives = `${missing === 1 ? "one" : missing} more of`;
  const not = except.length > 0 ? `, but ${listed(except)}` : "";
  if (!by) return `${gives} those who may write there, other than its author${not}`;
  const left = by.filter((each) => !isAmong([...yes, ...except], each));
  if (left.length < missing)
    return `spec.merge.approvals asks for ${count} and lets ${by.length} have a say${not}: correct it`;
  return `${gives} ${listed(left)}`;
}
