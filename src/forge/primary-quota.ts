import type { Quota } from "../reconcilers/forge-port.ts";
import type { Said } from "./governor.ts";

/** A little more than the second to which the host rounds. */
const marginMs = 1_000;
/** So much of the hour's quota is kept for what is urgent. */
const keptShare = 0.05;

interface Known {
  readonly limit: number;
  readonly remaining: number;
  /** By the host's clock. */
  readonly hostResetsAt: number;
  /** By ours. */
  readonly resetsAt: number;
}

/** What the answers say of one primary limit: requests in an hour that the host counts and tells. */
export class PrimaryQuota {
  #known: Known | undefined;
  #latest = 0;

  /** Answers overtake each other: within one hour of the host's, what is left only becomes less. */
  learn({ limit, remaining, resetsAt, hostNow }: Said, now: number): void {
    if (limit === undefined || remaining === undefined || resetsAt === undefined || resetsAt < this.#latest) return;
    const same = this.#known?.hostResetsAt === resetsAt ? this.#known : undefined;
    const ours = now + resetsAt - (hostNow ?? now) + marginMs;
    const left = Math.min(remaining, same?.remaining ?? Number.POSITIVE_INFINITY);
    this.#known = { limit, remaining: left, hostResetsAt: resetsAt, resetsAt: Math.max(ours, same?.resetsAt ?? ours) };
    this.#latest = resetsAt;
  }

  get told(): Quota | undefined {
    if (!this.#known) return undefined;
    const { limit, remaining, resetsAt } = this.#known;
    return { limit, remaining, resetsAt: new Date(resetsAt) };
  }

  /** How many requests may be under way at once, since each takes one of what is left. */
  room(isUrgent: boolean, now: number): number {
    const known = this.#known;
    if (!known || known.resetsAt <= now) return Number.POSITIVE_INFINITY;
    return Math.max(0, known.remaining - (isUrgent ? 0 : Math.floor(known.limit * keptShare)));
  }

  /** When there is something left: `now`, or when the hour is over. */
  refilledAt(isUrgent: boolean, now: number): number {
    return this.#known && this.room(isUrgent, now) <= 0 ? this.#known.resetsAt : now;
  }
}
