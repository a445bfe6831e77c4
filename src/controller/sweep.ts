import { Alarm, type Time } from "./alarm.ts";

/** A round is made in so many steps, so that it is no burst: in an hour's round, one a minute. */
const steps = 60;

export interface SweepOptions {
  readonly time: Time;
  /** How long a round takes, in milliseconds. */
  readonly roundMs: number;
  /** All keys that there are. Asked at each step. */
  readonly keys: () => Iterable<string>;
  readonly want: (key: string) => void;
}

/**
 * Wants every key once a round, whatever happened to it before: the net under all that may get lost. It remembers nothing:
 * which step a key belongs to follows from its name.
 */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #alarm: Alarm;
  #step = 0;
  #dueAt = 0;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.time, () => this.#ring());
  }

  start(): void {
    const { time, roundMs } = this.#options;
    this.#dueAt = time.monotonic() + roundMs / steps;
    this.#alarm.set(this.#dueAt);
  }

  stop(): void {
    this.#alarm.stop();
  }

  #ring(): void {
    const { time, roundMs, keys, want } = this.#options;
    if (time.monotonic() >= this.#dueAt) {
      for (const key of keys()) if (hash(key) % steps === this.#step) want(key);
      this.#step = (this.#step + 1) % steps;
      // After a long sleep of the machine the steps that were missed are not made up for all at once.
      this.#dueAt = Math.max(this.#dueAt, time.monotonic() - roundMs / steps) + roundMs / steps;
    }
    this.#alarm.set(this.#dueAt);
  }
}

/** FNV-1a: quick, and it spreads names that differ in a digit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
