import { ForgeError } from "../reconcilers/errors.ts";

interface Wanted {
  readonly oid: string;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Waited for company before a fetch, which takes at least ten times as long. */
const gatherMs = 4;

/** Gathers the objects that are wanted while a fetch is under way, and fetches them together in the next one. */
export class MissingObjects {
  readonly #fetch: (oids: readonly string[]) => Promise<void>;
  #wanted: Wanted[] = [];
  #isFetching = false;

  /** `fetch` brings these objects into the mirror, or rejects. */
  constructor(fetch: (oids: readonly string[]) => Promise<void>) {
    this.#fetch = fetch;
  }

  /** Resolves when the object was fetched. An aborted signal lets go of the wait, not of the fetch. */
  want(oid: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      const done = (): void => signal.removeEventListener("abort", abort);
      this.#wanted.push({
        oid,
        resolve: () => {
          done();
          resolve();
        },
        reject: (reason) => {
          done();
          reject(reason);
        },
      });
      if (this.#isFetching) return;
      this.#isFetching = true;
      setTimeout(() => this.#work().catch(reject), gatherMs);
    });
  }

  async #work(): Promise<void> {
    try {
      while (this.#wanted.length > 0) await this.#batch(this.#wanted.splice(0, 1_000));
    } finally {
      this.#isFetching = false;
    }
  }

  async #batch(batch: readonly Wanted[]): Promise<void> {
    try {
      await this.#fetch([...new Set(batch.map(({ oid }) => oid))]);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const isRefused = error instanceof ForgeError && error.code === "rejected";
      // One that the host does not have must not fail the others.
      if (isRefused && batch.length > 1) for (const each of batch) await this.#batch([each]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
