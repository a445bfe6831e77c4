import { listed, tallyOf, tallyText } from "./checks.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { type Decision, rest, take } from "./verdict.ts";

/** What to do about an open pull request that shows exactly what is wanted. `sha` is the commit that it shows. */
export function decideMerge({ proposal, checks, method }: Observed, open: SeenPull, sha: string): Decision {
  const { merge: rule } = proposal.spec;
  const it = `#${open.number}`;
  if (!checks) return rest("ChecksRunning", ["ChecksRunning", `${it} is open; its checks are looked at next`], "soon");
  const tally = tallyOf(checks, rule);
  const counted = tallyText(tally);
  if (open.draft) {
    return rest("AwaitingMerge", [
      "AwaitingMerge",
      `${it} is a draft: a person marks it ready for review (${counted})`,
    ]);
  }
  if (open.mergeable === false) {
    const message = `${it} cannot be merged, the forge says: a person resolves its conflicts, or closes it (${counted})`;
    return rest("Blocked", ["Conflicting", message]);
  }
  if (rule.mode === "Manual") {
    const look = tally.pending.length > 0 ? "checks" : "interval";
    return rest("AwaitingMerge", ["AwaitingMerge", `a person merges ${it} (${counted})`], look);
  }
  if (tally.failing.length > 0) {
    const message = `${it}: ${counted}; a person fixes or restarts ${tally.failing.length === 1 ? "it" : "them"}`;
    return rest("ChecksFailed", ["ChecksFailed", message]);
  }
  if (tally.pending.length > 0) {
    return rest("ChecksRunning", ["ChecksRunning", `${it}: ${counted}, waits for ${listed(tally.pending)}`], "checks");
  }
  if (tally.total === 0 && !rule.allowNoChecks) {
    const message = `${it} has no checks, so nothing vouches for it: a person merges it, or spec.merge.allowNoChecks allows it`;
    return rest("AwaitingMerge", ["NoChecks", message], "checks");
  }
  const message = `merges ${it} (${counted})`;
  return take("Merging", ["Merging", message], { do: "merge", number: open.number, commit: sha, method });
}
