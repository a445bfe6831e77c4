import type { Verified } from "../../sequencer/ledger.ts";
import type { Finding, Verdict } from "../conditions.ts";

/** Every reason that a RunRecord gives, and what it means for the object. */
export const verdicts = {
  Intact: "ready",
  LedgerBroken: "stalled",
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** What to say about a part of a run's record, by whether everything up to its end is whole. */
export function decide(verified: Verified, { run, isClosed }: { readonly run: string; readonly isClosed: boolean }) {
  if (verified.is === "broken") {
    const message = `${verified.message}: somebody changed or deleted a part of the record; millrace audit verify ${run} says the same, and what an export of it held is how it was`;
    return found("LedgerBroken", message);
  }
  const entries = `${verified.entries} ${verified.entries === 1 ? "entry" : "entries"} up to here, as they were written`;
  return found("Intact", isClosed ? `${entries}; the run is over` : entries);
}
