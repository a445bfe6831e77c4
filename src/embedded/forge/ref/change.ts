/** One ref that moved, was made (`before` null) or went (`after` null). */
export interface RefChange {
  /** Full name. */
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

export const zeroSha = "0".repeat(40);

/** The branch in a full name; undefined for tags and others. */
export const branchOf = (ref: string): string | undefined =>
  ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;

/** The tag in a full name; undefined for others. */
export const tagOf = (ref: string): string | undefined =>
  ref.startsWith("refs/tags/") ? ref.slice("refs/tags/".length) : undefined;
