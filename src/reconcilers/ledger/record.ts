import { append, begin, type Entry, type Happening } from "../../sequencer/ledger.ts";
import type { Lookup, Records, StoredSegment } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import { cachedParts } from "./part.ts";

interface World {
  readonly records: Records;
  readonly lookup: Lookup;
}

/** The run that is told about. `about` is the object that ran, such as `ReleasePlan/autumn`. */
export interface Run {
  readonly namespace: string;
  readonly run: string;
  readonly about: string;
}

/** What there is to tell, by what was told already. */
export interface Telling {
  /** What is not told yet, oldest first. Pure: it is asked again when somebody else wrote in between. */
  readonly happenings: (told: readonly Entry[]) => readonly Happening[];
  /** The run is over: nothing comes after this. */
  readonly close: boolean;
}

/** How often writing begins anew after somebody else wrote first. */
const most = 5;

/**
 * Brings the record of a run in step with what is so. Costs nothing when the cache shows that all is told: it may lag behind the
 * cluster, but never knows more. A record that is closed stays as it is.
 *
 * `behind`: not everything is told, the log says why; call again within the minute, as with everything that was lost before. Rejects
 * only when the signal aborts: a run goes on whether its record can be written or not.
 */
export async function keepRecord(
  { records, lookup }: World,
  run: Run,
  telling: Telling,
  { signal, log }: Pick<Turn, "signal" | "log">,
): Promise<"kept" | "behind"> {
  try {
    let known = cachedParts(lookup, run.namespace, run.run);
    for (let attempt = 0; attempt < most; attempt++) {
      if ((await tell(records, known, { run, telling, signal })) === "done") return "kept";
      known = await records.read(run.namespace, run.run, signal);
    }
    log.warn({ run: run.run }, "the record of the run is behind: others write it all the while");
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, run: run.run }, "the record of the run is behind");
  }
  return "behind";
}

interface Task {
  readonly run: Run;
  readonly telling: Telling;
  readonly signal: AbortSignal;
}

/** Adds what these parts do not tell. What was written before somebody got between stays, and counts as told. */
async function tell(
  records: Records,
  known: readonly StoredSegment[],
  { run: { namespace, run, about }, telling: { happenings, close }, signal }: Task,
): Promise<"done" | "moved"> {
  const last = known.at(-1);
  if (last?.isClosed) return "done";
  const news = happenings(known.flatMap(({ entries }) => entries)).map(bounded);
  if (news.length === 0 && !close) return "done";
  for (const part of append(last ?? begin(run), news, close)) {
    const before = part.index === last?.index ? last : undefined;
    if (before && before.entries.length === part.entries.length && before.isClosed === part.isClosed) continue;
    const written = await records.write(namespace, { ...part, about }, before?.seen, signal);
    if (written === "moved") return "moved";
  }
  return "done";
}

/** As long as the schema of a RunRecord lets it be: a record that is refused would tell nothing at all. */
const bounded = ({ at, kind, subject, actor, reason, before, after }: Happening): Happening => ({
  at,
  kind: cut(kind, 64),
  subject: cut(subject, 320),
  actor: cut(actor, 253),
  reason: cut(reason, 1_024),
  ...(before !== undefined && { before: cut(before, 253) }),
  ...(after !== undefined && { after: cut(after, 253) }),
});

/** The API server counts characters, not the halves of one that JavaScript counts; fewer are always few enough. */
const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
