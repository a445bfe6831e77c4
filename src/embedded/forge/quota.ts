import type { Clock } from "./clock.ts";
import { Problem } from "./http/problem.ts";

/** The limits of one credential. Numbers are GitHub's unless a test wants others. */
export interface QuotaLimits {
  /** Requests an hour with a credential; 5000 on GitHub. */
  readonly requestsPerHour: number;
  /** Requests an hour without one; 60 on GitHub, which no test wants. */
  readonly anonymousPerHour: number;
  /** Secondary limits on requests that create content; GitHub's are 80 a minute and 500 an hour. */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
}

/** The primary limit that GitHub gives, and no secondary one. */
export const generous: QuotaLimits = {
  requestsPerHour: 5000,
  anonymousPerHour: 5000,
  contentPerMinute: Number.POSITIVE_INFINITY,
  contentPerHour: Number.POSITIVE_INFINITY,
};

export interface QuotaState {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Epoch seconds. */
  readonly reset: number;
}

interface Window {
  used: number;
  resetAtMs: number;
  /** Times of content creations in the last hour, oldest first. */
  readonly created: number[];
}

const minute = 60_000;
const hour = 60 * minute;

/** Counts requests by credential in memory: a restart forgives, as a new window does. */
export class Quota {
  readonly #clock: Clock;
  readonly #limits: QuotaLimits;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock, limits: QuotaLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Where the credential stands; `""` is the anonymous caller. */
  state(credential: string): QuotaState {
    const window = this.#window(credential);
    const limit = credential === "" ? this.#limits.anonymousPerHour : this.#limits.requestsPerHour;
    return {
      limit,
      remaining: Math.max(0, limit - window.used),
      used: window.used,
      reset: Math.ceil(window.resetAtMs / 1000),
    };
  }

  /** Counts one request; 403 with `x-ratelimit-remaining: 0` when there are none left. */
  spend(credential: string): void {
    if (this.state(credential).remaining === 0) {
      throw new Problem(403, "API rate limit exceeded for this credential.");
    }
    this.#window(credential).used += 1;
  }

  /** Takes one request back: a conditional request that was answered with 304 costs nothing. */
  refund(credential: string): void {
    const window = this.#window(credential);
    window.used = Math.max(0, window.used - 1);
  }

  /** Counts one creation of content; 403 with `retry-after` when they come too fast. */
  create(credential: string): void {
    const now = this.#clock.now().getTime();
    const { created } = this.#window(credential);
    while (created.length > 0 && created[0]! <= now - hour) created.shift();
    const inMinute = created.filter((time) => time > now - minute);
    const waitUntil =
      created.length >= this.#limits.contentPerHour
        ? created[0]! + hour
        : inMinute.length >= this.#limits.contentPerMinute
          ? inMinute[0]! + minute
          : undefined;
    if (waitUntil === undefined) {
      if (Number.isFinite(Math.min(this.#limits.contentPerHour, this.#limits.contentPerMinute))) created.push(now);
      return;
    }
    throw new Problem(
      403,
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      {
        headers: { "retry-after": String(Math.max(1, Math.ceil((waitUntil - now) / 1000))) },
      },
    );
  }

  #window(credential: string): Window {
    const now = this.#clock.now().getTime();
    let window = this.#windows.get(credential);
    if (!window) {
      window = { used: 0, resetAtMs: now + hour, created: [] };
      this.#windows.set(credential, window);
    } else if (now >= window.resetAtMs) {
      window.used = 0;
      window.resetAtMs = now + hour;
    }
    return window;
  }
}
