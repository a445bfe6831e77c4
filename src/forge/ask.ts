/** What a request costs. */
export interface Cost {
  /** Points of GitHub's secondary limit: 1 to read, 5 to write. */
  readonly points: number;
  /** Whether it creates content that people are told about, such as a pull request or a comment. */
  readonly content: boolean;
  /** Of which primary limit and which points it takes; `core` by default. */
  readonly resource?: "core" | "graphql";
}

/** A request that wants to go. */
export interface Ask extends Cost {
  /** 0 is the most urgent. Two steps make a class: 0 and 1 security, 2 and 3 release, and so on. */
  readonly priority: number;
  /** The same when it is tried again. */
  readonly key: string;
}

/** What an answer said about limits. Times in milliseconds since 1970, by the host's clock. */
export interface Said {
  /** Whether it was refused for being one too many. */
  readonly limited: boolean;
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetsAt: number | undefined;
  /** The host's own time, to the second. */
  readonly hostNow?: number | undefined;
  /** Which primary limit it speaks of; `core` by default. */
  readonly resource?: string | undefined;
}
