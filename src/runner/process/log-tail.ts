/** The end of what a command wrote. */
export class LogTail {
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;

  /** All that was written so far, whether it is kept or not. */
  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const all = chunk.length >= tailBytes ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#tail = Buffer.from(all.subarray(-tailBytes));
  }

  /** As text: no colours, no control characters but tabs and ends of lines, no half a character at its start. */
  text(): string {
    const cut = this.#bytes > this.#tail.length;
    const text = this.#tail.toString("utf8").replace(cut ? /^\uFFFD+/ : /(?!)/, "");
    return text.replace(escapes, "").replace(/\r\n?/g, "\n").replace(controls, "").trim();
  }
}

const tailBytes = 2 * 1024;
/** Sequences that steer a terminal: CSI, OSC and the short ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
/** Control characters, and those that change the direction of text. */
const controls = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;
