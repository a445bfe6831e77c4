import type { Clock } from "../reconcilers/ports.ts";

/** One timer on a clock: rings at the earliest moment it was set for since it rang last. */
export class WakeUp {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #set: { readonly at: number; readonly stop: AbortController } | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Milliseconds since 1970; infinite to unset it. */
  at(at: number): void {
    if (this.#set && this.#set.at <= at && at !== Number.POSITIVE_INFINITY) return;
    this.#set?.stop.abort();
    this.#set = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const set = { at, stop: new AbortController() };
    this.#set = set;
    this.#clock.sleep(Math.max(1, at - this.#clock.now().getTime()), set.stop.signal).then(
      () => {
        if (this.#set === set) this.#set = undefined;
        this.#ring();
      },
      () => undefined, // An earlier time took its place, or nobody waits any more.
    );
  }
}
