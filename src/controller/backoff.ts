export interface BackoffOptions {
  /** The first wait, in milliseconds. */
  readonly baseMs: number;
  /** The longest wait, in milliseconds. */
  readonly capMs: number;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

/** What Flux waits, too: behind every turn stand git and a forge, so the 5 ms of other controllers would hammer them. */
export const defaultBackoff = { baseMs: 750, capMs: 15 * 60_000 } as const;

/** How much of a wait is left to chance, so that objects which failed together do not return together. */
const spread = 0.2;

/** Counts failures per key and says how long to wait after each: base · 2^failures, capped, less up to a fifth. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #failures = new Map<string, number>();

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Counts one more failure and gives the wait in milliseconds; never more than the cap, never less than 4/5 of base. */
  next(key: string): number {
    const { baseMs, capMs, random } = this.#options;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    // 2 ** 1024 is Infinity, and the cap swallows that as well.
    return Math.min(capMs, baseMs * 2 ** failures) * (1 - spread * random());
  }

  /** How often the key failed since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}

/** The duration, more or less by up to 5 %: regular turns of many objects drift apart instead of marching in step. */
export function jittered(ms: number, random: () => number): number {
  return ms * (0.95 + 0.1 * random());
}
