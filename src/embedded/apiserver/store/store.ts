import type { WallClock } from "../cluster.ts";
import type { KubeObject } from "../object.ts";
import { type Change, type Entry, entryOf, keyOf } from "./entry.ts";
import { type HistoryLimits, lowerBound, Shelf } from "./shelf.ts";

/** Where changes become durable. */
export interface Journal {
  /** Resolves when these changes, in order, survive a crash of the process. */
  append(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/** What a store starts with. */
export interface Restored {
  readonly revision: number;
  readonly entries: Iterable<{ readonly resource: string; readonly entry: Entry }>;
}

export type Listener = (changes: readonly Change[]) => void;

/**
 * All objects, under one global revision. Writes take effect in memory at once, one after the other; readers and
 * watchers outside wait for `settled`, so that nobody ever sees what a crash could take back.
 */
export class Store {
  readonly #journal: Journal | undefined;
  readonly #clock: WallClock;
  readonly #limits: HistoryLimits;
  readonly #shelves = new Map<string, Shelf>();
  readonly #listeners = new Set<Listener>();
  readonly #observers = new Set<(change: Change) => void>();
  readonly #born: number;
  #revision: number;
  #durable: number;
  #pending: Change[] = [];
  /** Settles with the group of changes that is on its way to the disk. */
  #flight: Promise<void> | undefined;
  /** Settles with the group that `#pending` will become. */
  #next: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(options: { clock: WallClock; journal: Journal | undefined; limits: HistoryLimits; restored: Restored }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#born = options.restored.revision;
    this.#revision = options.restored.revision;
    this.#durable = options.restored.revision;
    for (const { resource, entry } of options.restored.entries) this.#shelf(resource).set(entry);
  }

  get revision(): number {
    return this.#revision;
  }

  /** The revision up to which everything survives a crash and was shown to the subscribers. */
  get durable(): number {
    return this.#durable;
  }

  get(resource: string, namespace: string, name: string): Entry | undefined {
    return this.#shelves.get(resource)?.entries.get(keyOf(namespace, name));
  }

  count(resource: string): number {
    return this.#shelves.get(resource)?.entries.size ?? 0;
  }

  /** Entries in the order of their keys, from `start` on. An empty namespace means all of them. */
  *entries(resource: string, namespace = "", start = ""): Generator<Entry> {
    const shelf = this.#shelves.get(resource);
    if (!shelf) return;
    const prefix = namespace === "" ? "" : `${namespace}/`;
    const keys = shelf.keys();
    for (let at = lowerBound(keys, start > prefix ? start : prefix); at < keys.length; at += 1) {
      const key = keys[at]!;
      if (!key.startsWith(prefix)) return;
      yield shelf.entries.get(key)!;
    }
  }

  /** The names of all resources that have, or had, entries. */
  resources(): IterableIterator<string> {
    return this.#shelves.keys();
  }

  /** Creates or replaces an object, and sets its `metadata.resourceVersion`. */
  put(resource: string, object: KubeObject): Entry {
    const shelf = this.#shelf(resource);
    const entry = this.#stamp(object);
    const before = shelf.entries.get(entry.key);
    shelf.set(entry);
    this.#commit({ type: before ? "MODIFIED" : "ADDED", resource, entry, before, at: this.#clock.now().getTime() });
    return entry;
  }

  /** Removes an object; `last` is how it is shown to watchers, and gets the revision of its removal. */
  remove(resource: string, last: KubeObject): Entry {
    const shelf = this.#shelf(resource);
    const entry = this.#stamp(last);
    const before = shelf.entries.get(entry.key);
    shelf.delete(entry.key);
    this.#commit({ type: "DELETED", resource, entry, before, at: this.#clock.now().getTime() });
    return entry;
  }

  #stamp(object: KubeObject): Entry {
    if (this.#failure) throw this.#failure;
    this.#revision += 1;
    object.metadata.resourceVersion = String(this.#revision);
    return entryOf(object, this.#revision);
  }

  /** Changes of one resource after a revision; undefined when they are no longer known. */
  since(resource: string, revision: number): readonly Change[] | undefined {
    return this.#shelf(resource).since(revision);
  }

  /** The oldest revision from which changes of this resource are known. */
  oldest(resource: string): number {
    return this.#shelf(resource).oldest;
  }

  /** Forgets the history of every resource, as compaction does in etcd. */
  compact(): void {
    for (const shelf of this.#shelves.values()) shelf.compact(this.#revision);
  }

  /** Calls back with every batch of changes once it is durable. Returns how to stop that. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back with every change at once, before it is durable: for what is derived from the objects in memory. */
  onWrite(observer: (change: Change) => void): void {
    this.#observers.add(observer);
  }

  /** Resolves when all that is written until now is durable and was shown to the subscribers. */
  settled(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return this.#next ?? this.#flight ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.#journal?.close();
  }

  #shelf(resource: string): Shelf {
    const known = this.#shelves.get(resource);
    if (known) return known;
    const shelf = new Shelf(this.#limits, this.#born);
    this.#shelves.set(resource, shelf);
    return shelf;
  }

  #commit(change: Change): void {
    this.#shelf(change.resource).remember(change);
    for (const observer of this.#observers) observer(change);
    this.#pending.push(change);
    if (this.#next !== undefined) return;
    this.#next = this.#flush(this.#flight);
    // Whoever needs the outcome asks `settled`; without a listener a failure would end the process.
    this.#next.catch(() => undefined);
  }

  /** Commits in groups: what is written while one group is on its way to the disk is the next group. */
  async #flush(previous: Promise<void> | undefined): Promise<void> {
    await (previous ?? new Promise(setImmediate));
    const batch = this.#pending;
    this.#pending = [];
    this.#flight = this.#next;
    this.#next = undefined;
    try {
      await this.#journal?.append(batch);
    } catch (error) {
      this.#failure = new Error(`the store stopped: ${(error as Error).message}`, { cause: error });
      throw this.#failure;
    }
    this.#durable = batch.at(-1)!.entry.revision;
    if (this.#next === undefined) this.#flight = undefined;
    for (const listener of this.#listeners) listener(batch);
  }
}
