interface Bucket {
  tokens: number;
  /** Milliseconds at which `tokens` was right. */
  at: number;
}

/** As many buckets as this are kept; the one that was used longest ago is full again, or nearly. */
const mostBuckets = 4_096;

/** A token bucket for each key: `burst` at once, then one every `refillMs`. */
export class TokenBuckets {
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ burst, refillMs }: { readonly burst: number; readonly refillMs: number }) {
    this.#burst = burst;
    this.#refillMs = refillMs;
  }

  /** Takes a token; false when there is none. `now` is in milliseconds. */
  take(key: string, now: number): boolean {
    const bucket = this.#refilled(key, now);
    this.#keep(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #refilled(key: string, now: number): Bucket {
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: this.#burst, at: now };
    // A clock that was set back gives nothing, and takes nothing.
    const gained = Math.max(0, now - at) / this.#refillMs;
    return { tokens: Math.min(this.#burst, tokens + gained), at: now };
  }

  /** Last used, last in the map. */
  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > mostBuckets) this.#buckets.delete(this.#buckets.keys().next().value as string);
  }
}
