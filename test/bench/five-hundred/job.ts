import type { FakeClock } from "../../support/clock.ts";

/** What a contestant is given. */
export interface Job {
  readonly clock: FakeClock;
  /** Root of the forge's API. */
  readonly api: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  /** Branches `change-0`, `change-1` and so on are there, one for each pull request. */
  readonly count: number;
  /** How many comments each pull request gets besides. */
  readonly comments: number;
}

/** A contestant at work: all its calls are asked for at once. */
export interface Contest {
  /** Of each pull request with its comments, whether it was made; resolves when no more comes. */
  readonly results: Promise<readonly PromiseSettledResult<unknown>[]>;
  close(): Promise<void>;
}
