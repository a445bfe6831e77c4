import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { requestedAt } from "../../schema/object.ts";
import { fingerprintOf } from "../change/fingerprint.ts";
import type { Hands } from "../change/hands.ts";
import type { Outcome } from "../reconciler.ts";
import { type WayReason, wayVerdicts } from "../way.ts";
import { againAt } from "./again.ts";
import { branchOf } from "./branch.ts";
import { checksDigest, pullDigest, tipDigest, worldDigest } from "./look.ts";
import type { Surroundings } from "./observe.ts";
import type { Status } from "./observed.ts";
import { reportUnseen } from "./report.ts";
import { heirOf } from "./supersede.ts";
import { type Look, type Reason, verdicts } from "./verdict.ts";

/** Phases in which nothing is under way, and how it was looked at. */
const resting: Readonly<Partial<Record<NonNullable<Status["phase"]>, Look>>> = {
  AwaitingMerge: "interval",
  ChecksRunning: "checks",
  ChecksFailed: "interval",
  HumanOwned: "interval",
  Declined: "interval",
  Blocked: "interval",
  Released: "interval",
  Queued: "interval",
  Held: "moment",
  Superseded: "never",
  Planned: "interval",
};

/** Reasons under which a check that reports changes everything, though the pull request shows nothing of it. */
const byChecks: readonly string[] = ["ChecksRunning", "ChecksFailed", "NoChecks", "ChecksNotStarting"];

/**
 * The answer of a proposal at rest, of which nothing has changed since: what it was. It costs one conditional read, of the pull
 * request or, where there is none, of the branches; the checks are read besides where they are waited for. Undefined where a
 * whole look is due.
 */
export async function calm(
  proposal: ChangeProposal,
  { repository, proposals }: Surroundings,
  hands: Hands,
): Promise<Outcome<Status> | undefined> {
  const { status = {} } = proposal;
  const look = isAtRest(proposal) ? resting[status.phase ?? "Pending"] : undefined;
  const [world, seen, checks] = status.looked?.split(".") ?? [];
  if (!look || !world || !seen || !checks) return undefined;
  const { pullRequest, steering, queue, fingerprint, supersededBy } = status;
  const heir = heirOf(proposal, proposals, fingerprint === fingerprintOf(proposal) ? supersededBy : undefined);
  const moments = { since: pullRequest?.since, hold: steering?.hold?.until, queue, now: hands.now };
  if (world !== worldDigest(proposal, repository, heir, moments)) return undefined;

  const isOver = status.phase === "Superseded" || (status.phase === "Released" && steering?.released?.by === "kubectl");
  const awaited = awaitsChecks(proposal) || checks.startsWith("r");
  if (
    !isOver &&
    (await glance(proposal, { seen, checks: awaited ? checks : "-" }, repository.spec.branch, hands)) === "changed"
  )
    return undefined;
  return sameAs(proposal, awaited ? "checks" : look, hands.now);
}

/** What was found in place of a look, and says nothing of how things are: a shut way, a forge that was broken or too busy. */
const inTheWay: ReadonlySet<string> = new Set<Reason>([
  ...(Object.keys(wayVerdicts) as WayReason[]),
  "BranchMoved",
  "Throttled",
  "Suspended",
  "CleanUpRefused",
]);

/** Whether nothing was begun, asked for or left over. */
function isAtRest({ metadata, status = {} }: ChangeProposal): boolean {
  const reason = status.conditions?.find(({ type }) => type === "Ready")?.reason ?? "";
  return (
    reason in verdicts &&
    !inTheWay.has(reason) &&
    !status.intent &&
    status.throttledUntil === undefined &&
    status.observedGeneration === metadata.generation &&
    metadata.annotations?.[requestedAt] === status.lastHandledReconcileAt
  );
}

function awaitsChecks({ status = {} }: ChangeProposal): boolean {
  const { checks, conditions } = status;
  const reason = conditions?.find(({ type }) => type === "Ready")?.reason ?? "";
  const isPending = checks !== undefined && checks.passed + checks.failing.length < checks.total;
  return byChecks.includes(reason) || (reason === "AwaitingMerge" && isPending);
}

/** Looks at the one thing that would show a change. */
async function glance(
  { metadata, spec, status = {} }: ChangeProposal,
  before: { readonly seen: string; readonly checks: string },
  baseBranch: string,
  { host, at, git, remote, signal }: Hands,
): Promise<"same" | "changed"> {
  const branch = branchOf(metadata);
  if (before.seen.startsWith("t")) {
    const { heads } = await git.sync(remote, signal);
    return tipDigest(heads.get(branch), heads.get(spec.base ?? baseBranch)) === before.seen ? "same" : "changed";
  }
  const { pullRequest } = status;
  const pull =
    pullRequest?.state === "Open"
      ? await host.pulls.get(at, pullRequest.number, signal)
      : await host.pulls.find(at, branch, signal);
  if (!pull || pullDigest(pull) !== before.seen) return "changed";
  if (before.checks === "-") return "same";
  const checks = await host.pulls.checks(at, { sha: pull.headSha, base: pull.baseBranch }, signal);
  const reviews = before.checks.startsWith("r") ? await host.pulls.approvals(at, pull.number, signal) : undefined;
  return checksDigest(checks, reviews) === before.checks ? "same" : "changed";
}

/** What was found before, found again. */
function sameAs(proposal: ChangeProposal, look: Look, now: Date): Outcome<Status> | undefined {
  const { status = {} } = proposal;
  const on = (type: string) => status.conditions?.find((each) => each.type === type && each.status === "True");
  const verdict = on("Ready") ? "ready" : on("Stalled") ? "stalled" : "progressing";
  const said = status.conditions?.find(({ type }) => type === "Ready");
  if (!said) return undefined;
  const finding = { verdict, reason: said.reason, message: said.message } as const;
  const same = reportUnseen(proposal, finding, { is: "never" });
  return { ...same, again: againAt(look, proposal, { status: same.status, now }) };
}
