import { createHash } from "node:crypto";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import type { Finding } from "../conditions.ts";
import type { ForgeCall } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import type { Outcome } from "../reconciler.ts";
import { act } from "./act.ts";
import { againAt } from "./again.ts";
import { decide } from "./decide.ts";
import { observe, type Surroundings } from "./observe.ts";
import type { Observed, Status } from "./observed.ts";
import { reportUnseen } from "./report.ts";
import { type Decision, found } from "./verdict.ts";

/** What a proposal would do now: the diff of its change, and every call that would change something, in order. */
export interface ProposalPlan {
  /** The same plan, the same digest. */
  readonly digest: string;
  /** As git shows it, cut where it is long; empty where nothing changes. */
  readonly diff: string;
  readonly calls: readonly string[];
  /** Where it would come to rest. */
  readonly finding: Finding;
}

/** No way is longer: push, open, decorate, then the merge. */
const mostSteps = 12;
const mostCalls = 20;
const longestCall = 2_000;
const mostDiff = 16_000;

/** Finds out what would be done, without doing any of it: writes are kept, and answered as if they had been done. */
export async function planOf(
  proposal: ChangeProposal,
  repository: Repository,
  hands: Hands,
  proposals: readonly ChangeProposal[] = [],
): Promise<ProposalPlan> {
  return (await rehearse(proposal, { repository, proposals }, hands)).plan;
}

/** The same, with what was observed before anything would be done. */
export async function rehearse(
  proposal: ChangeProposal,
  around: Surroundings,
  hands: Hands,
): Promise<{ readonly plan: ProposalPlan; readonly observed: Observed; readonly decision: Decision }> {
  const sent: string[] = [];
  const { forge: host, calls } = hands.host.rehearse();
  const told = (): void => {
    for (const call of calls().slice(heard)) sent.push(lineOf(call));
    heard = calls().length;
  };
  let heard = 0;
  const stage = { ...hands, host, git: recording(hands.git, sent) };
  const observed = await observe(proposal, around, stage);
  let [now, decision] = [observed, decide(observed)];
  for (let steps = 0; decision.do === "step" && steps < mostSteps; steps++) {
    const done = await act(decision.step, now, stage);
    told();
    if (done.is === "refused") {
      decision = done.decision;
      break;
    }
    now = asPushed(done.observed);
    decision = decide(now);
  }
  const diff = await diffOf(observed, hands);
  const lines = sent.slice(0, mostCalls).map(cut);
  const digest = createHash("sha256")
    .update(JSON.stringify([diff, lines]))
    .digest("hex");
  return { plan: { digest, diff, calls: lines, finding: decision.finding }, observed, decision };
}

/** A pull request that is only imagined knows nothing of what was only said to be pushed. */
function asPushed(observed: Observed): Observed {
  const { pull, tip } = observed;
  return pull?.state === "Open" && tip.is === "ours" ? { ...observed, pull: { ...pull, headSha: tip.sha } } : observed;
}

async function diffOf({ wanted }: Observed, { git, remote, signal }: Hands): Promise<string> {
  if (wanted?.is !== "commit") return "";
  const { text } = await git.diff(remote, { from: wanted.base.sha, to: wanted.sha, most: mostDiff }, signal);
  return text.slice(0, mostDiff);
}

/** Git that reads as ever, and only says what it would push. */
function recording(git: Git, sent: string[]): Git {
  const push: Git["push"] = async (_, { branch, sha, expect }) => {
    const lease = expect === undefined ? "must not exist" : `must be at ${expect}`;
    sent.push(sha === undefined ? `git push --delete ${branch} (${lease})` : `git push ${branch} ${sha} (${lease})`);
    return "done";
  };
  const tag: Git["tag"] = async (_, { name, sha }) => {
    sent.push(`git tag ${name} ${sha} (must not exist)`);
    return "done";
  };
  return {
    push,
    tag,
    sync: (remote, signal) => git.sync(remote, signal),
    read: (remote, commit, path, signal) => git.read(remote, commit, path, signal),
    entry: (remote, commit, path, signal) => git.entry(remote, commit, path, signal),
    tar: (remote, commit, signal) => git.tar(remote, commit, signal),
    diff: (remote, between, signal) => git.diff(remote, between, signal),
    isAncestor: (remote, old, young, signal) => git.isAncestor(remote, old, young, signal),
    pick: (remote, pick, signal) => git.pick(remote, pick, signal),
    revert: (remote, revert, signal) => git.revert(remote, revert, signal),
    list: (remote, commit, directory, signal) => git.list(remote, commit, directory, signal),
    log: (remote, range, signal) => git.log(remote, range, signal),
    describe: (remote, commit, signal) => git.describe(remote, commit, signal),
    commit: (remote, commit, signal) => git.commit(remote, commit, signal),
  };
}

const lineOf = ({ method, path, body }: ForgeCall): string =>
  body === undefined ? `${method} ${path}` : `${method} ${path} ${JSON.stringify(body)}`;

const cut = (line: string): string => (line.length <= longestCall ? line : `${line.slice(0, longestCall - 1)}…`);

/** Status of a proposal that is only planned: what it would do, besides what was known. Nothing is written anywhere else. */
export async function reportPlan(
  proposal: ChangeProposal,
  around: Surroundings,
  hands: Hands,
): Promise<Outcome<Status>> {
  const { plan, observed, decision } = await rehearse(proposal, around, hands);
  const { diff, digest, calls } = plan;
  const isBlocked = calls.length === 0 && (decision.phase === "Running" || decision.finding.verdict === "stalled");
  const sum = calls.length === 1 ? "1 call" : `${calls.length} calls`;
  const message = `${calls.length === 0 ? "nothing" : sum} would be sent, then ${decision.finding.reason}: ${decision.finding.message}. Set spec.mode to Apply to do it`;
  const look = decision.do === "rest" && decision.phase === "Running" ? decision.look : "interval";
  const again = againAt(look, proposal, { status: proposal.status ?? {}, now: hands.now });
  const known = reportUnseen(proposal, isBlocked ? decision.finding : found("Planned", message), again);
  const facts = observed.wanted?.facts?.run && { run: observed.wanted.facts.run };
  const status = { ...known.status, ...facts, phase: isBlocked ? decision.phase : ("Planned" as const) };
  const looked = observed.looked !== undefined && decision.phase !== "Running" && { looked: observed.looked };
  return { ...known, status: { ...status, plan: { digest, diff, calls: [...calls] }, ...looked } };
}
