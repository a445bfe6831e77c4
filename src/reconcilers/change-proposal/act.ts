import type { Hands } from "../change/hands.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { textOfPull } from "./text.ts";
import { type Decision, rest, type Step } from "./verdict.ts";

/** How a step went: the world as it is after it, or why it was not to be. An intent that is `kept` is tried again. */
export type Done =
  | { readonly is: "done"; readonly observed: Observed }
  | { readonly is: "refused"; readonly decision: Decision; readonly kept: boolean };

/** Carries out one step. Safe to repeat: what was done already is found, and not done again. */
export async function act(step: Step, observed: Observed, hands: Hands): Promise<Done> {
  switch (step.do) {
    case "push":
      return push(step, observed, hands);
    case "open":
      return open(observed, hands);
    case "revise":
      return revise(observed, hands);
    case "merge":
      return merge(step, observed, hands);
    case "close":
      return close(step, observed, hands);
    case "deleteBranch":
      return deleteBranch(step, observed, hands);
  }
}

async function push(step: Extract<Step, { do: "push" }>, observed: Observed, hands: Hands): Promise<Done> {
  const { branch, fingerprint, wanted } = observed;
  const update = { branch, sha: step.commit, expect: step.expect };
  if (wanted?.is !== "commit" || (await hands.git.push(hands.remote, update, hands.signal)) === "moved")
    return moved(branch);
  const written = { commit: step.commit, fingerprint, base: wanted.base };
  const pull = observed.pull?.state === "Open" ? shows(observed.pull, observed, step.commit) : undefined;
  return done({ ...observed, tip: { is: "ours", sha: step.commit }, written, pull, checks: undefined });
}

const shows = (pull: SeenPull, { fingerprint }: Observed, headSha: string): SeenPull => ({
  ...pull,
  headSha,
  fingerprint,
  mergeable: undefined,
});

async function open(observed: Observed, { host, at, signal }: Hands): Promise<Done> {
  const { proposal, branch, baseBranch: base, fingerprint } = observed;
  const pull = await host.pulls.open(at, { branch, base }, textOfPull(proposal), signal);
  return done({ ...observed, pull: { ...pull, fingerprint }, withdrawn: undefined });
}

async function revise(observed: Observed, { host, at, signal }: Hands): Promise<Done> {
  const before = observed.pull!;
  const pull = await host.pulls.revise(at, before, textOfPull(observed.proposal), signal);
  return done({ ...observed, pull: { ...before, title: pull.title, body: pull.body } });
}

async function merge(
  { number, commit: sha, method }: Extract<Step, { do: "merge" }>,
  observed: Observed,
  { host, at, signal }: Hands,
): Promise<Done> {
  const result = await host.pulls.merge(at, number, { sha, method }, signal);
  if (result.merged) return done({ ...observed, pull: { ...observed.pull!, state: "Merged", mergeSha: result.sha } });
  if (result.because === "Moved") return moved(observed.branch);
  const message = `the forge does not merge #${number} now, and is asked again: ${result.message}`;
  return { is: "refused", decision: rest("AwaitingMerge", ["MergeRefused", message]), kept: true };
}

async function close(
  { number, comment }: Extract<Step, { do: "close" }>,
  observed: Observed,
  { host, at, signal }: Hands,
): Promise<Done> {
  await host.pulls.close(at, number, comment, signal);
  return done({ ...observed, pull: { ...observed.pull!, state: "Closed" }, withdrawn: number });
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

const done = (observed: Observed): Done => ({ is: "done", observed });

/** Somebody was faster. The next look says who. */
const moved = (branch: string): Done => ({
  is: "refused",
  decision: rest("Pending", ["BranchMoved", `${branch} moved in between; it is looked at again`], "soon"),
  kept: false,
});
