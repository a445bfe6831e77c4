/** How many unread chunks make the sender wait. */
const maxUnread = 64;

/** Who can be asked to stop sending for a while. */
export interface Tap {
  readonly paused: boolean;
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Chunks between the socket that they arrive on and the one who reads them. */
export class ChunkQueue {
  readonly #unread: Buffer[] = [];
  #tap: Tap | undefined;
  #end: { readonly error?: Error } | undefined;
  #wake: (() => void) | undefined;

  /** Where the chunks come from. */
  from(tap: Tap): void {
    this.#tap = tap;
  }

  push(chunk: Buffer): void {
    if (this.#unread.push(chunk) >= maxUnread) this.#tap?.pause();
    this.#wake?.();
  }

  /** No more chunks: all is there, or it broke. */
  end(error?: Error): void {
    this.#end = error ? { error } : {};
    this.#wake?.();
  }

  /** What arrives, in order. Leaving the loop early breaks the connection, as the rest is of no use. */
  async *read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const chunk = this.#unread.shift();
        if (chunk) yield chunk;
        else if (this.#end) break;
        else await this.#arrival();
      }
      if (this.#end?.error) throw this.#end.error;
    } finally {
      if (!this.#end) this.#tap?.abort(new Error("nobody reads any more"));
    }
  }

  #arrival(): Promise<void> {
    if (this.#tap?.paused) this.#tap.resume();
    return new Promise((heard) => {
      this.#wake = heard;
    });
  }
}
