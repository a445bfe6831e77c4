import type { Clock } from "../reconcilers/ports.ts";
import type { Time } from "./alarm.ts";

interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * For how long something holds that was renewed at a moment. It is over when either clock says so: the monotonic one stands
 * still while a machine sleeps, and the wall clock can be set back.
 */
export class Validity {
  readonly #clock: Pick<Clock, "now">;
  readonly #time: Pick<Time, "monotonic">;
  readonly #ms: number;
  #renewed: Moment | undefined;

  constructor(clock: Pick<Clock, "now">, time: Pick<Time, "monotonic">, ms: number) {
    this.#clock = clock;
    this.#time = time;
    this.#ms = ms;
  }

  /** Take it before asking for a renewal: the answer may be long on its way. */
  moment(): Moment {
    return { monotonic: this.#time.monotonic(), wall: this.#clock.now().getTime() };
  }

  renew(at: Moment): void {
    this.#renewed = at;
  }

  isOver(): boolean {
    if (!this.#renewed) return true;
    const { monotonic, wall } = this.moment();
    return monotonic >= this.#renewed.monotonic + this.#ms || wall >= this.#renewed.wall + this.#ms;
  }

  /** The monotonic millisecond at which it is over, unless the wall clock says so earlier. */
  endsAt(): number {
    return (this.#renewed?.monotonic ?? Number.NEGATIVE_INFINITY) + this.#ms;
  }
}
