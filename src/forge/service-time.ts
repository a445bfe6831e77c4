import { Window } from "./window.ts";

/**
 * A bound on what we cost the host's processors. GitHub allows 90 s of their time in 60 s and lets nobody measure it;
 * it says that the total time of answers is an estimate. An answer's time holds the way there and back, too: as much as the
 * fastest answer took is taken for that.
 */
export class ServiceTime {
  readonly #window: Window;
  #fastestMs = Number.POSITIVE_INFINITY;

  constructor(ms: number, limit: number) {
    this.#window = new Window(ms, limit);
  }

  earliest(now: number): number {
    return this.#window.earliest(0, now);
  }

  add(tookMs: number, now: number): void {
    const took = Math.max(0, tookMs);
    this.#fastestMs = Math.min(this.#fastestMs, took);
    this.#window.add(took - this.#fastestMs, now);
  }
}
