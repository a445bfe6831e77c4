/** What a contestant is given: as the JSON of its first argument. */
export interface Job {
  /** Root of the forge's API. */
  readonly api: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  /** Branches `change-0`, `change-1` and so on are there, one for each pull request. */
  readonly count: number;
  /** Simulated milliseconds in a real one. */
  readonly speed: number;
  /** The simulated time at which the forge's clock started, and the real one. */
  readonly simulatedStart: number;
  readonly realStart: number;
}

/** What a contestant prints at its end: how many of its calls were answered as hoped, and how many failed for good. */
export interface Outcome {
  readonly done: number;
  readonly failed: number;
}
