import { segmentOf } from "../../reconcilers/ledger/part.ts";
import type { RunRecord } from "../../schema/run-record.ts";
import { type Entry, type Verified, verify } from "../../sequencer/ledger.ts";

/** All that is recorded of a run, and whether it holds. */
export interface AuditedRun {
  readonly run: string;
  /** Object that ran, such as `ReleasePlan/autumn`. */
  readonly about: string;
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Nothing comes after. */
  readonly isClosed: boolean;
  readonly verified: Verified;
}

/** The runs that these records tell of, by name. */
export const auditRuns = (records: readonly RunRecord[]): readonly AuditedRun[] =>
  byRun(records, ({ spec }) => spec.run).map(([run, parts]) => audit(run, parts));

/** What belongs to each run, in the order that it came in; the runs by name. */
export function byRun<T>(
  items: readonly T[],
  runOf: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const runs = new Map<string, T[]>();
  for (const item of items) {
    const run = runOf(item);
    const before = runs.get(run);
    if (before) before.push(item);
    else runs.set(run, [item]);
  }
  return [...runs].sort(([a], [b]) => (a < b ? -1 : 1));
}

function audit(run: string, records: readonly RunRecord[]): AuditedRun {
  const parts = records.map(segmentOf).sort((a, b) => a.index - b.index);
  return {
    run,
    about: parts[0]!.about,
    entries: parts.flatMap(({ entries }) => entries),
    isClosed: parts.at(-1)!.isClosed,
    verified: verify(run, parts),
  };
}
