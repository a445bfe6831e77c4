import type { Said } from "./governor.ts";

/** First wait after a refusal that does not say how long; each further one doubles it. */
const firstMs = 60_000;
const longestMs = 1_800_000;
/** A little more than the second to which the host rounds. */
const marginMs = 1_000;

/** What follows from being refused: nothing goes for as long as the host says, or for long enough. */
export class Penalty {
  #until = 0;
  /** In a row. */
  #row = 0;
  #refusals = 0;
  #throttledMs = 0;

  /** Until when nothing goes; `now` when it may. */
  until(now: number): number {
    return Math.max(now, this.#until);
  }

  learn(said: Said, now: number): void {
    if (!said.limited) {
      // What was under way when we were refused may well be answered: that ends no penalty.
      if (now >= this.#until) this.#row = 0;
      return;
    }
    this.#refusals += 1;
    // One burst is refused once, however many of its requests are: those that were under way double nothing.
    if (now >= this.#until) this.#row += 1;
    this.closeUntil(now + this.#waitMs(said, now), now);
  }

  closeUntil(at: number, now = at): void {
    this.#throttledMs += Math.max(0, at - Math.max(now, this.#until));
    this.#until = Math.max(this.#until, at);
  }

  /** Refusals so far, and for how long nothing was let through. */
  told(now: number): { readonly refusals: number; readonly throttledMs: number } {
    return { refusals: this.#refusals, throttledMs: Math.max(0, this.#throttledMs - Math.max(0, this.#until - now)) };
  }

  #waitMs({ retryAfterMs, remaining, resetsAt, hostNow }: Said, now: number): number {
    if (retryAfterMs !== undefined) return retryAfterMs;
    const resetMs = resetsAt === undefined ? 0 : resetsAt - (hostNow ?? now);
    if (remaining === 0 && resetMs > 0) return resetMs + marginMs;
    return Math.min(longestMs, firstMs * 2 ** Math.max(0, this.#row - 1));
  }
}
