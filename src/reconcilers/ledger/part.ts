import { createHash } from "node:crypto";
import { RunRecord } from "../../schema/run-record.ts";
import type { Entry, Segment } from "../../sequencer/ledger.ts";
import type { Key, Lookup, StoredSegment } from "../ports.ts";

/** Label of all RunRecords of a run: its name, or a digest of one that is too long for a label. */
export const runLabel = "millrace.dev/run";

export const labelOf = (run: string): string =>
  run.length <= 63 ? run : createHash("sha256").update(run).digest("hex").slice(0, 40);

/** Longest beginning that a run takes from its object's name: with digest and number it is still a name. */
const longest = 200;

/**
 * What a run of an object is called: the object's name, and a digest of its uid and of what sets this run apart from its others, such
 * as the wish to try again. The same run has the same name, whoever asks and whenever.
 */
export function runNameOf({ name, uid }: { readonly name: string; readonly uid: string }, apart = ""): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([uid, apart]))
    .digest("hex");
  return `${name.slice(0, longest).replace(/[-.]+$/, "")}-${digest.slice(0, 10)}`;
}

/** Key of the RunRecord that holds this part of the run. No two parts of any runs share one: the last number is the index. */
export const partKey = (namespace: string, run: string, index: number): Key => ({ namespace, name: `${run}-${index}` });

/** The RunRecord's own fields for this part. */
export const specOf = ({ run, index, about, previous, entries, isClosed }: Segment & { readonly about: string }) => ({
  run,
  index,
  about,
  previous,
  entries,
  isClosed,
});

/** What a RunRecord holds. `seen` is its resource version. */
export const segmentOf = ({ metadata, spec }: RunRecord): StoredSegment => ({
  ...spec,
  // What is parsed leaves out what is absent; copying each of thousands of entries to say so would be most of the work.
  entries: spec.entries as readonly Entry[],
  seen: metadata.resourceVersion ?? "",
});

/** The parts of a run from the first on without a gap, as the cache knows them: perhaps not the last words yet. */
export function cachedParts(lookup: Lookup, namespace: string, run: string): readonly StoredSegment[] {
  const parts: StoredSegment[] = [];
  for (;;) {
    const record = lookup.get(RunRecord, partKey(namespace, run, parts.length));
    if (!record) return parts;
    parts.push(segmentOf(record));
  }
}
