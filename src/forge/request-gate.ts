import { ForgeError } from "../reconcilers/errors.ts";
import type { Clock } from "../reconcilers/ports.ts";
import type { Governor, Said } from "./governor.ts";
import { type Request, type Waiting, WaitingLine } from "./waiting-line.ts";

/** So long a request may wait at the gate. What has to wait longer waits in its object's status, not in memory. */
const patienceMs = 2_000;
/** Least time to come back after, where nobody knows when there is room. */
const soonMs = 1_000;

/** The gate before one credential: every request passes it, none before the governor says so. */
export class RequestGate {
  readonly #governor: Governor;
  readonly #clock: Clock;
  readonly #waiting: WaitingLine;
  #alarm: { readonly at: number; readonly stop: AbortController } | undefined;
  #order = 0;

  constructor(governor: Governor, clock: Clock) {
    this.#governor = governor;
    this.#clock = clock;
    this.#waiting = new WaitingLine((request) => governor.urgency(request, this.#now()));
  }

  get governor(): Governor {
    return this.#governor;
  }

  /** Requests that wait now. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Sends a request when it may go. Rejects with ForgeError `limited` when that is not soon, and with the signal's
   * reason when it is aborted before. `send` gives its result with what the answer said about limits.
   */
  async run<T>(
    request: Request,
    signal: AbortSignal,
    send: () => Promise<{ readonly said: Said; readonly result: T }>,
  ): Promise<T> {
    await this.#enter(request, signal);
    let said: Said | undefined;
    try {
      const answer = await send();
      said = answer.said;
      return answer.result;
    } finally {
      this.#governor.finish(said, this.#now());
      this.#admit();
    }
  }

  async #enter(request: Request, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#now();
    const at = this.#governor.earliest(request, now);
    if (at - now > patienceMs) throw this.#later(request, at);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.leave(waiting);
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      const waiting: Waiting = {
        request,
        order: this.#order++,
        deadline: now + patienceMs,
        enter: () => {
          leave();
          resolve();
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      this.#waiting.join(waiting);
      signal.addEventListener("abort", abort, { once: true });
      this.#admit();
    });
  }

  /** Lets in, in order, who may go; refuses who has waited long enough. */
  #admit(): void {
    const now = this.#now();
    const left = new Set(this.#waiting.all);
    const blocked = { content: false, points: false };
    let wake = Number.POSITIVE_INFINITY;
    // Nobody behind takes what the one in front waits for.
    while (left.size > 0 && !blocked.points && !this.#governor.isFull) {
      const next = this.#waiting.first(left);
      left.delete(next);
      const { request } = next;
      const at = this.#governor.earliest(request, now);
      if (at <= now && !(request.content && blocked.content)) {
        this.#let(next, now);
        continue;
      }
      blocked.content ||= request.content;
      blocked.points = this.#governor.pointsAt(request.points, now) > now;
      if (at > now) wake = Math.min(wake, at);
    }
    for (const { request, deadline, refuse } of this.#waiting.all) {
      if (deadline > now) wake = Math.min(wake, deadline);
      else refuse(this.#later(request, Math.max(this.#governor.earliest(request, now), now + soonMs)));
    }
    this.#wakeAt(wake);
  }

  #let({ request, enter }: Waiting, now: number): void {
    this.#governor.begin(request, now);
    this.#waiting.give(request);
    enter();
  }

  #later(request: Request, at: number): ForgeError {
    const now = this.#now();
    this.#governor.keepPlace(request, at, now);
    const until = `${new Date(at).toISOString().slice(0, 19)}Z`;
    const message = `could not ${request.doing} yet: the limit on requests to the forge is reached until ${until}`;
    return new ForgeError("limited", message, { retryAfterMs: Math.max(soonMs, at - now) });
  }

  #wakeAt(at: number): void {
    if (this.#alarm && this.#alarm.at <= at && at !== Number.POSITIVE_INFINITY) return;
    this.#alarm?.stop.abort();
    this.#alarm = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const alarm = { at, stop: new AbortController() };
    this.#alarm = alarm;
    this.#clock.sleep(Math.max(1, at - this.#now()), alarm.stop.signal).then(
      () => {
        if (this.#alarm === alarm) this.#alarm = undefined;
        this.#admit();
      },
      () => undefined, // An earlier time took its place, or nobody waits any more.
    );
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
