import { unapproved } from "./approval.ts";
import { forgeHolds, listed, type Tally, tallyOf, tallyText } from "./checks.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { preflight } from "./preflight.ts";
import { queueWaitMs } from "./queue.ts";
import { type Decision, rest, take } from "./verdict.ts";
import { timeOf } from "./will.ts";

/** What to do about an open pull request that shows exactly what is wanted. `sha` is the commit that it shows. */
export function decideMerge(observed: Observed, open: SeenPull, sha: string): Decision {
  const { proposal, checks, tip } = observed;
  const { merge: rule } = proposal.spec;
  const it = `#${open.number}`;
  if (!checks) return rest("ChecksRunning", ["ChecksRunning", `${it} is open; its checks are looked at next`], "soon");
  const tally = tallyOf(checks, rule);
  const counted = tallyText(tally);
  if (open.handedOver) {
    const message = `the forge merges ${it} by itself once its rules are met (${counted})`;
    return rest("Queued", ["Queued", message]);
  }
  if (open.draft) {
    return rest("AwaitingMerge", [
      "AwaitingMerge",
      `${it} is a draft: a person marks it ready for review (${counted})`,
    ]);
  }
  if (open.mergeable === false) {
    const who =
      tip.is === "adopted"
        ? "a person resolves its conflicts, since it has commits of people"
        : "a person resolves its conflicts";
    const message = `${it} cannot be merged, the forge says: ${who}, or closes it (${counted})`;
    return rest("Blocked", ["Conflicting", message]);
  }
  if (rule.mode === "Manual") {
    const look = tally.pending.length > 0 ? "checks" : "interval";
    return rest("AwaitingMerge", ["AwaitingMerge", `a person merges ${it} (${counted})`], look);
  }
  return byChecks(observed, open, tally) ?? unapproved(observed, open) ?? byGate(observed, open, sha);
}

/** What the checks say against a merge now; undefined where they say nothing. */
function byChecks(observed: Observed, open: SeenPull, tally: Tally): Decision | undefined {
  const { merge: rule } = observed.proposal.spec;
  const { capabilities, method } = observed.gate;
  const it = `#${open.number}`;
  const counted = tallyText(tally);
  const late = preflight(observed, open);
  if (late) return late;
  if (tally.failing.length > 0) {
    const message = `${it}: ${counted}; a person fixes or restarts ${tally.failing.length === 1 ? "it" : "them"}`;
    return rest("ChecksFailed", ["ChecksFailed", message]);
  }
  if (tally.pending.length > 0) {
    // Once the forge has it, nobody asks for our approvals any more.
    const offered = rule.handOver === "WhereOffered" && capabilities.autoMerge && !rule.approvals;
    if (offered && forgeHolds(observed.checks!, rule)) {
      const message = `gives the merge of ${it} to the forge, which waits for ${listed(tally.pending)}`;
      const step = { do: "enqueue", number: open.number, commit: open.headSha, method } as const;
      return pause(observed, open) ?? take("ChecksRunning", ["HandingOver", message], step);
    }
    return rest("ChecksRunning", ["ChecksRunning", `${it}: ${counted}, waits for ${listed(tally.pending)}`], "checks");
  }
  if (tally.total === 0 && !rule.allowNoChecks) {
    const message = `${it} has no checks, so nothing vouches for it: a person merges it, or spec.merge.allowNoChecks allows it`;
    return rest("AwaitingMerge", ["NoChecks", message], "checks");
  }
  return undefined;
}

/** The merge, where the repository takes it like that: by us, or by the forge's own queue where it insists on that. */
function byGate(observed: Observed, { number, ...open }: SeenPull, sha: string): Decision {
  const { method, allowed, queueRequired } = observed.gate;
  const counted = tallyText(tallyOf(observed.checks ?? [], observed.proposal.spec.merge));
  if (queueRequired) {
    const message = `gives #${number} to the forge's merge queue (${counted})`;
    return (
      pause(observed, { number, ...open }) ??
      take("Merging", ["HandingOver", message], { do: "enqueue", number, commit: sha, method })
    );
  }
  if (allowed && !allowed.includes(method)) {
    const ways = allowed.length === 1 ? `only ${allowed[0]}` : allowed.join(" and ");
    const message = `the repository does not merge by ${method}, it allows ${ways}: set spec.merge.method, or spec.mergeMethod of its Repository`;
    return rest("Blocked", ["MergeMethodNotAllowed", message]);
  }
  return (
    pause(observed, { number, ...open }) ??
    take("Merging", ["Merging", `merges #${number} (${counted})`], { do: "merge", number, commit: sha, method })
  );
}

/** What the forge took out of its queue is given to it again, later each time. */
function pause({ gate: { queue }, now }: Observed, { number }: SeenPull): Decision | undefined {
  if (!queue) return undefined;
  const until = new Date(Date.parse(queue.at) + queueWaitMs(queue.left));
  if (until <= now) return undefined;
  const times = queue.left === 1 ? "" : `, ${queue.left} times by now`;
  const message = `the forge took #${number} out of its queue without merging it${times}: it gets it again at ${timeOf(until)}. Its page on the forge says why`;
  return rest("AwaitingMerge", ["Dequeued", message], "moment");
}
