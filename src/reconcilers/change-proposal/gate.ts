import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { MergeMethod } from "../../schema/merge-rule.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import type { Check } from "../forge-port.ts";
import { asksForYes, type Voices, voicesOf } from "./approval.ts";
import { haveStarted, tallyOf } from "./checks.ts";
import { preflightMs } from "./look.ts";
import type { Gate, SeenPull, Status } from "./observed.ts";
import { timeOf } from "./will.ts";

interface Circumstances {
  readonly proposal: ChangeProposal;
  readonly repository: Repository;
  readonly pull: SeenPull | undefined;
  readonly checks: readonly Check[] | undefined;
  readonly since: string | undefined;
  /** Who gave us the commit that is shown, where somebody did. */
  readonly adopter: string | undefined;
}

/** Looks up what counts for the merge, as far as it comes into question now. */
export async function gateOf(about: Circumstances, hands: Hands): Promise<Gate> {
  const { proposal, repository, pull } = about;
  const { status = {}, spec } = proposal;
  return {
    method: spec.merge.method ?? repository.spec.mergeMethod ?? "Squash",
    allowed: await allowedBy(about, hands),
    capabilities: hands.host.capabilities,
    // The journal remembers that the forge asked for its queue.
    queueRequired: status.intent?.effect === "Enqueue",
    queue: queueOf(status, pull, hands.now),
    voices: await voicesFor(about, hands),
    configured: await configuredIn(about, hands),
  };
}

async function allowedBy(
  { proposal, checks }: Circumstances,
  hands: Hands,
): Promise<readonly MergeMethod[] | undefined> {
  const rule = proposal.spec.merge;
  if (rule.mode === "Manual" || !checks) return undefined;
  const { failing, pending } = tallyOf(checks, rule);
  if (failing.length + pending.length > 0) return undefined;
  const facts = await hands.host.repository(hands.at, hands.signal);
  return facts && facts.mergeMethods.length > 0 ? facts.mergeMethods : undefined;
}

async function voicesFor(
  { proposal, pull, checks, adopter }: Circumstances,
  hands: Hands,
): Promise<Voices | undefined> {
  const { merge } = proposal.spec;
  if (!merge.approvals || !pull || !checks || !asksForYes(merge, pull, checks)) return undefined;
  return voicesOf(merge.approvals, pull, adopter, hands);
}

/** How often it came back from the forge's queue: once more, when it was there at the last look. */
function queueOf({ phase, queue, commit }: Status, pull: SeenPull | undefined, now: Date): Status["queue"] {
  if (pull?.state !== "Open" || pull.headSha !== commit) return undefined;
  if (phase !== "Queued" || pull.handedOver) return queue;
  return { left: (queue?.left ?? 0) + 1, at: timeOf(now) };
}

/** Where known CIs keep their configuration. */
const configurations = [
  ".github/workflows",
  ".gitea/workflows",
  ".forgejo/workflows",
  ".gitlab-ci.yml",
  ".circleci",
  ".woodpecker",
  ".woodpecker.yml",
  ".buildkite",
  ".drone.yml",
  ".travis.yml",
  ".tekton",
  "Jenkinsfile",
  "azure-pipelines.yml",
];

/** Whether the commit configures a CI: looked up only where checks are late. */
async function configuredIn(
  { proposal, pull, checks, since }: Circumstances,
  { git, remote, now, signal }: Hands,
): Promise<boolean | undefined> {
  const isLate = since !== undefined && Date.parse(since) + preflightMs <= now.getTime();
  if (!isLate || !pull || !checks || haveStarted(checks) || proposal.spec.merge.mode === "Manual") return undefined;
  for (const path of configurations) {
    if (await git.entry(remote, pull.headSha, path, signal)) return true;
  }
  return false;
}
