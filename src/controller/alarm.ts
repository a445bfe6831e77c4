/** What waiting needs of time. Both in milliseconds; `sleep` rejects when its signal is aborted. */
export interface Time {
  /** Never goes back, and is not moved by whoever sets the clock. */
  monotonic(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Node's timers overflow at 2^31 ms; waking once a day for nothing costs nothing. */
const longestSleepMs = 24 * 3_600_000;

/** One timer, however many wait: it rings at the earliest time that was asked for, or earlier, and then is unset. */
export class Alarm {
  readonly #time: Time;
  readonly #ring: () => void;
  #set: { readonly at: number; readonly stop: AbortController } | undefined;

  /** Whoever hears it ring looks what is due, and sets it again for what is not. */
  constructor(time: Time, ring: () => void) {
    this.#time = time;
    this.#ring = ring;
  }

  /** `at` is in monotonic milliseconds. Does nothing when it is set for then or earlier. */
  set(at: number): void {
    if (this.#set && this.#set.at <= at) return;
    this.stop();
    const set = { at, stop: new AbortController() };
    this.#set = set;
    const ms = Math.min(at - this.#time.monotonic(), longestSleepMs);
    this.#time.sleep(ms, set.stop.signal).then(
      () => {
        if (this.#set === set) this.#set = undefined;
        this.#ring();
      },
      () => undefined, // An earlier time took its place, or it was stopped.
    );
  }

  stop(): void {
    this.#set?.stop.abort();
    this.#set = undefined;
  }
}
