import { setMaxListeners } from "node:events";
import { Alarm, type Time } from "./alarm.ts";

/** Why a turn was stopped that took too long. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor(ms: number) {
    super(`the turn took longer than ${ms / 1_000} s and was stopped`);
  }
}

/** The time that one turn has. */
export interface Deadline {
  /** Aborts at the deadline, with a DeadlineError, and when everything is to stop. */
  readonly signal: AbortSignal;
  /** Must be called when the turn is over. */
  end(): void;
}

interface Running {
  readonly until: number;
  readonly controller: AbortController;
}

/** Deadlines of all turns that run: one timer and one listener, however many turns there are. */
export class Deadlines {
  readonly #time: Time;
  readonly #ms: number;
  readonly #stop: AbortSignal;
  readonly #running = new Set<Running>();
  readonly #alarm: Alarm;

  constructor(time: Time, ms: number, stop: AbortSignal) {
    this.#time = time;
    this.#ms = ms;
    this.#stop = stop;
    this.#alarm = new Alarm(time, () => this.#check());
    stop.addEventListener("abort", () => this.#abortAll(), { once: true });
  }

  begin(): Deadline {
    const running = { until: this.#time.monotonic() + this.#ms, controller: new AbortController() };
    // A turn may read a hundred files at once, and each read listens: that is no leak, and Node need not warn of one.
    setMaxListeners(0, running.controller.signal);
    if (this.#stop.aborted) running.controller.abort(this.#stop.reason);
    this.#running.add(running);
    this.#alarm.set(running.until);
    return {
      signal: running.controller.signal,
      end: () => {
        this.#running.delete(running);
      },
    };
  }

  /** For when no turn begins any more: leaves no timer behind. */
  close(): void {
    this.#alarm.stop();
  }

  /** By how many milliseconds the slowest turn has outrun its deadline; 0 when none has. */
  overdueMs(): number {
    const [slowest] = this.#running;
    return slowest === undefined ? 0 : Math.max(0, this.#time.monotonic() - slowest.until);
  }

  #check(): void {
    const now = this.#time.monotonic();
    for (const { until, controller } of this.#running) {
      // Turns begin one after the other and all have the same time: what follows is due later.
      if (until > now) {
        this.#alarm.set(until);
        break;
      }
      controller.abort(new DeadlineError(this.#ms));
    }
  }

  #abortAll(): void {
    this.#alarm.stop();
    for (const { controller } of this.#running) controller.abort(this.#stop.reason);
  }
}
