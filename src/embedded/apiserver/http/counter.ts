/**
 * How many requests the server took, by `verb resource` or `verb resource/subresource`, such as
 * `patch repositories.millrace.dev/status`; requests outside of resources count as `get /apis`.
 */
export type Counts = Readonly<Record<string, number>>;

/** Counts requests, whatever became of them. */
export class Counter {
  readonly #counts = new Map<string, number>();

  add(verb: string, subject: string): void {
    const key = `${verb} ${subject}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  counts(): Counts {
    return Object.fromEntries(this.#counts);
  }
}
