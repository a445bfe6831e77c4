import type { Hands } from "../change/hands.ts";
import { actMerge } from "./act-merge.ts";
import { decorations } from "./decide.ts";
import { type Done, done, moved } from "./done.ts";
import { withdrawnAs } from "./history.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { digestOf, revision, textOfPull } from "./text.ts";
import type { Step } from "./verdict.ts";
import { timeOf, withField } from "./will.ts";

/** Carries out one step. Safe to repeat: what was done already is found, and not done again. */
export async function act(step: Step, observed: Observed, hands: Hands): Promise<Done> {
  switch (step.do) {
    case "push":
      return push(step, observed, hands);
    case "open":
      return open(observed, hands);
    case "decorate":
      return decorate(step.number, observed, hands);
    case "revise":
      return revise(observed, hands);
    case "comment":
      return comment(step, observed, hands);
    case "enqueue":
    case "merge":
      return actMerge(step, observed, hands);
    case "close":
      return close(step, observed, hands);
    case "deleteBranch":
      return deleteBranch(step, observed, hands);
  }
}

async function push(step: Extract<Step, { do: "push" }>, observed: Observed, hands: Hands): Promise<Done> {
  const { branch, fingerprint, wanted, now } = observed;
  const update = { branch, sha: step.commit, expect: step.expect };
  if (wanted?.is !== "commit" || (await hands.git.push(hands.remote, update, hands.signal)) === "moved")
    return moved(branch);
  const written = { commit: step.commit, fingerprint, base: wanted.base };
  const pull = observed.pull?.state === "Open" ? shows(observed.pull, observed, step.commit) : undefined;
  const gate = { ...observed.gate, queue: undefined, voices: undefined };
  const tip = { is: "ours", sha: step.commit } as const;
  return done({ ...observed, tip, written, pull, gate, since: timeOf(now), checks: undefined });
}

const shows = (pull: SeenPull, { fingerprint }: Observed, headSha: string): SeenPull => ({
  ...pull,
  headSha,
  fingerprint,
  mergeable: undefined,
});

async function open(observed: Observed, { host, at, signal }: Hands): Promise<Done> {
  const { proposal, branch, baseBranch: base, fingerprint, now } = observed;
  const text = textOfPull(proposal, observed);
  const draft = proposal.spec.pullRequest?.draft === true && { draft: true };
  const pull = await host.pulls.open(at, { branch, base }, { ...text, ...draft }, signal);
  const born = { newborn: true, since: timeOf(now), wrote: [digestOf(text)] };
  return done({ ...observed, ...born, pull: { ...pull, fingerprint }, withdrawn: undefined });
}

async function decorate(number: number, observed: Observed, { host, at, signal }: Hands): Promise<Done> {
  const wish = decorations(observed);
  const { unknown } = wish ? await host.pulls.decorate(at, number, wish, signal) : { unknown: [] };
  return done({ ...observed, newborn: false, unknown });
}

async function revise(observed: Observed, { host, at, signal }: Hands): Promise<Done> {
  const before = observed.pull!;
  const text = textOfPull(observed.proposal, observed);
  const next = revision(before, text, observed.wrote) ?? before;
  const pull = await host.pulls.revise(at, before, { title: next.title, body: next.body }, signal);
  return done({ ...observed, pull: { ...before, title: pull.title, body: pull.body }, wrote: [digestOf(text)] });
}

async function comment(
  { number, mark, body }: Extract<Step, { do: "comment" }>,
  observed: Observed,
  { host, at, signal }: Hands,
): Promise<Done> {
  await host.pulls.comment(at, number, { mark, body }, signal);
  const { will, reply } = observed;
  const steering = reply ? withField(will.steering, "comment", reply.id) : withField(will.steering, "told", mark);
  return done({ ...observed, will: { ...will, steering }, reply: undefined });
}

async function close(
  { number, comment: words }: Extract<Step, { do: "close" }>,
  observed: Observed,
  { host, at, signal }: Hands,
): Promise<Done> {
  await host.pulls.close(at, number, words, signal);
  const pull = { ...observed.pull!, state: "Closed" as const };
  return done({ ...observed, pull, ...withdrawnAs(number, observed.declined) });
}

async function deleteBranch(
  { commit: expect }: Extract<Step, { do: "deleteBranch" }>,
  observed: Observed,
  { git, remote, signal }: Hands,
): Promise<Done> {
  const { branch } = observed;
  const result = await git.push(remote, { branch, sha: undefined, expect }, signal);
  return result === "moved" ? moved(branch) : done({ ...observed, tip: { is: "none" } });
}
