interface Place {
  readonly priority: number;
  readonly order: number;
  /** When it came first. */
  readonly since: number;
  /** Whether it waits for its turn to create content. */
  readonly content: boolean;
  /** When it was told to come back. */
  at: number;
}

export interface LineLimits {
  readonly perMinute: number;
  readonly perHour: number;
  readonly minuteMs: number;
  readonly hourMs: number;
}

/** A place is kept so long for who does not come back. */
const graceMs = 60_000;
/** Who was told to wait long comes back less exactly: so much of its wait is added. */
const graceShare = 0.1;
/** Waiting so long makes one step more urgent, so that nothing starves: five minutes for a class of two steps. */
const stepMs = 150_000;

/**
 * Who was told to come back later, and when: the line that forms before a limit without anybody standing in memory.
 * Who comes anew is told a time behind those who were there before and are as urgent. Two never get one slot.
 */
export class PlaceInLine {
  readonly #limits: LineLimits;
  readonly #places = new Map<string, Place>();
  #order = 0;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** How many wait for their turn to create content. */
  length(now: number): number {
    this.#expire(now);
    return [...this.#places.values()].filter(({ content }) => content).length;
  }

  /** When `key` may create content, given when others did. `times` are sorted, and hold the last hour. */
  turnOf(key: string, priority: number, times: readonly number[], now: number): number {
    this.#expire(now);
    const own = this.#places.get(key) ?? { priority, order: this.#order, since: now, content: true, at: now };
    const ahead = [...this.#places]
      .filter(([other, place]) => place.content && other !== key && isAhead(place, own, now))
      .map(([, place]) => place.at)
      .sort((a, b) => a - b);
    const line = [...times];
    for (const at of ahead) line.push(this.#next(line, Math.max(at, now)));
    return this.#next(line, now);
  }

  /** Keeps a place for `key`, which was told to come back then. */
  keep(key: string, asked: { readonly priority: number; readonly content: boolean }, at: number, now: number): void {
    const place = this.#places.get(key);
    if (place) place.at = at;
    else this.#places.set(key, { ...asked, order: this.#order++, since: now, at });
  }

  /** It went, or will not. */
  leave(key: string): void {
    this.#places.delete(key);
  }

  /** How urgent `key` has become: 0 is the most urgent. */
  urgency(key: string, priority: number, now: number): number {
    const place = this.#places.get(key);
    return place ? urgencyOf(place, now) : priority;
  }

  #next(line: readonly number[], from: number): number {
    const { perMinute, perHour, minuteMs, hourMs } = this.#limits;
    const minute = line.at(-perMinute);
    const hour = line.at(-perHour);
    return Math.max(
      from,
      line.length >= perMinute && minute !== undefined ? minute + minuteMs : from,
      line.length >= perHour && hour !== undefined ? hour + hourMs : from,
    );
  }

  #expire(now: number): void {
    for (const [key, { at, since }] of this.#places)
      if (at + graceMs + graceShare * (at - since) < now) this.#places.delete(key);
  }
}

const urgencyOf = ({ priority, since }: Place, now: number): number =>
  Math.max(0, priority - Math.floor((now - since) / stepMs));

function isAhead(a: Place, b: Place, now: number): boolean {
  const urgency = urgencyOf(a, now) - urgencyOf(b, now);
  return urgency === 0 ? a.order < b.order : urgency < 0;
}
