import { setImmediate } from "node:timers/promises";
import { Heap } from "../../src/controller/heap.ts";

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until a test moves it.
 *
 * `now`, `monotonic` and `sleep` are what production code is given. A test calls `advance`, which wakes sleepers
 * one by one in the order of their time and lets everything that follows from each settle before the next,
 * so that a minute of fake time plays out as it would, in a millisecond and always in the same way.
 */
export class FakeClock {
  readonly #sleepers = new Heap<Sleeper>((a, b) => (a.at === b.at ? a.order < b.order : a.at < b.at));
  readonly #start: number;
  #elapsed = 0;
  #skew = 0;
  #order = 0;

  constructor(start: Date | string = "2026-01-01T00:00:00Z") {
    this.#start = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#start + this.#elapsed + this.#skew);
  }

  /** Milliseconds since the clock was made. Not moved by `setWall`. */
  monotonic(): number {
    return this.#elapsed;
  }

  /** Resolves once `ms` of fake time have passed; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers.remove(sleeper);
        reject(signal?.reason);
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper = { at: this.#elapsed + Math.max(0, ms), order: this.#order++, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Sleepers that wait now: 0 at the end of a test says that nobody left a timer behind. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Milliseconds until the next sleeper wakes. */
  get untilNext(): number | undefined {
    const next = this.#sleepers.peek();
    return next && next.at - this.#elapsed;
  }

  /** Moves the wall clock as NTP or a person does; the monotonic time stays. */
  setWall(to: Date | string): void {
    this.#skew = new Date(to).getTime() - this.#start - this.#elapsed;
  }

  /** Moves time forward by `ms`, waking sleepers in order, each one's consequences before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#sleepers.peek(); next && next.at <= end; next = this.#sleepers.peek()) {
      this.#sleepers.remove(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.wake();
      await settle();
    }
    this.#elapsed = end;
  }

  /** Moves time forward without waking anybody on the way, as a process feels it that was stopped and continued. */
  async freeze(ms: number): Promise<void> {
    this.#elapsed += ms;
    await this.advance(0);
  }

  /** Advances from sleeper to sleeper until the condition holds. Throws when `withinMs` of fake time did not suffice. */
  async until(condition: () => boolean, withinMs = 3_600_000): Promise<void> {
    const end = this.#elapsed + withinMs;
    await settle();
    while (!condition()) {
      const next = this.#sleepers.peek();
      if (!next) throw new Error(`nobody sleeps at ${this.now().toISOString()}, so waiting for it is in vain`);
      if (next.at > end) throw new Error(`not within ${withinMs} ms of fake time`);
      await this.advance(next.at - this.#elapsed);
    }
  }
}

/** Lets everything run that waits for no time: all microtasks, and two rounds of the event loop. */
export async function settle(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
