import { ForgeError } from "../reconcilers/errors.ts";
import type { Clock, Log, Memory } from "../reconcilers/ports.ts";
import type { Governor } from "./governor.ts";
import { readRecord, writeRecord } from "./record.ts";

/** So many creations are reserved by one write, at most: what a crash may count too many. */
const largestBlock = 20;
/** A block that is not used by then is given up. */
const blockMs = 300_000;
/** Who hurries says so for so long at once. */
const hurryMs = 180_000;
/** What was sent may reach the host so long after: the longest that an answer is waited for. */
const lateMs = 30_000;
/** The clock of who wrote the record may have been behind ours by so much. */
const skewMs = 5_000;
/** A load or a save that takes longer has failed. */
const timeoutMs = 10_000;
/** After a failure to load or save, so long nothing is tried. */
const pauseMs = 5_000;

export interface KeeperOptions {
  readonly governor: Governor;
  readonly clock: Clock;
  readonly log: Log;
  /** Under which name it is kept. */
  readonly name: string;
  readonly memory: Memory;
  /** Aborts when the process ends. */
  readonly signal: AbortSignal;
}

/**
 * Keeps what a forge's limits were used for, so that a restart or another leader goes on with the same windows. Before
 * content is created, a block of creations is reserved durably: a crash can count too many, never too few. Blocks grow
 * while they are used up, so that 500 creations cost some thirty writes, and one costs one.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  #loaded = false;
  #block = { left: 0, size: 0, until: 0 };
  /** As they were saved last. */
  #saved = { closedUntil: 0, hurriedUntil: 0 };
  #working: Promise<void> | undefined;
  #failed: { readonly message: string; readonly at: number } | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Why nothing can be created now; undefined where all is well. */
  get problem(): string | undefined {
    return this.#failed?.message;
  }

  /** Whether the past is known. If not, it is being asked for: `changed` is called when it is, or cannot be had. */
  isReady(changed: () => void): boolean {
    if (!this.#loaded) this.#start(() => this.#load(), changed);
    return this.#loaded;
  }

  /** Whether content may be created now. If not, room is being reserved: `changed` is called then, or when it cannot be. */
  mayCreate(changed: () => void): boolean {
    if (this.#block.left > 0 && this.#block.until > this.#now()) return true;
    this.#start(() => this.#reserve(), changed);
    return false;
  }

  /** Whether more may be sent in this minute than who follows us assumes. If not, that is being noted. */
  mayHurry(changed: () => void): boolean {
    if (this.#saved.hurriedUntil > this.#now()) return true;
    this.#start(() => this.#save(this.#block, this.#now() + hurryMs), changed);
    return false;
  }

  /** It is created. */
  spend(): void {
    this.#block.left = Math.max(0, this.#block.left - 1);
  }

  /** Keeps that the host lets nothing through, where it does not. */
  noteClosure(changed: () => void): void {
    const until = this.#options.governor.throttledUntil(this.#now())?.getTime() ?? 0;
    if (until <= this.#saved.closedUntil) return;
    this.#start(() => this.#save(this.#block), changed);
  }

  /** The error for a request that has to wait until the record can be kept. */
  refusal(doing: string): ForgeError {
    const why = this.#failed?.message ?? "it is being written";
    const message = `could not ${doing} yet: what was sent to the forge has to be on record first, and is not (${why})`;
    return new ForgeError("limited", message, { retryAfterMs: pauseMs });
  }

  #start(work: () => Promise<void>, changed: () => void): void {
    if (this.#working || this.#options.signal.aborted) return;
    if (this.#failed && this.#now() < this.#failed.at + pauseMs) return;
    const working = work()
      .then(
        () => {
          this.#failed = undefined;
        },
        (error: unknown) => this.#fail(error),
      )
      .finally(() => {
        this.#working = undefined;
        changed();
      });
    this.#working = working;
  }

  #fail(err: unknown): void {
    const { log, name, signal } = this.#options;
    if (signal.aborted) return;
    const message = `the record ${this.#loaded ? "cannot be saved" : "cannot be read"}`;
    this.#failed = { message, at: this.#now() };
    log.warn({ err, record: name }, `${message}, so nothing is sent to the forge that has to be counted`);
  }

  async #load(): Promise<void> {
    const { memory, name, governor, log } = this.#options;
    const text = await memory.load(name, this.#signal());
    const now = this.#now();
    const record = text === undefined ? undefined : readRecord(text);
    if (text !== undefined && !record) {
      log.warn({ record: name }, "the record of what was sent cannot be understood, so an hour is waited");
      governor.fill(now);
    }
    if (record) {
      const { count, until } = record.reserved;
      const latest = Math.min(until, now + lateMs);
      const created = [...record.created.map((at) => at + skewMs), ...Array.from({ length: count }, () => latest)];
      const sent = { points: record.sent.points, at: record.sent.at + skewMs };
      governor.resume({ ...record, created: created.sort((a, b) => a - b), sent });
      this.#saved = { closedUntil: record.closedUntil, hurriedUntil: 0 };
    }
    governor.follow((record?.hurriedUntil ?? 0) + skewMs > now, now + skewMs);
    this.#loaded = true;
  }

  async #reserve(): Promise<void> {
    const { left, size } = this.#block;
    const isUsedUp = left === 0 && size > 0;
    const next = isUsedUp ? Math.min(largestBlock, size * 2) : Math.max(1, size - left);
    const block = { left: next, size: next, until: this.#now() + blockMs };
    await this.#save(block);
    this.#block = block;
  }

  async #save(
    block: { readonly left: number; readonly until: number },
    hurriedUntil = this.#saved.hurriedUntil > this.#now() ? this.#now() + hurryMs : 0,
  ): Promise<void> {
    const { memory, name, governor } = this.#options;
    const use = governor.use(this.#now(), lateMs);
    const text = writeRecord({ ...use, reserved: { count: block.left, until: block.until }, hurriedUntil });
    await memory.save(name, text, this.#signal());
    this.#saved = { closedUntil: use.closedUntil, hurriedUntil };
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#options.signal, AbortSignal.timeout(timeoutMs)]);
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}
