/** For so long what has passed is taken at its word. */
const keepMs = 5 * 60_000;

/** Commits whose checks have all passed, as of a moment. */
export interface Passed {
  has(commit: string): boolean;
  add(commit: string): void;
}

/**
 * Remembers for five minutes which commits have passed, so that a busy plan does not ask for hundreds of branches at every turn.
 * Nothing else is remembered: what failed or runs may be otherwise at any time.
 */
export class PassedChecks {
  /** When they were seen to have passed, in milliseconds; the oldest first. */
  readonly #seen = new Map<string, number>();

  asOf(now: Date): Passed {
    for (const [commit, at] of this.#seen) {
      if (at + keepMs > now.getTime()) break;
      this.#seen.delete(commit);
    }
    return {
      has: (commit) => this.#seen.has(commit),
      add: (commit) => {
        this.#seen.delete(commit);
        this.#seen.set(commit, now.getTime());
      },
    };
  }
}
