import { joined } from "./bytes.ts";

const newline = 0x0a;

/** Cuts a stream of bytes into lines, without their ends. A line that the stream ends in the middle of is not given. */
export class LineCutter {
  #parts: Buffer[] = [];

  /** The lines that this chunk completes. */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const tail = chunk.subarray(from, end);
      from = end + 1;
      if (this.#parts.length === 0) yield tail.toString();
      else {
        this.#parts.push(tail);
        const line = joined(this.#parts).toString();
        this.#parts = [];
        yield line;
      }
    }
    if (from < chunk.length) this.#parts.push(chunk.subarray(from));
  }

  /** Whether something was left over. */
  get unfinished(): boolean {
    return this.#parts.length > 0;
  }
}
