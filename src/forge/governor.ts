import type { Quota } from "../reconcilers/forge-port.ts";
import { PlaceInLine } from "./place-in-line.ts";
import { Window } from "./window.ts";

/** What a request costs. */
export interface Cost {
  /** Points of GitHub's secondary limit: 1 to read, 5 to write. */
  readonly points: number;
  /** Whether it creates content that people are told about, such as a pull request or a comment. */
  readonly content: boolean;
}

/** A request that wants to go. */
export interface Ask extends Cost {
  /** 0 is the most urgent. */
  readonly priority: number;
  /** The same when it is tried again. */
  readonly key: string;
}

/** What an answer said about limits. Times in milliseconds since 1970. */
export interface Said {
  /** Whether it was refused for being one too many. */
  readonly limited: boolean;
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetsAt: number | undefined;
}

export interface Limits {
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  readonly pointsPerMinute: number;
  readonly inFlight: number;
}

/** GitHub's, from its page on rate limits for the REST API. */
export const githubLimits: Limits = {
  contentPerMinute: 80,
  contentPerHour: 500,
  pointsPerMinute: 900,
  inFlight: 100,
};

/** A little longer than the host's own windows, since its clock sees requests later than ours, and unevenly. */
const minuteMs = 60_600;
const hourMs = 3_606_000;
/** First wait after a refusal that does not say how long; each further one doubles it. */
const firstPenaltyMs = 60_000;
const longestPenaltyMs = 1_800_000;

/**
 * The arithmetic of politeness for one credential: when the next request may go. It waits for nothing and asks nobody
 * for the time: every method is told `now`, in milliseconds since 1970.
 */
export class Governor {
  readonly #limits: Limits;
  readonly #points: Window;
  readonly #contentMinute: Window;
  readonly #contentHour: Window;
  readonly #line: PlaceInLine;
  #inFlight = 0;
  #quota: { readonly limit: number; readonly remaining: number; readonly resetsAt: number } | undefined;
  #blockedUntil = 0;
  #refusals = 0;
  #latest = 0;

  constructor(limits: Limits = githubLimits) {
    this.#limits = limits;
    this.#points = new Window(minuteMs, limits.pointsPerMinute);
    this.#contentMinute = new Window(minuteMs, limits.contentPerMinute);
    this.#contentHour = new Window(hourMs, limits.contentPerHour);
    this.#line = new PlaceInLine({
      perMinute: limits.contentPerMinute,
      perHour: limits.contentPerHour,
      minuteMs,
      hourMs,
    });
  }

  /** Whether as many requests are under way as may be. One that ends makes room; nobody knows when. */
  get isFull(): boolean {
    const left = this.#quota?.remaining;
    const atQuota = left !== undefined && left > 0 && this.#inFlight >= left;
    return this.#inFlight >= this.#limits.inFlight || atQuota;
  }

  /** When this request may go: `now`, or later. */
  earliest(ask: Ask, now: number): number {
    const at = Math.max(now, this.#blockedUntil, this.#refilledAt(now), this.pointsAt(ask.points, now));
    if (!ask.content) return at;
    const fits = Math.max(this.#contentMinute.earliest(1, now), this.#contentHour.earliest(1, now));
    return Math.max(at, fits, this.#line.turnOf(ask.key, ask.priority, this.#contentHour.times(now), now));
  }

  /** When so many points are to be had. */
  pointsAt(points: number, now: number): number {
    return this.#points.earliest(points, now);
  }

  /** Keeps a place for a request that was told to come back at `at`, so that it is not overtaken for ever. */
  keepPlace(ask: Ask, at: number, now: number): void {
    if (ask.content) this.#line.keep(ask.key, ask.priority, at, now);
  }

  /** How urgent the request is after all its waiting. */
  urgency(ask: Ask, now: number): number {
    return this.#line.urgency(ask.key, ask.priority, now);
  }

  /** It goes now. Only to be called when `earliest` says so and it is not full. */
  begin(ask: Ask, now: number): void {
    this.#inFlight += 1;
    this.#points.add(ask.points, now);
    if (!ask.content) return;
    this.#contentMinute.add(1, now);
    this.#contentHour.add(1, now);
    this.#line.leave(ask.key);
  }

  /** It was answered; undefined when no answer came. */
  finish(said: Said | undefined, now: number): void {
    this.#inFlight -= 1;
    if (!said) return;
    this.#learn(said);
    if (said.limited) this.#refuse(said, now);
    else if (now >= this.#blockedUntil) this.#refusals = 0;
  }

  /** What the last answers said of the primary limit. */
  get quota(): Quota | undefined {
    if (!this.#quota) return undefined;
    const { limit, remaining, resetsAt } = this.#quota;
    return { limit, remaining, resetsAt: new Date(resetsAt) };
  }

  /** Until when nothing goes, at the host's own word. */
  throttledUntil(now: number): Date | undefined {
    const until = Math.max(this.#blockedUntil, this.#refilledAt(now));
    return until > now ? new Date(until) : undefined;
  }

  #learn({ limit, remaining, resetsAt }: Said): void {
    if (limit === undefined || remaining === undefined || resetsAt === undefined || resetsAt < this.#latest) return;
    // Answers overtake each other. Within one hour of the host's, what is left only becomes less.
    const same = this.#quota?.resetsAt === resetsAt ? this.#quota.remaining : Number.POSITIVE_INFINITY;
    this.#quota = { limit, remaining: Math.min(remaining, same), resetsAt };
    this.#latest = resetsAt;
  }

  #refuse({ retryAfterMs, remaining, resetsAt }: Said, now: number): void {
    this.#refusals += 1;
    const penalty = Math.min(longestPenaltyMs, firstPenaltyMs * 2 ** (this.#refusals - 1));
    const primary = remaining === 0 && resetsAt !== undefined && resetsAt > now ? resetsAt - now : undefined;
    this.#blockedUntil = Math.max(this.#blockedUntil, now + (retryAfterMs ?? primary ?? penalty));
  }

  #refilledAt(now: number): number {
    const quota = this.#quota;
    return quota && quota.remaining <= 0 && quota.resetsAt > now ? quota.resetsAt : now;
  }
}
