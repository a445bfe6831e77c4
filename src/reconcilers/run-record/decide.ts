import type { RunRecord } from "../../schema/run-record.ts";
import { type Chain, origin, type Verified, verifyNext } from "../../sequencer/ledger.ts";
import type { Finding, Verdict } from "../conditions.ts";
import { segmentOf } from "../ledger/part.ts";

/** Every reason that a RunRecord gives, and what it means for the object. */
export const verdicts = {
  Intact: "ready",
  Verifying: "progressing",
  LedgerBroken: "stalled",
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

export interface Decision {
  readonly finding: Finding;
  /** How many entries hold, from the first of the run on; undefined where they do not, or it is not known. */
  readonly entries: number | undefined;
}

/**
 * Whether everything from the first entry of the run to the end of this part is whole. The part before vouches for all before it,
 * so a long run costs no more to verify than its last part. Pure.
 */
export function decide(record: RunRecord, before: RunRecord | undefined): Decision {
  const { run, index, isClosed } = record.spec;
  const chain = index === 0 ? { head: origin(run), seq: 0 } : endOf(before, index);
  if (typeof chain === "string") return broken(run, chain);
  if (!chain) return { finding: found("Verifying", `part ${index - 1} is verified first`), entries: undefined };
  const verified: Verified = verifyNext(run, segmentOf(record), { ...chain, index });
  if (verified.is === "broken") return broken(run, verified.message);
  const { entries } = verified;
  const told = `${entries} ${entries === 1 ? "entry" : "entries"} up to here, as they were written`;
  return { finding: found("Intact", isClosed ? `${told}; the run is over` : told), entries };
}

/** Where the part before ends, if it is whole; why it is not; undefined where that is not known yet. */
function endOf(before: RunRecord | undefined, index: number): Chain | string | undefined {
  if (!before) return `segment ${index - 1} is missing`;
  const { metadata, spec, status } = before;
  if (spec.isClosed) return `segment ${index - 1} is closed, and others follow`;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (status?.observedGeneration !== metadata.generation || !ready) return undefined;
  if (ready.reason === "LedgerBroken") return `what is before segment ${index} does not hold`;
  const last = spec.entries.at(-1);
  return ready.status === "True" && last ? { head: last.hash, seq: last.seq } : undefined;
}

function broken(run: string, what: string): Decision {
  const message = `${what}: somebody changed or deleted a part of the record; millrace audit verify ${run} says the same, and an export has it as it was then`;
  return { finding: found("LedgerBroken", message), entries: undefined };
}

const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });
