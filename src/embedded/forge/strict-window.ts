/** What happened in the last so many milliseconds, exactly as a host counts it: by the moment of arrival. */
export class SlidingWindow {
  readonly #ms: number;
  readonly #limit: number;
  readonly #entries: { readonly at: number; readonly cost: number }[] = [];
  #sum = 0;
  #peak = 0;

  constructor(ms: number, limit: number) {
    this.#ms = ms;
    this.#limit = limit;
  }

  /** The most that it ever held. */
  get peak(): number {
    return this.#peak;
  }

  /** When so much more fits: `now`, or when enough of what is there has passed. */
  fitsAt(cost: number, now: number): number {
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
    this.#peak = Math.max(this.#peak, this.#sum);
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
