import type { Time } from "./alarm.ts";
import { KubeError } from "./errors.ts";
import { type LinkedAbort, linkedAbort } from "./linked-abort.ts";

/** Breaks off what has been silent for too long: a half-open connection looks like one on which nothing happens. */
export class Watchdog {
  readonly #time: Time;
  readonly #linked: LinkedAbort;
  #wake = new AbortController();
  #released = false;
  #patienceMs: number;
  #heardAt: number;

  /** Release it, or it watches for ever. */
  constructor(time: Time, followed: AbortSignal, patienceMs: number) {
    this.#time = time;
    this.#linked = linkedAbort(followed);
    this.#patienceMs = patienceMs;
    this.#heardAt = time.monotonic();
    void this.#watch();
  }

  /** Aborts after too long a silence, and when the followed signal does. */
  get signal(): AbortSignal {
    return this.#linked.signal;
  }

  heard(): void {
    this.#heardAt = this.#time.monotonic();
  }

  /** Silence longer than this is too long from now on. */
  expect(patienceMs: number): void {
    if (patienceMs === this.#patienceMs) return;
    this.#patienceMs = patienceMs;
    this.#wake.abort();
  }

  release(): void {
    this.#released = true;
    this.#wake.abort();
    this.#linked.release();
  }

  async #watch(): Promise<void> {
    while (!this.#released) {
      const leftMs = this.#heardAt + this.#patienceMs - this.#time.monotonic();
      if (leftMs <= 0) return this.#bite();
      this.#wake = new AbortController();
      // Rejects when it is woken early, to look again.
      await this.#time.sleep(leftMs, this.#wake.signal).catch(() => undefined);
    }
  }

  #bite(): void {
    const status = { reason: "Timeout", message: `silent for ${Math.round(this.#patienceMs / 1_000)} s` };
    this.#linked.abort(new KubeError({ request: "WATCH", code: 0, status }));
  }
}
