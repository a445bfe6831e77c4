import { ForgeError } from "../reconcilers/errors.ts";
import type { Clock } from "../reconcilers/ports.ts";
import type { Governor, Said } from "./governor.ts";
import type { Keeper } from "./keeper.ts";
import { Spread } from "./spread.ts";
import { type Request, type Waiting, WaitingLine } from "./waiting-line.ts";
import { WakeUp } from "./wake-up.ts";

/** So long a request may wait at the gate. What has to wait longer waits in its object's status, not in memory. */
const patienceMs = 2_000;
/** Least time to come back after, where nobody knows when there is room. */
const soonMs = 1_000;

/** What an adapter sees of the gate before its credential. */
export interface Gate {
  readonly governor: Governor;
  /**
   * Sends a request when it may go. Rejects with ForgeError `limited` when that is not soon, and with the signal's
   * reason when it is aborted before. `send` gives its result with what the answer said about limits.
   */
  run<T>(
    request: Request,
    signal: AbortSignal,
    send: () => Promise<{ readonly said: Said; readonly result: T }>,
  ): Promise<T>;
  /** What the Forge port tells of creating content. */
  content(): { readonly hour: number; readonly waiting: number; readonly problem?: string };
}

/** The gate before one credential: every request passes it, none before the governor says so. */
export class RequestGate implements Gate {
  readonly governor: Governor;
  readonly #clock: Clock;
  readonly #keeper: Keeper | undefined;
  readonly #waiting: WaitingLine;
  readonly #spread = new Spread();
  readonly #wakeUp: WakeUp;

  /** Without a keeper nothing is remembered beyond the process. */
  constructor(governor: Governor, clock: Clock, keeper?: Keeper) {
    this.governor = governor;
    this.#clock = clock;
    this.#keeper = keeper;
    this.#waiting = new WaitingLine((request) => governor.urgency(request));
    this.#wakeUp = new WakeUp(clock, this.#admit);
  }

  /** Requests that wait now. */
  get length(): number {
    return this.#waiting.length;
  }

  content(): { readonly hour: number; readonly waiting: number; readonly problem?: string } {
    const { hour, waiting } = this.governor.content(this.#now());
    const here = [...this.#waiting.all].filter(({ request }) => request.content).length;
    const problem = this.#keeper?.problem;
    return { hour, waiting: waiting + here, ...(problem !== undefined && { problem }) };
  }

  async run<T>(
    asked: Request,
    signal: AbortSignal,
    send: () => Promise<{ readonly said: Said; readonly result: T }>,
  ): Promise<T> {
    const request = { ...asked, key: `${asked.tenant} ${asked.key}` };
    await this.#enter(request, signal);
    const began = this.#now();
    let said: Said | undefined;
    try {
      const answer = await send();
      said = answer.said;
      return answer.result;
    } finally {
      const now = this.#now();
      this.governor.finish(request, said, now - began, now);
      this.#keeper?.noteClosure(this.#admit);
      this.#admit();
    }
  }

  async #enter(request: Request, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#now();
    const at = this.governor.earliest(request, now);
    if (at - now > patienceMs) throw this.#later(request, at);
    const entered = this.#waiting.stand(request, now + patienceMs, signal);
    this.#admit();
    return entered;
  }

  /** Lets in, in order, who may go; refuses who has waited long enough. */
  readonly #admit = (): void => {
    const now = this.#now();
    let wake = this.#isKnown() ? this.#letIn(now) : Number.POSITIVE_INFINITY;
    for (const { request, deadline, refuse } of this.#waiting.all) {
      if (deadline > now) wake = Math.min(wake, deadline);
      else refuse(this.#outOfPatience(request, now));
    }
    this.#wakeUp.at(wake);
  };

  /** Nobody behind takes what the one in front waits for. Gives when the next may go, as far as is known. */
  #letIn(now: number): number {
    let left = new Set(this.#waiting.all);
    let wake = Number.POSITIVE_INFINITY;
    while (left.size > 0) {
      const next = this.#waiting.first(left);
      const { request } = next;
      left.delete(next);
      const at = this.governor.earliest(request, now);
      const isFull = this.governor.isFull(request, now);
      if (at <= now && !isFull && this.#isRecorded(request, now)) {
        this.#let(next);
        continue;
      }
      if (at > now) wake = Math.min(wake, at);
      if (isFull || this.governor.pointsAt(request, now) > now) break;
      if (request.content) left = new Set([...left].filter((each) => !each.request.content));
    }
    return wake;
  }

  #isKnown(): boolean {
    return this.#waiting.length === 0 || this.#keeper === undefined || this.#keeper.isReady(this.#admit);
  }

  /** Whether what is kept for who follows us allows for it. If not, that is being written. */
  #isRecorded(request: Request, now: number): boolean {
    const keeper = this.#keeper;
    if (!keeper || !this.governor.limitsContent) return true;
    if (this.governor.hurries(request, now) && !keeper.mayHurry(this.#admit)) return false;
    return !request.content || keeper.mayCreate(this.#admit);
  }

  #let({ request, enter }: Waiting): void {
    this.governor.begin(request);
    if (request.content) this.#keeper?.spend();
    this.#waiting.give(request);
    enter();
  }

  #outOfPatience(request: Request, now: number): ForgeError {
    const at = this.governor.earliest(request, now);
    if (at <= now && this.#keeper && !(this.#isKnown() && this.#isRecorded(request, now))) {
      this.governor.keepPlace(request, now + soonMs, now);
      return this.#keeper.refusal(request.doing);
    }
    return this.#later(request, Math.max(at, now + soonMs));
  }

  #later(request: Request, at: number): ForgeError {
    const now = this.#now();
    const own = request.content ? this.#spread.near(at) : this.#spread.after(this.governor.urgency(request), at);
    this.governor.keepPlace(request, own, now);
    const until = `${new Date(own).toISOString().slice(0, 19)}Z`;
    const message = `could not ${request.doing} yet: the limit on requests to the forge is reached until ${until}`;
    return new ForgeError("limited", message, { retryAfterMs: Math.max(soonMs, own - now) });
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
