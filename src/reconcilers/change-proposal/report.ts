import { type ChangeProposal, ChangeProposal as Kind } from "../../schema/change-proposal.ts";
import type { Phase } from "../../schema/proposal-status.ts";
import type { Finding } from "../conditions.ts";
import type { Again, Outcome } from "../reconciler.ts";
import { againAt } from "./again.ts";
import { tallyOf } from "./checks.ts";
import type { Observed, SeenPull, Status } from "./observed.ts";
import { digestOf } from "./text.ts";
import type { Decision, Step } from "./verdict.ts";
import { timeOf } from "./will.ts";

/** What the journal says about a step: enough to find it again after a crash. */
export function intentOf(step: Step, now: Date): NonNullable<Status["intent"]> {
  const at = timeOf(now);
  switch (step.do) {
    case "push":
      return { effect: "Push", at, commit: step.commit };
    case "open":
      return { effect: "Open", at, commit: step.commit, mark: step.mark };
    case "decorate":
      return { effect: "Decorate", at, number: step.number };
    case "revise":
      return { effect: "Revise", at, number: step.number, mark: step.mark };
    case "comment":
      return { effect: "Comment", at, number: step.number, mark: step.mark };
    case "enqueue":
      return { effect: "Enqueue", at, commit: step.commit, number: step.number };
    case "merge":
      return { effect: "Merge", at, commit: step.commit, number: step.number };
    case "close":
      return { effect: "Close", at, number: step.number };
    case "deleteBranch":
      return { effect: "DeleteBranch", at, commit: step.commit };
  }
}

/** Status and next look that follow from a decision. */
export function report(observed: Observed, decision: Decision, intent: Status["intent"]): Outcome<Status> {
  const status = statusOf(observed, decision, intent);
  const again: Again =
    decision.do === "step" ? { is: "now" } : againAt(decision.look, observed.proposal, { status, now: observed.now });
  return { finding: decision.finding, status, again };
}

/** Status that keeps what was known, where nothing could be looked at. */
export function reportUnseen(proposal: ChangeProposal, finding: Finding, again: Again): Outcome<Status> {
  const known = proposal.status ?? {};
  const status = Object.fromEntries(Object.entries(known).filter(([field]) => ownFields.has(field))) as Status;
  return { finding, status: { ...status, phase: known.phase ?? "Blocked" }, again };
}

const notOwn: readonly string[] = ["observedGeneration", "conditions", "lastHandledReconcileAt"];
const ownFields = new Set(Object.keys(Kind.status.shape).filter((field) => !notOwn.includes(field)));

function statusOf(observed: Observed, decision: Decision, intent: Status["intent"]): Status {
  const { branch, checks, declined, withdrawn, diff, leftOut, unknown, gate, heir, looked } = observed;
  return {
    phase: decision.phase,
    branch,
    ...branchStatus(observed, decision.phase),
    ...present({ diff, leftOut, withdrawn, declined, intent, queue: gate.queue, supersededBy: heir?.name }),
    ...pullOf(observed),
    ...(unknown.length > 0 && { unknown: unknown.map((each) => each.slice(0, 100)) }),
    ...(checks && { checks: checksOf(observed, checks) }),
    ...present({ approvals: approvalsOf(observed) }),
    ...factsOf(observed),
    ...present({ looked: decision.do === "rest" && !intent ? looked : undefined }),
  };
}

/** Without the fields that are undefined. */
const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** What the branch carries, and on which base. */
function branchStatus(observed: Observed, phase: Phase): Partial<Status> & Pick<Status, "fingerprint"> {
  const { tip, fingerprint } = observed;
  // When it is over and the branch is not ours, what counts is the head that was looked at last.
  const over = (phase === "Merged" && tip.is !== "ours") || (phase === "NoChange" && tip.is === "none");
  const written = over && phase === "NoChange" ? undefined : observed.written;
  return {
    fingerprint: written?.fingerprint ?? fingerprint,
    ...present({
      base: over ? headOf(observed) : (written?.base ?? headOf(observed)),
      commit: written?.commit,
      tip: tip.is === "theirs" || tip.is === "unproven" ? knownTip(observed, tip.sha) : undefined,
    }),
  };
}

/**
 * Until everything that was said is heard and answered, the tip that people knew of is the one that they speak of: what came after
 * their words is not what they meant.
 */
function knownTip({ reply, pull, seen, proposal }: Observed, sha: string): string | undefined {
  const isHeard = reply === undefined && (pull?.state !== "Open" || seen === pull.mark);
  return isHeard ? sha : proposal.status?.tip;
}

/** What is remembered of people's wishes, and of how the change was made. */
function factsOf({ will: { steering }, wanted, tip, proposal: { status } }: Observed): Partial<Status> {
  const made = wanted?.facts ?? (tip.is === "unproven" ? tip.facts : undefined);
  const { run, conflicts } = made ?? status ?? {};
  return present({
    steering: Object.keys(steering).length > 0 ? steering : undefined,
    run: run ?? status?.run,
    conflicts,
  });
}

const headOf = ({ baseBranch: branch, head: sha }: Observed) => (sha === undefined ? undefined : { branch, sha });

/** The pull request, if it is about what is asked for now, or will be when it is brought up to date. */
function pullOf(observed: Observed): Pick<Status, "pullRequest" | "merge"> {
  const { pull, fingerprint, since, seen, wrote } = observed;
  if (!pull || !(isAbout(pull, fingerprint) || owesReply(observed, pull))) return {};
  const { number, url, state, mergeSha, openedAt } = pull;
  const pullRequest = {
    ...{ ref: `#${number}`, number, url, state, openedAt: timeOf(openedAt) },
    ...(seen !== undefined && { seen }),
    ...(since !== undefined && { since }),
    ...(wrote.length > 0 && { wrote: wroteOf(observed, wrote) }),
  };
  return state === "Merged" ? { pullRequest, merge: mergeSha ? { sha: mergeSha } : {} } : { pullRequest };
}

const isAbout = (pull: SeenPull, fingerprint: string): boolean =>
  pull.fingerprint !== undefined && (pull.state === "Open" || pull.fingerprint === fingerprint);

/** Whoever asks for something below one that is over is still to be answered there. */
const owesReply = ({ reply, proposal: { status } }: Observed, { number }: SeenPull): boolean =>
  reply !== undefined && status?.pullRequest?.number === number;

/** Of what we wrote and what we were about to write, what is there; part by part, since people may have changed one. */
function wroteOf({ pull }: Observed, wrote: readonly string[]): string {
  const now = digestOf(pull!).split(".");
  const known = wrote.map((each) => each.split("."));
  return now.map((part, index) => (known.some((each) => each[index] === part) ? part : known[0]![index])).join(".");
}

/** Who said yes is kept once it is merged. */
function approvalsOf({ gate: { voices }, pull, proposal: { spec, status } }: Observed): Status["approvals"] {
  const wanted = spec.merge.approvals;
  if (voices && wanted) return { needed: wanted.count, by: voices.yes.slice(0, 20) };
  return pull?.state === "Merged" ? status?.approvals : undefined;
}

function checksOf({ proposal }: Observed, checks: NonNullable<Observed["checks"]>) {
  const { total, passed, failing } = tallyOf(checks, proposal.spec.merge);
  return { total, passed, failing: failing.slice(0, 20).map((name) => name.slice(0, 200)) };
}
