import type { Hands } from "../change/hands.ts";
import { tallyOf } from "./checks.ts";
import { type Done, done, moved } from "./done.ts";
import type { Observed } from "./observed.ts";
import { rest, type Step } from "./verdict.ts";

/** Merges, or gives the merge to the forge: exactly the commit whose checks were looked at. */
export async function actMerge(
  step: Extract<Step, { do: "merge" | "enqueue" }>,
  observed: Observed,
  hands: Hands,
): Promise<Done> {
  return step.do === "merge" ? merge(step, observed, hands) : enqueue(step, observed, hands);
}

async function merge(
  { number, commit: sha, method }: Extract<Step, { do: "merge" }>,
  observed: Observed,
  { host, at, signal }: Hands,
): Promise<Done> {
  const result = await host.pulls.merge(at, number, { sha, method }, signal);
  if (result.merged) {
    return done({ ...observed, pull: { ...observed.pull!, state: "Merged", mergeSha: result.sha } });
  }
  if (result.because === "Moved") return moved(observed.branch);
  if (result.because === "NotMergeable") {
    const message = `the forge does not merge #${number} now, and is asked again: ${result.message}`;
    return { is: "refused", decision: rest("AwaitingMerge", ["MergeRefused", message]), kept: true };
  }
  // A branch that insists on its queue gets it, whatever spec.merge.handOver says.
  if (host.capabilities.mergeQueue) {
    return done({ ...observed, gate: { ...observed.gate, queueRequired: true } });
  }
  const message = `${observed.baseBranch} takes changes only through the forge's merge queue, which Millrace cannot use there: a person queues #${number}`;
  return { is: "refused", decision: rest("Blocked", ["QueueRequired", message]), kept: true };
}

async function enqueue(
  { number, commit: sha, method }: Extract<Step, { do: "enqueue" }>,
  observed: Observed,
  { host, at, signal }: Hands,
): Promise<Done> {
  const result = await host.pulls.handOver(at, number, { sha, method }, signal);
  if (result.handed) return done({ ...observed, pull: { ...observed.pull!, handedOver: true } });
  const message = `the forge does not take over the merge of #${number} now, and is asked again: ${result.message}`;
  // While checks are missing it is asked again; when none is, a plain merge may be all that it takes.
  const kept = tallyOf(observed.checks ?? [], observed.proposal.spec.merge).pending.length > 0;
  return { is: "refused", decision: rest("AwaitingMerge", ["HandOverRefused", message], "checks"), kept };
}
