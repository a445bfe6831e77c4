import { lstat, readdir } from "node:fs/promises";
import { bytePathOf, onDisk } from "../byte-path.ts";

interface Use {
  readonly bytes: number;
  readonly entries: number;
}

/** Between two counts, as a multiple of the time that one takes, in these bounds. */
const pauses = { times: 10, leastMs: 1_000, mostMs: 5_000 };
/** What may vanish from what is free before it is looked where it went. */
const noticed: Use = { bytes: 64 * 1024 * 1024, entries: 5_000 };
const looksAtOnce = 64;

/** What some directories take on the disk beyond what they took at first. Counted at leisure, and at once when the disk fills up. */
export class DiskUse {
  readonly #roots: readonly string[];
  readonly #mostEntries: number;
  #first: Use | undefined;
  #now: Use = { bytes: 0, entries: 0 };
  #next = 0;
  #free: Use = { bytes: 0, entries: 0 };

  /** Counting stops soon after `mostEntries` more than at first. */
  constructor(roots: readonly string[], mostEntries: number) {
    this.#roots = roots;
    this.#mostEntries = mostEntries;
  }

  /** `free`: what is free on the disk now. */
  async look(free: Use, signal: AbortSignal): Promise<Use> {
    const began = performance.now();
    const steady = free.bytes > this.#free.bytes - noticed.bytes && free.entries > this.#free.entries - noticed.entries;
    if (began < this.#next && steady) return this.#now;
    const use = await this.#count(signal);
    const ended = performance.now();
    const pauseMs = Math.max(pauses.leastMs, Math.min(pauses.mostMs, (ended - began) * pauses.times));
    this.#next = ended + pauseMs;
    this.#free = free;
    this.#first ??= use;
    this.#now = { bytes: use.bytes - this.#first.bytes, entries: use.entries - this.#first.entries };
    return this.#now;
  }

  async #count(signal: AbortSignal): Promise<Use> {
    const most = this.#mostEntries + (this.#first?.entries ?? Number.POSITIVE_INFINITY);
    const waiting = this.#roots.map((root) => ({ root, path: "" }));
    let [bytes, entries] = [0, 0];
    // Broad before deep: so it is soon seen when there are too many.
    for (let next = 0; next < waiting.length && entries <= most && !signal.aborted; next++) {
      const { root, path } = waiting[next]!;
      const found = await quietly(() => readdir(onDisk(root, path), { encoding: "buffer", withFileTypes: true }));
      const below = (found ?? []).map((entry) => ({
        entry,
        path: [path, bytePathOf(entry.name)].filter(Boolean).join("/"),
      }));
      entries += below.length;
      waiting.push(...below.filter(({ entry }) => entry.isDirectory()).map((each) => ({ root, path: each.path })));
      if (entries <= most) bytes += await sizeOf(below.map((each) => onDisk(root, each.path)));
    }
    return { bytes, entries };
  }
}

/** What files take on the disk; those that are gone take nothing. */
async function sizeOf(paths: readonly Buffer[]): Promise<number> {
  let bytes = 0;
  for (let at = 0; at < paths.length; at += looksAtOnce) {
    const stats = await Promise.all(paths.slice(at, at + looksAtOnce).map((path) => quietly(() => lstat(path))));
    bytes += stats.reduce((sum, each) => sum + (each?.blocks ?? 0) * 512, 0);
  }
  return bytes;
}

/** Files come and go while they are counted. */
const quietly = <T>(read: () => Promise<T>): Promise<T | undefined> => read().catch(() => undefined);
