/** So far apart those come back that wait for the same moment: as fast as the points of a minute let reads through. */
const apartMs = 70;
/** A minute's worth of content. */
const together = 80;

/** Gives those who wait for one moment a moment each, so that they do not all come at once. */
export class Spread {
  /** When the last one of each class comes. */
  readonly #last = new Map<number, number>();
  #given = 0;

  /** For those who all wait for the host: one after the other, the more urgent before the others. */
  after(urgency: number, at: number): number {
    let from = at;
    for (const [other, last] of this.#last) if (other <= urgency) from = Math.max(from, last + apartMs);
    this.#last.set(urgency, from);
    return from;
  }

  /** For those who have a slot of their own in line, many of which are at one moment: within seconds of it. */
  near(at: number): number {
    this.#given = (this.#given + 1) % together;
    return at + this.#given * apartMs;
  }
}
