import { type ChangeProposal, ChangeProposal as Kind } from "../../schema/change-proposal.ts";
import type { Finding } from "../conditions.ts";
import { intervalMs } from "../interval.ts";
import type { Again, Outcome } from "../reconciler.ts";
import { tallyOf } from "./checks.ts";
import type { Observed, Status } from "./observed.ts";
import type { Decision, Look, Step } from "./verdict.ts";

/** What the journal says about a step: enough to find it again after a crash. */
export function intentOf(step: Step, now: Date): NonNullable<Status["intent"]> {
  const at = `${now.toISOString().slice(0, 19)}Z`;
  switch (step.do) {
    case "push":
      return { effect: "Push", at, commit: step.commit };
    case "open":
      return { effect: "Open", at, commit: step.commit };
    case "revise":
      return { effect: "Revise", at, number: step.number };
    case "merge":
      return { effect: "Merge", at, commit: step.commit, number: step.number };
    case "close":
      return { effect: "Close", at, number: step.number };
    case "deleteBranch":
      return { effect: "DeleteBranch", at, commit: step.commit };
  }
}

/** Status and next look that follow from a decision. */
export function report(
  observed: Observed,
  decision: Decision,
  { intent, now }: { readonly intent: Status["intent"]; readonly now: Date },
): Outcome<Status> {
  const again: Again = decision.do === "step" ? { is: "now" } : againAt(decision.look, observed.proposal, now);
  return { finding: decision.finding, status: statusOf(observed, decision, intent), again };
}

/** Status that keeps what was known, where nothing could be looked at. */
export function reportUnseen(proposal: ChangeProposal, finding: Finding, again: Again): Outcome<Status> {
  const known = proposal.status ?? {};
  const status = Object.fromEntries(Object.entries(known).filter(([field]) => ownFields.has(field))) as Status;
  return { finding, status: { ...status, phase: known.phase ?? "Blocked" }, again };
}

const notOwn: readonly string[] = ["observedGeneration", "conditions", "lastHandledReconcileAt"];
const ownFields = new Set(Object.keys(Kind.status.shape).filter((field) => !notOwn.includes(field)));

function statusOf(observed: Observed, { phase }: Decision, intent: Status["intent"]): Status {
  const { branch, fingerprint, checks, declined, withdrawn } = observed;
  // When it is over and the branch is gone, what counts is the head that was looked at last.
  const over = (phase === "Merged" || phase === "NoChange") && observed.tip.is === "none";
  const written = over && phase === "NoChange" ? undefined : observed.written;
  const base = over ? headOf(observed) : (written?.base ?? headOf(observed));
  return {
    phase,
    branch,
    fingerprint: written?.fingerprint ?? fingerprint,
    ...(base && { base }),
    ...(written && { commit: written.commit }),
    ...pullOf(observed),
    ...(checks && { checks: checksOf(observed, checks) }),
    ...(withdrawn !== undefined && { withdrawn }),
    ...(declined && { declined }),
    ...(intent && { intent }),
  };
}

const headOf = ({ baseBranch: branch, head: sha }: Observed) => (sha === undefined ? undefined : { branch, sha });

/** The pull request, if it is about what is asked for now, or will be when it is brought up to date. */
function pullOf({ pull, fingerprint }: Observed): Pick<Status, "pullRequest" | "merge"> {
  if (pull?.fingerprint === undefined || (pull.state !== "Open" && pull.fingerprint !== fingerprint)) return {};
  const { number, url, state, mergeSha } = pull;
  const pullRequest = { ref: `#${number}`, number, url, state };
  return state === "Merged" ? { pullRequest, merge: mergeSha ? { sha: mergeSha } : {} } : { pullRequest };
}

function checksOf({ proposal }: Observed, checks: NonNullable<Observed["checks"]>) {
  const { total, passed, failing } = tallyOf(checks, proposal.spec.merge);
  return { total, passed, failing: failing.slice(0, 20).map((name) => name.slice(0, 200)) };
}

const soonMs = 2_000;
const firstChecksMs = 5_000;

/** Checks are looked at every 5 s at first and less often the longer they run; an event comes before that, normally. */
function againAt(look: Look, { spec, status }: ChangeProposal, now: Date): Again {
  const every = intervalMs(spec.interval);
  switch (look) {
    case "never":
      return { is: "never" };
    case "interval":
      return { is: "after", ms: every };
    case "soon":
      return { is: "after", ms: Math.min(soonMs, every) };
    case "checks": {
      const since = status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
      const elapsedMs = since === undefined ? 0 : now.getTime() - Date.parse(since);
      return { is: "after", ms: Math.min(every, Math.max(firstChecksMs, elapsedMs / 4)) };
    }
  }
}
