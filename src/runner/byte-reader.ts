/** A stream that ended before what it holds did: whoever gave it stopped in the middle. */
export class CutOffError extends Error {
  override readonly name = "CutOffError";
}

/** A run of bytes of a stream, read or passed over. */
export interface Section {
  read(): AsyncIterable<Buffer>;
  /** What was not read yet, at once. */
  whole(): Promise<Buffer>;
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

  /** The bytes may be those of a chunk: they are not to be changed. */
  async take(bytes: number): Promise<Buffer> {
    if (this.#held.length >= bytes) return this.#cut(bytes);
    const parts: Buffer[] = [];
    for (let left = bytes; left > 0; left -= parts.at(-1)!.length) parts.push(await this.#piece(left));
    return Buffer.concat(parts);
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) left -= (await this.#piece(left)).length;
  }

  section(bytes: number): Section {
    let left = bytes;
    const piece = this.#piece.bind(this);
    async function* read(): AsyncIterable<Buffer> {
      while (left > 0) {
        const part = await piece(left);
        left -= part.length;
        yield part;
      }
    }
    const whole = async (): Promise<Buffer> => {
      const rest = left;
      left = 0;
      return this.take(rest);
    };
    const skip = async (): Promise<void> => {
      await this.skip(left);
      left = 0;
    };
    return { read, whole, skip };
  }

  /** Lets the source go, whether it was read to its end or not. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Some of the next bytes: at least one, and at most so many. */
  async #piece(most: number): Promise<Buffer> {
    if (this.#held.length === 0) await this.#fill();
    return this.#cut(most);
  }

  #cut(most: number): Buffer {
    const piece = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(piece.length);
    return piece;
  }

  async #fill(): Promise<void> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) throw new CutOffError("the stream ends in the middle");
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  }
}
