/** A stream that ended before what it holds did: whoever gave it stopped in the middle. */
export class CutOffError extends Error {
  override readonly name = "CutOffError";
}

/** A run of bytes of a stream, read or passed over. */
export interface Section {
  read(): AsyncIterable<Buffer>;
  /** Passes over what was not read. */
  skip(): Promise<void>;
}

/** Takes a stream of chunks apart by numbers of bytes. Rejects with a CutOffError where the stream ends before. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.#pieces(() => bytes - parts.reduce((sum, { length }) => sum + length, 0))) {
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async skip(bytes: number): Promise<void> {
    let left = bytes;
    for await (const part of this.#pieces(() => left)) left -= part.length;
  }

  section(bytes: number): Section {
    let left = bytes;
    const pieces = this.#pieces.bind(this);
    async function* read(): AsyncIterable<Buffer> {
      for await (const part of pieces(() => left)) {
        left -= part.length;
        yield part;
      }
    }
    const skip = async (): Promise<void> => {
      await this.skip(left);
      left = 0;
    };
    return { read, skip };
  }

  /** Lets the source go, whether it was read to its end or not. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Pieces until nothing is wanted any more; each no longer than what is wanted then. */
  async *#pieces(wanted: () => number): AsyncIterable<Buffer> {
    for (let want = wanted(); want > 0; want = wanted()) {
      if (this.#held.length === 0) await this.#fill();
      const piece = this.#held.subarray(0, want);
      this.#held = this.#held.subarray(piece.length);
      yield piece;
    }
  }

  async #fill(): Promise<void> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) throw new CutOffError("the stream ends in the middle");
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  }
}
