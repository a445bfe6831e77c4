import { RunRecord } from "../../schema/run-record.ts";
import { partKey } from "../ledger/part.ts";
import type { Lookup } from "../ports.ts";
import { type Reconciler, watch } from "../reconciler.ts";
import { decide } from "./decide.ts";

interface World {
  readonly lookup: Lookup;
}

/** Verifies each part of a run's record, and writes nothing but its status. */
export function runRecordReconciler({ lookup }: World): Reconciler<typeof RunRecord> {
  return {
    kind: RunRecord,
    watches: [ofPartBefore],

    async reconcile(record) {
      const { namespace } = record.metadata;
      const { run, index } = record.spec;
      const { finding, entries } = decide(record, lookup.get(RunRecord, partKey(namespace, run, index - 1)));
      return { finding, status: entries === undefined ? {} : { entries }, again: { is: "never" } };
    },
  };
}

/** What one part says, or that it is gone, matters to the one after it, which tells the next. */
const ofPartBefore = watch(RunRecord, ({ metadata: { namespace }, spec: { run, index } }, lookup) => {
  const key = partKey(namespace, run, index + 1);
  return lookup.get(RunRecord, key) ? [key] : [];
});
