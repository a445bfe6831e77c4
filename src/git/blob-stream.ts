import { MirrorError } from "./failure.ts";

/** Takes apart what `git cat-file --batch` says, without holding more of it than a piece. */
export class BlobStream {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Size of the next object, which has to be taken before the next one is asked for. */
  async next(): Promise<number> {
    let end = this.#rest.indexOf(0x0a);
    while (end < 0) {
      await this.#more();
      end = this.#rest.indexOf(0x0a);
    }
    const [oid, type, length] = this.#rest.toString("latin1", 0, end).split(" ");
    this.#rest = this.#rest.subarray(end + 1);
    const size = Number(length);
    if (type !== "blob" || !Number.isSafeInteger(size)) throw new MirrorError(`the mirror lacks file ${oid}`);
    return size;
  }

  /** The content of the object that is next, piece by piece. */
  async *content(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) await this.#more();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
    if (this.#rest.length === 0) await this.#more();
    this.#rest = this.#rest.subarray(1); // The newline after it.
  }

  /** The same in one piece: for what is known to be small. */
  async whole(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.content(size)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Ends where it comes from. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw new MirrorError("git ended before it gave all files");
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
  }
}
