import type { Clock, Log } from "../reconcilers/ports.ts";
import { Alarm, type Time } from "./alarm.ts";
import { isAlreadyExists, isConflict } from "./errors.ts";
import { held, type Lease, type LeaseStore, released } from "./lease.ts";
import { linkedAbort } from "./linked-abort.ts";
import { sameJson } from "./same.ts";
import type { Validity } from "./validity.ts";

export interface CandidateOptions {
  readonly store: LeaseStore;
  /** Renewed by every write that holds the lease. */
  readonly validity: Validity;
  readonly clock: Clock;
  readonly time: Time;
  readonly log: Log;
  readonly random: () => number;
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly retryPeriodMs: number;
}

/** client-go spreads candidates over 1 to 2.2 retry periods; here the period is the longest wait, to bound fail-over. */
export const jitterFactor = 1.2;
const giveBackMs = 5_000;

/** One process's view of a lease, and its attempts to hold it: client-go's tryAcquireOrRenew. */
export class Candidate {
  readonly #options: CandidateOptions;
  /** What the server last showed, and the monotonic millisecond at which that was new to us. */
  #observed: { readonly lease: Lease; readonly at: number } | undefined;
  /** Whether the last write that asked for the lease may have arrived. */
  #mayHold = false;

  constructor(options: CandidateOptions) {
    this.#options = options;
  }

  /** One round. False when it was lost, for whatever reason; the log has it. Rejects when the signal aborts. */
  async attempt(signal: AbortSignal): Promise<boolean> {
    const { log, retryPeriodMs } = this.#options;
    try {
      // A request that hangs must leave time for others before the deadline.
      return await this.#within(2 * retryPeriodMs, signal, (limited) => this.#acquireOrRenew(limited));
    } catch (err) {
      signal.throwIfAborted();
      if (isConflict(err) || isAlreadyExists(err)) log.debug({ err }, "another process was faster");
      else log.warn({ err }, "the lease could not be read or written");
      return false;
    }
  }

  /** Whether another process holds the lease, and was seen to renew it recently enough. */
  isTaken(): boolean {
    const { holderIdentity = "" } = this.#observed?.lease.spec ?? {};
    return holderIdentity !== "" && holderIdentity !== this.#options.identity && this.#untilFree() > 0;
  }

  /** Milliseconds until the next look at the lease: sooner when it runs out sooner. Chance keeps candidates apart. */
  pause(): number {
    const { retryPeriodMs, random } = this.#options;
    const pause = (retryPeriodMs * (1 + jitterFactor * random())) / (1 + jitterFactor);
    return this.isTaken() ? Math.min(pause, this.#untilFree() + 200 * random()) : pause;
  }

  /** Gives the lease back, if it is or may be ours. Never rejects: if it fails, the lease runs out by itself. */
  async giveBack(): Promise<void> {
    const { store, clock, identity, log } = this.#options;
    if (!this.#mayHold) return;
    try {
      await this.#within(giveBackMs, undefined, async (signal) => {
        const lease = await store.read(signal);
        if (lease?.spec.holderIdentity !== identity) return;
        await store.write(released(clock.now(), lease.spec), lease, signal);
        log.info({ identity }, "the lease is given back");
      });
      this.#mayHold = false;
    } catch (err) {
      log.warn({ err }, "the lease could not be given back; the next leader has to wait until it runs out");
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const before = this.#observed?.lease;
    // While we hold it nobody else writes it, so what we wrote last needs no reading.
    if (before?.spec.holderIdentity === this.#options.identity && (await this.#renewed(before, signal))) return true;
    const lease = await this.#options.store.read(signal);
    this.#observe(lease);
    if (this.isTaken()) {
      this.#mayHold = false;
      return false;
    }
    await this.#write(lease, signal);
    return true;
  }

  async #renewed(before: Lease, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#write(before, signal);
      return true;
    } catch (err) {
      this.#options.log.debug({ err }, "the lease is not as it was written last, and is read");
      return false;
    }
  }

  async #write(before: Lease | undefined, signal: AbortSignal): Promise<void> {
    const { store, validity, clock, identity, leaseDurationMs } = this.#options;
    const moment = validity.moment();
    this.#mayHold = true;
    this.#observe(await store.write(held(identity, clock.now(), leaseDurationMs, before?.spec), before, signal));
    validity.renew(moment);
  }

  #observe(lease: Lease | undefined): void {
    const isNews = !lease || !sameJson(lease.spec, this.#observed?.lease.spec);
    const at = isNews || !this.#observed ? this.#options.time.monotonic() : this.#observed.at;
    this.#observed = lease && { lease, at };
  }

  #untilFree(): number {
    if (!this.#observed) return 0;
    const { lease, at } = this.#observed;
    return at + (lease.spec.leaseDurationSeconds ?? 0) * 1_000 - this.#options.time.monotonic();
  }

  async #within<T>(
    ms: number,
    signal: AbortSignal | undefined,
    work: (limited: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { time } = this.#options;
    const limited = linkedAbort(signal);
    const limit = new Alarm(time, () =>
      limited.abort(new Error(`the API server did not answer within ${ms / 1_000} s`)),
    );
    limit.set(time.monotonic() + ms);
    try {
      return await work(limited.signal);
    } finally {
      limit.stop();
      limited.release();
    }
  }
}
