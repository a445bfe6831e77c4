import { type GitObject, ObjectReader } from "./object-reader.ts";

interface Pooled {
  readonly reader: ObjectReader;
  idle: NodeJS.Timeout | undefined;
}

/** Readers of the mirrors that were read last: each is a process, so few stay, and none that nobody uses. */
export class ReaderPool {
  /** In the order of last use. */
  readonly #readers = new Map<string, Pooled>();
  readonly #start: (directory: string) => ObjectReader;
  readonly #limit: number;
  readonly #idleMs: number;

  constructor(
    env: Readonly<Record<string, string>>,
    { limit = 16, idleMs = 30_000 }: { readonly limit?: number; readonly idleMs?: number } = {},
  ) {
    this.#start = (directory) => new ObjectReader(directory, env);
    this.#limit = limit;
    this.#idleMs = idleMs;
  }

  /** How many processes run. */
  get size(): number {
    return this.#readers.size;
  }

  /** An object of a mirror; undefined when it is not there. */
  async read(directory: string, oid: string): Promise<GitObject | undefined> {
    const pooled = this.#take(directory);
    try {
      return await pooled.reader.read(oid);
    } finally {
      this.#rest(directory, pooled);
    }
  }

  /** Ends the reader of one mirror: before the mirror is moved, for instance. */
  drop(directory: string): void {
    const pooled = this.#readers.get(directory);
    this.#readers.delete(directory);
    clearTimeout(pooled?.idle);
    pooled?.reader.close();
  }

  close(): void {
    for (const directory of [...this.#readers.keys()]) this.drop(directory);
  }

  #take(directory: string): Pooled {
    const there = this.#readers.get(directory);
    if (there?.reader.hasEnded) this.drop(directory);
    const pooled = this.#readers.get(directory) ?? { reader: this.#start(directory), idle: undefined };
    clearTimeout(pooled.idle);
    this.#readers.delete(directory);
    this.#readers.set(directory, pooled);
    for (const [other, { reader }] of this.#readers) {
      if (this.#readers.size <= this.#limit) break;
      if (other !== directory && !reader.isBusy) this.drop(other);
    }
    return pooled;
  }

  #rest(directory: string, pooled: Pooled): void {
    if (pooled.reader.isBusy || this.#readers.get(directory) !== pooled) return;
    clearTimeout(pooled.idle);
    pooled.idle = setTimeout(() => this.drop(directory), this.#idleMs);
    pooled.idle.unref();
  }
}
