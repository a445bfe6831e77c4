import type { Clock, Log } from "../reconcilers/ports.ts";
import { Alarm, type Time } from "./alarm.ts";
import { Candidate, jitterFactor } from "./candidate.ts";
import type { Client } from "./client.ts";
import { LeaseStore } from "./lease.ts";
import { linkedAbort } from "./linked-abort.ts";
import { Validity } from "./validity.ts";

/** The time during which this process is the one that writes. */
export interface Term {
  /** Aborts when leadership is lost, before anybody else can have it. */
  readonly signal: AbortSignal;
  /** Gives leadership back. Call it when nothing writes any more: the next leader may begin at once. */
  release(): Promise<void>;
  /** Renews no more, and gives nothing back: for when something may still write. It is over within the renew deadline. */
  abandon(): void;
}

/** Decides which of several processes writes. */
export interface Election {
  /** Whether this process may write at this very moment. Ask before every effect: timers may be late, this is not. */
  isLeader(): boolean;
  /** Resolves when this process leads; rejects with the signal's reason when it aborts first. */
  campaign(signal: AbortSignal): Promise<Term>;
}

/** For a single process: it leads. */
export const alwaysLeader: Election = {
  isLeader: () => true,
  campaign: () =>
    Promise.resolve({
      signal: new AbortController().signal,
      release: () => Promise.resolve(),
      abandon: () => undefined,
    }),
};

/** Why the turns of a leader are stopped that lost its lease. */
export class LeadershipLostError extends Error {
  override readonly name = "LeadershipLostError";
}

export interface LeaderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly time: Time;
  readonly log: Log;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  readonly lease: { readonly namespace: string; readonly name: string };
  /** Different for each process, also for two of the same name one after the other. */
  readonly identity: string;
  /** Others may take the lease when it was not renewed for so long; 35 s by default. */
  readonly leaseDurationMs?: number;
  /** Who could not renew for so long stops writing; 30 s by default, less than the duration by a good margin. */
  readonly renewDeadlineMs?: number;
  /** Between attempts to renew, and the longest between attempts to acquire; 5 s by default. */
  readonly retryPeriodMs?: number;
}

const defaults = { leaseDurationMs: 35_000, renewDeadlineMs: 30_000, retryPeriodMs: 5_000 } as const;

/**
 * Leader election by a Lease, as client-go does it, with the longer times of Flux: one busy event loop should not
 * cost the lease.
 *
 * At most one process writes at a time, whatever the clocks of the machines say: validity is counted from before a
 * renewal was sent, and ends five seconds before others may take the lease, who count from when they saw the
 * renewal. A process that was stopped and continued finds its validity over when it asks.
 */
export class LeaseElection implements Election {
  readonly #options: Required<LeaderOptions>;
  readonly #candidate: Candidate;
  readonly #validity: Validity;
  readonly #alarm: Alarm;
  #term: AbortController | undefined;

  constructor(options: LeaderOptions) {
    this.#options = { ...defaults, ...options };
    const { client, lease, clock, time, leaseDurationMs, renewDeadlineMs, retryPeriodMs } = this.#options;
    if (leaseDurationMs <= renewDeadlineMs || renewDeadlineMs <= jitterFactor * retryPeriodMs) {
      throw new RangeError(
        `the lease must last longer than its renew deadline, and that longer than ${jitterFactor} retry periods: ` +
          `${leaseDurationMs} > ${renewDeadlineMs} > ${jitterFactor} * ${retryPeriodMs} does not hold`,
      );
    }
    this.#validity = new Validity(clock, time, renewDeadlineMs);
    const own = { store: new LeaseStore(client, lease), validity: this.#validity };
    this.#candidate = new Candidate({ ...this.#options, ...own });
    this.#alarm = new Alarm(time, () => this.#watchOver());
  }

  isLeader(): boolean {
    if (!this.#term) return false;
    if (this.#validity.isOver()) this.#lose("the lease could not be renewed in time");
    return this.#term !== undefined;
  }

  async campaign(signal: AbortSignal): Promise<Term> {
    const { time, log, identity } = this.#options;
    log.info({ identity }, "standing for election");
    try {
      while (!(await this.#candidate.attempt(signal))) await time.sleep(this.#candidate.pause(), signal);
      signal.throwIfAborted();
    } catch (error) {
      // The last attempt may have arrived, whether or not its answer did.
      await this.#candidate.giveBack();
      throw error;
    }
    const term = new AbortController();
    this.#term = term;
    log.info({ identity }, "leading");
    this.#watchOver();
    return this.#served(term);
  }

  /** Renews in the background until the term is over. */
  #served(term: AbortController): Term {
    const renewing = linkedAbort(term.signal);
    const renewed = this.#renew(renewing.signal);
    return {
      signal: term.signal,
      abandon: () => renewing.abort(new Error("the lease is abandoned")),
      release: async () => {
        renewing.abort(new Error("the lease is given back"));
        await renewed;
        this.#term = undefined;
        this.#alarm.stop();
        await this.#candidate.giveBack();
      },
    };
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { time, retryPeriodMs } = this.#options;
    let isRenewed = true;
    while (this.isLeader() && !signal.aborted) {
      try {
        // After a failure time is short: an outage that ends just before the deadline should cost nothing.
        await time.sleep(isRenewed ? retryPeriodMs : retryPeriodMs / 5, signal);
        isRenewed = await this.#candidate.attempt(signal);
        if (!isRenewed && this.#candidate.isTaken()) this.#lose("another process holds the lease");
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** Rings when validity is over, if it was not renewed by then. */
  #watchOver(): void {
    if (this.isLeader()) this.#alarm.set(this.#validity.endsAt());
  }

  #lose(why: string): void {
    const { log, identity } = this.#options;
    const term = this.#term;
    this.#term = undefined;
    this.#alarm.stop();
    log.error({ identity, why }, "leadership is lost");
    term?.abort(new LeadershipLostError(`leadership is lost: ${why}`));
  }
}
