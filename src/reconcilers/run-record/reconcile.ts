import type { OwnStatus } from "../../schema/kind.ts";
import { RunRecord } from "../../schema/run-record.ts";
import { verify } from "../../sequencer/ledger.ts";
import { partKey, segmentOf } from "../ledger/part.ts";
import type { Lookup } from "../ports.ts";
import { type Reconciler, watch } from "../reconciler.ts";
import { decide } from "./decide.ts";

type Status = OwnStatus<typeof RunRecord>;

interface World {
  readonly lookup: Lookup;
}

/** Verifies each part of a run's record from the first entry of the run on, and writes nothing but its status. */
export function runRecordReconciler({ lookup }: World): Reconciler<typeof RunRecord> {
  return {
    kind: RunRecord,
    watches: [ofPartBefore],

    async reconcile(record) {
      const { run, isClosed } = record.spec;
      const verified = verify(run, [...partsBefore(record, lookup), segmentOf(record)]);
      const status: Status = verified.is === "intact" ? { entries: verified.entries } : {};
      return { finding: decide(verified, { run, isClosed }), status, again: { is: "never" } };
    },
  };
}

const partsBefore = ({ metadata: { namespace }, spec: { run, index } }: RunRecord, lookup: Lookup) =>
  Array.from({ length: index }, (_, at) => lookup.get(RunRecord, partKey(namespace, run, at)))
    .filter((part) => part !== undefined)
    .map(segmentOf);

/** What one part says, or that it is gone, matters to those after it. The next one tells the next. */
const ofPartBefore = watch(RunRecord, ({ metadata: { namespace }, spec: { run, index } }, lookup) => {
  const key = partKey(namespace, run, index + 1);
  return lookup.get(RunRecord, key) ? [key] : [];
});
