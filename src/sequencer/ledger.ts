import { createHash } from "node:crypto";

/** Something that happened in a run, as it was known then. */
export interface Happening {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** CamelCase: `NodeEntered`, `NodeExited`, `NodeFailed`, `NodeSkipped`, `RunBegan`, `RunEnded` and the like. */
  readonly kind: string;
  /** What it is about: a repository, an object. */
  readonly subject: string;
  /** Who did it: an account, or a controller. */
  readonly actor: string;
  /** Why, for people. */
  readonly reason: string;
  readonly before?: string;
  readonly after?: string;
}

/** A line of the ledger. */
export interface Entry extends Happening {
  /** From 1, one after the other, over all segments of a run. */
  readonly seq: number;
  /** SHA-256, in hex, of this entry and of the hash before it. */
  readonly hash: string;
}

/** A part of a run's ledger: objects are bounded, so a long run has several, each after the last. */
export interface Segment {
  readonly run: string;
  /** From 0. */
  readonly index: number;
  /** Hash of the last entry before this segment; of the run's name alone where there is none. */
  readonly previous: string;
  readonly entries: readonly Entry[];
  /** Set once the run is over: nothing comes after. */
  readonly isClosed: boolean;
}

/** With so many entries, or bytes as JSON, a segment is full. One entry more is never so large that an object could not hold it. */
const full = { entries: 200, bytes: 40 * 1024 } as const;

const digest = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** The hash that a run's chain begins with. */
export const origin = (run: string): string => digest("v1", run);

/** The first segment of a run, empty. */
export const begin = (run: string): Segment => ({ run, index: 0, previous: origin(run), entries: [], isClosed: false });

const hashOf = (
  previous: string,
  { seq, at, kind, subject, actor, reason, before, after }: Omit<Entry, "hash">,
): string => digest(previous, seq, at, kind, subject, actor, reason, before ?? null, after ?? null);

/**
 * The segment with these happenings at its end, and the ones after it where it gets too long. Throws a RangeError for a segment
 * that is closed: what is over does not change.
 */
export function append(segment: Segment, happenings: readonly Happening[], close = false): readonly Segment[] {
  if (segment.isClosed) throw new RangeError(`the ledger of ${segment.run} is closed`);
  const segments = [segment];
  for (const happening of happenings) {
    const last = segments.at(-1)!;
    const entry = next(last, happening);
    if (isFull(last)) segments.push({ ...after(last), entries: [entry] });
    else segments[segments.length - 1] = { ...last, entries: [...last.entries, entry] };
  }
  if (close) segments[segments.length - 1] = { ...segments.at(-1)!, isClosed: true };
  return segments;
}

function next(segment: Segment, happening: Happening): Entry {
  const last = segment.entries.at(-1);
  // Only the first segment of a run is ever empty: others begin with what made them necessary.
  const entry = { ...happening, seq: (last?.seq ?? 0) + 1 };
  return { ...entry, hash: hashOf(last?.hash ?? segment.previous, entry) };
}

/** By the segment alone, not by what comes next: so two who write agree on where, and only one of them can. */
const isFull = (segment: Segment): boolean =>
  segment.entries.length >= full.entries || Buffer.byteLength(JSON.stringify(segment)) >= full.bytes;

const after = ({ run, index, entries }: Segment): Omit<Segment, "entries"> => ({
  run,
  index: index + 1,
  previous: entries.at(-1)!.hash,
  isClosed: false,
});

export type Verified =
  | { readonly is: "intact"; readonly entries: number; readonly head: string }
  | { readonly is: "broken"; readonly index: number; readonly seq: number | undefined; readonly message: string };

/** Whether the segments of one run, in any order, are whole and untouched from the first entry on. */
export function verify(run: string, segments: readonly Segment[]): Verified {
  const sorted = segments.toSorted((a, b) => a.index - b.index);
  let verified: Verified = { is: "intact", entries: 0, head: origin(run) };
  for (const [index, segment] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before?.isClosed) return broken(index - 1, `segment ${index - 1} is closed, and others follow`);
    verified = verifyNext(run, segment, { index, seq: verified.entries, head: verified.head });
    if (verified.is === "broken") return verified;
  }
  return verified;
}

/** Whether a segment goes on where the one before it, that is intact itself, ends. */
export function verifyNext(
  run: string,
  segment: Segment,
  { index, head, seq }: Chain & { readonly index: number },
): Verified {
  if (segment.run !== run) return broken(index, `segment ${index} belongs to ${segment.run}`);
  if (segment.index !== index) return broken(index, `segment ${index} is missing`);
  if (segment.previous !== head) return broken(index, `segment ${index} does not follow the one before it`);
  const followed = follow({ head, seq }, segment);
  if ("message" in followed) return { is: "broken", index, ...followed };
  return { is: "intact", entries: followed.seq, head: followed.head };
}

const broken = (index: number, message: string): Verified => ({ is: "broken", index, seq: undefined, message });

/** How far the chain was followed. */
export interface Chain {
  readonly head: string;
  /** Number of the last entry. */
  readonly seq: number;
}

function follow(
  { head, seq }: Chain,
  { entries }: Segment,
): Chain | { readonly seq: number; readonly message: string } {
  let chain = { head, seq };
  for (const entry of entries) {
    const wanted = chain.seq + 1;
    if (entry.seq !== wanted)
      return { seq: wanted, message: `entry ${wanted} is missing: there is ${entry.seq} in its place` };
    if (entry.hash !== hashOf(chain.head, entry))
      return { seq: wanted, message: `entry ${wanted} was changed after it was written` };
    chain = { head: entry.hash, seq: wanted };
  }
  return chain;
}
