import { lstat, readdir } from "node:fs/promises";
import { bytePathOf, onDisk } from "../byte-path.ts";

interface Use {
  readonly bytes: number;
  readonly entries: number;
}

/** No more than this part of the time goes into counting. */
const share = 1 / 20;
const leastMs = 1_000;
/** What may vanish from the free space before it is looked where it went. */
const noticedBytes = 64 * 1024 * 1024;

/** What some directories take on the disk beyond what they took at first. Counted at leisure, and at once when the disk fills up. */
export class DiskUse {
  readonly #roots: readonly string[];
  readonly #mostEntries: number;
  #first: Use | undefined;
  #now: Use = { bytes: 0, entries: 0 };
  #next = 0;
  #free = 0;

  /** Counting stops soon after `mostEntries` more than at first. */
  constructor(roots: readonly string[], mostEntries: number) {
    this.#roots = roots;
    this.#mostEntries = mostEntries;
  }

  /** `free`: bytes that are free on the disk now. */
  async look(free: number, signal: AbortSignal): Promise<Use> {
    const began = performance.now();
    if (began < this.#next && free > this.#free - noticedBytes) return this.#now;
    const use = await this.#count(signal);
    const took = performance.now() - began;
    this.#next = performance.now() + Math.max(leastMs, took / share);
    this.#free = free;
    this.#first ??= use;
    this.#now = { bytes: use.bytes - this.#first.bytes, entries: use.entries - this.#first.entries };
    return this.#now;
  }

  async #count(signal: AbortSignal): Promise<Use> {
    const most = this.#mostEntries + (this.#first?.entries ?? Number.POSITIVE_INFINITY);
    const waiting = this.#roots.map((root) => ({ root, path: "" }));
    let [bytes, entries] = [0, 0];
    for (let at = waiting.pop(); at && entries <= most && !signal.aborted; at = waiting.pop()) {
      const { root, path } = at;
      const names = await quietly(() => readdir(onDisk(root, path), { encoding: "buffer", withFileTypes: true }));
      for (const entry of names ?? []) {
        const below = [path, bytePathOf(entry.name)].filter(Boolean).join("/");
        const stats = await quietly(() => lstat(onDisk(root, below)));
        entries++;
        bytes += (stats?.blocks ?? 0) * 512;
        if (stats?.isDirectory()) waiting.push({ root, path: below });
      }
    }
    return { bytes, entries };
  }
}

/** Files come and go while they are counted. */
const quietly = <T>(read: () => Promise<T>): Promise<T | undefined> => read().catch(() => undefined);
