/** Who stands in line. */
export interface Claim {
  readonly key: string;
  /** 0 is the most urgent. */
  readonly priority: number;
  /** Whether it waits for its turn to create content. */
  readonly content: boolean;
  readonly tenant: string;
}

interface Place extends Claim {
  /** Its number within its tenant and class: the first of each tenant go before the second of any. */
  readonly round: number;
  readonly order: number;
  /** When it came first. */
  readonly since: number;
  /** When it was told to come back. */
  at: number;
  /** It has waited for longer than all others, and goes before them. */
  isElder: boolean;
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
/** After every so many, the one that has waited the longest is made as urgent as the most urgent, so that nothing starves. */
const elderEvery = 8;

/**
 * Who was told to come back later, and when: the line that forms before a limit without anybody standing in memory. The
 * urgent go first, tenants of equal urgency take turns, and two never get one slot.
 */
export class PlaceInLine {
  readonly #limits: LineLimits;
  readonly #places = new Map<string, Place>();
  /** The round that is served now, and the last one that was given to each tenant in each class. */
  #round = 0;
  readonly #rounds = new Map<string, number>();
  readonly #went = { content: 0, other: 0 };
  #order = 0;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** How many wait for their turn to create content. */
  length(now: number): number {
    this.#expire(now);
    return [...this.#places.values()].filter(({ content }) => content).length;
  }

  /** When it may create content, given when others did. `times` are sorted, and hold the last hour. */
  turnOf(claim: Claim, times: readonly number[], now: number): number {
    this.#expire(now);
    const own = this.#places.get(claim.key) ?? this.#place(claim, now, now);
    const ahead: number[] = [];
    for (const place of this.#places.values())
      if (place.content && place.key !== claim.key && isAhead(place, own)) ahead.push(place.at);
    const line = [...times];
    for (const at of ahead.sort((a, b) => a - b)) line.push(this.#next(line, Math.max(at, now)));
    return this.#next(line, now);
  }

  /** Keeps a place for who was told to come back then. */
  keep(claim: Claim, at: number, now: number): void {
    const place = this.#places.get(claim.key);
    if (place) {
      place.at = at;
      return;
    }
    const made = this.#place(claim, at, now);
    this.#order += 1;
    this.#rounds.set(lineOf(claim), made.round);
    this.#places.set(claim.key, made);
  }

  /** It goes. */
  leave({ key, content }: Claim): void {
    const place = this.#places.get(key);
    this.#places.delete(key);
    if (this.#places.size === 0) this.#rounds.clear();
    if (place) this.#round = Math.max(this.#round, place.round);
    const kind = content ? "content" : "other";
    this.#went[kind] += 1;
    if (this.#went[kind] % elderEvery === 0) this.#raiseEldest(content);
  }

  /** How urgent it is by now. */
  urgency({ key, priority }: Claim): number {
    return urgencyOf(this.#places.get(key) ?? { priority, isElder: false });
  }

  #place(claim: Claim, at: number, now: number): Place {
    const round = Math.max(this.#round, this.#rounds.get(lineOf(claim)) ?? 0) + 1;
    const { key, priority, content, tenant } = claim;
    return { key, priority, content, tenant, round, order: this.#order, since: now, at, isElder: false };
  }

  #raiseEldest(content: boolean): void {
    let eldest: Place | undefined;
    for (const place of this.#places.values())
      if (place.content === content && !place.isElder && (!eldest || place.order < eldest.order)) eldest = place;
    if (eldest) eldest.isElder = true;
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

const lineOf = ({ tenant, priority }: Claim): string => `${priority} ${tenant}`;

const urgencyOf = ({ priority, isElder }: Pick<Place, "priority" | "isElder">): number => (isElder ? 0 : priority);

function isAhead(a: Place, b: Place): boolean {
  const urgency = urgencyOf(a) - urgencyOf(b);
  if (urgency !== 0) return urgency < 0;
  if (a.isElder !== b.isElder) return a.isElder;
  return a.round === b.round ? a.order < b.order : a.round < b.round;
}
