import type { Change, Entry } from "./entry.ts";

/** How far back a watch may resume: so many changes of one resource, and no older than this. */
export interface HistoryLimits {
  readonly changes: number;
  readonly ageMs: number;
}

/** All entries of one resource in the order of their keys, and its recent changes. */
export class Shelf {
  readonly entries = new Map<string, Entry>();
  readonly #keys: string[] = [];
  #sorted = true;
  #changes: Change[] = [];
  /** Changes up to and including this revision are forgotten. */
  #forgotten: number;
  readonly #limits: HistoryLimits;

  constructor(limits: HistoryLimits, forgotten: number) {
    this.#limits = limits;
    this.#forgotten = forgotten;
  }

  set(entry: Entry): void {
    if (!this.entries.has(entry.key)) this.#insert(entry.key);
    this.entries.set(entry.key, entry);
  }

  delete(key: string): void {
    if (!this.entries.delete(key)) return;
    const keys = this.keys();
    this.#keys.splice(lowerBound(keys, key), 1);
  }

  /** Every key in order. Not to be kept: it changes with the shelf. */
  keys(): readonly string[] {
    if (!this.#sorted) {
      this.#keys.sort();
      this.#sorted = true;
    }
    return this.#keys;
  }

  #insert(key: string): void {
    const last = this.#keys.at(-1);
    if (last !== undefined && last > key) this.#sorted = false;
    this.#keys.push(key);
  }

  /** Remembers a committed change, and forgets what is beyond the limits. */
  remember(change: Change): void {
    this.#changes.push(change);
    const { changes, ageMs } = this.#limits;
    const oldest = this.#changes[0]!;
    // Cutting an array is linear in what stays, so it is done in large pieces.
    if (this.#changes.length > 2 * changes) this.#forget(this.#changes.length - changes);
    else if (change.at - oldest.at > 2 * ageMs) {
      const fresh = this.#changes.findIndex((each) => change.at - each.at <= ageMs);
      this.#forget(fresh);
    }
  }

  #forget(count: number): void {
    this.#forgotten = this.#changes[count - 1]?.entry.revision ?? this.#forgotten;
    this.#changes = this.#changes.slice(count);
  }

  /** Forgets every change up to now, so that watches from before must list again. */
  compact(revision: number): void {
    this.#changes = [];
    this.#forgotten = revision;
  }

  /** The changes after this revision, in order; undefined when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#forgotten) return undefined;
    const changes = this.#changes;
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (changes[middle]!.entry.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return changes.slice(low);
  }

  /** The oldest revision that a watch may resume from. */
  get oldest(): number {
    return this.#forgotten;
  }
}

/** The first position whose key is not less than `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
