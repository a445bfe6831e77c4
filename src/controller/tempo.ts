import { defaultBackoff } from "./backoff.ts";

/** How a controller works; all of it has defaults that suit a forge behind every turn. */
export interface Tempo {
  /** Turns at once; 4 by default. */
  readonly workers: number;
  /** Time of one turn in milliseconds; two minutes by default. */
  readonly deadlineMs: number;
  /** Every object is looked at once in so long, whatever it waits for or told us; an hour by default. */
  readonly sweepMs: number;
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
}

export const defaultTempo: Tempo = { workers: 4, deadlineMs: 120_000, sweepMs: 3_600_000, backoff: defaultBackoff };
