/** A few places for many who wait, first come, first served. */
export class Places {
  readonly total: number;
  readonly #free: number[];
  readonly #waiting: ((place: number) => void)[] = [];

  constructor(total: number) {
    this.total = total;
    this.#free = Array.from({ length: total }, (_, index) => index);
  }

  /** A place by its number, from 0, to be given back; rejects with the signal's reason when it aborts before there is one. */
  async take(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    return this.#free.shift() ?? this.#turn(signal);
  }

  /** What somebody says who waits. */
  message(): string {
    return this.#free.length > 0 ? "begins" : `waits for a place: ${this.total} of ${this.total} are taken`;
  }

  giveBack(place: number): void {
    const next = this.#waiting.shift();
    if (next) next(place);
    else this.#free.push(place);
  }

  #turn(signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const go = (place: number): void => {
        signal.removeEventListener("abort", leave);
        resolve(place);
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      this.#waiting.push(go);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}
