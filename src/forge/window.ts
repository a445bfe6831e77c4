/**
 * Counts what happened in the last so many milliseconds: no stretch of that length ever holds more than the limit. What
 * was sent counts until that long after it was answered, since nobody knows when in between the host counted it.
 */
export class Window {
  readonly #ms: number;
  readonly #limit: number;
  /** Oldest first. */
  readonly #entries: { readonly at: number; readonly cost: number }[] = [];
  #sum = 0;
  #open = 0;

  constructor(ms: number, limit: number) {
    this.#ms = ms;
    this.#limit = limit;
  }

  /** When so much more fits, at `now` or later. Where that hangs on answers that are still to come, a guess. */
  earliest(cost: number, now: number): number {
    if (this.#limit === Number.POSITIVE_INFINITY) return now;
    this.#forget(now);
    let sum = this.#sum + this.#open;
    if (sum + cost <= this.#limit || sum === 0) return now;
    for (const entry of this.#entries) {
      sum -= entry.cost;
      if (sum + cost <= this.#limit) return entry.at + this.#ms;
    }
    return now + this.#ms;
  }

  /** Something was sent. */
  begin(cost: number): void {
    this.#open += cost;
  }

  /** It was answered, or will not be. */
  end(cost: number, now: number): void {
    this.#open -= cost;
    this.add(cost, now);
  }

  /** Something happened then. Earlier than what is there already, it counts as late as that. */
  add(cost: number, at: number): void {
    if (this.#limit === Number.POSITIVE_INFINITY || cost === 0) return;
    this.#entries.push({ at: Math.max(at, this.#entries.at(-1)?.at ?? at), cost });
    this.#sum += cost;
  }

  /** When each thing that still counts happened, oldest first, with what is under way at its end as if it happened now. */
  times(now: number): readonly number[] {
    this.#forget(now);
    const times = this.#entries.flatMap(({ at, cost }) => Array.from({ length: cost }, () => at));
    return this.#open === 0 ? times : [...times, ...Array.from({ length: this.#open }, () => now)];
  }

  /** How much of what still counts is under way. */
  get open(): number {
    return this.#open;
  }

  /** How much counts now. */
  used(now: number): number {
    this.#forget(now);
    return this.#sum + this.#open;
  }

  #forget(now: number): void {
    let old = 0;
    while (old < this.#entries.length && this.#entries[old]!.at + this.#ms <= now) {
      this.#sum -= this.#entries[old]!.cost;
      old += 1;
    }
    this.#entries.splice(0, old);
  }
}
