import type { Time } from "./alarm.ts";

/** client-go's numbers: from 0.8 s, doubled, never more than 30 s, and forgotten after two good minutes. */
const firstMs = 800;
const longestMs = 30_000;
const forgottenMs = 120_000;

/** How long to wait after each failure to reach a server. */
export class Pace {
  readonly #time: Time;
  readonly #random: () => number;
  #failures = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(time: Time, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  /** Whether nothing failed in the last two minutes. */
  get fresh(): boolean {
    return this.#failures === 0 || this.#time.monotonic() - this.#lastAt > forgottenMs;
  }

  /** Counts a failure and gives the wait in milliseconds. Half of it is chance: many clients return one by one. */
  next(): number {
    if (this.fresh) this.#failures = 0;
    const most = Math.min(longestMs, 2 * firstMs * 2 ** this.#failures);
    this.#failures++;
    this.#lastAt = this.#time.monotonic();
    return (most / 2) * (1 + this.#random());
  }
}
