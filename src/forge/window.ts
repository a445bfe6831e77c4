/** Counts what happened in the last so many milliseconds, exactly: no stretch of that length ever holds more than the limit. */
export class Window {
  readonly #ms: number;
  readonly #limit: number;
  readonly #entries: { readonly at: number; readonly cost: number }[] = [];
  #sum = 0;

  constructor(ms: number, limit: number) {
    this.#ms = ms;
    this.#limit = limit;
  }

  /** When so much more fits, at `now` or later. `now` never goes back. */
  earliest(cost: number, now: number): number {
    this.#forget(now);
    let sum = this.#sum;
    for (const entry of this.#entries) {
      if (sum + cost <= this.#limit) return now;
      sum -= entry.cost;
      if (sum + cost <= this.#limit) return entry.at + this.#ms;
    }
    return now;
  }

  add(cost: number, now: number): void {
    this.#forget(now);
    this.#entries.push({ at: now, cost });
    this.#sum += cost;
  }

  /** When each thing that still counts happened, oldest first. */
  times(now: number): readonly number[] {
    this.#forget(now);
    return this.#entries.map(({ at }) => at);
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
