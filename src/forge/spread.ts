/** So far apart those come back that all wait for the same moment: as fast as the points of a minute let reads through. */
const apartMs = 70;

/**
 * Gives those who wait for one moment a moment each, so that they do not all come at once. The more urgent come first:
 * each class has a line of its own, behind the lines before it.
 */
export class Spread {
  /** When the last one of each class comes. */
  readonly #last = new Map<number, number>();

  next(urgency: number, at: number): number {
    let from = at;
    for (const [other, last] of this.#last) if (other <= urgency) from = Math.max(from, last + apartMs);
    this.#last.set(urgency, from);
    return from;
  }
}
