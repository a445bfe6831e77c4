import type { Answer } from "./answer.ts";

interface Cached {
  readonly answer: Answer;
  readonly etag: string;
  readonly bytes: number;
}

/** Answers by address, as long as there is room: the host is asked whether they still hold, which costs no quota. */
export class AnswerCache {
  /** In the order of last use. */
  readonly #answers = new Map<string, Cached>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  /** What the host said last, with its mark. */
  get(address: string): Cached | undefined {
    const cached = this.#answers.get(address);
    if (!cached) return undefined;
    this.#answers.delete(address);
    this.#answers.set(address, cached);
    return cached;
  }

  /** Keeps an answer that has a mark to ask by. */
  keep(address: string, answer: Answer): void {
    this.#drop(address);
    const { etag } = answer.headers;
    if (etag === undefined || answer.status !== 200) return;
    const bytes = Buffer.byteLength(answer.text) + address.length + 512;
    if (bytes > this.#maxBytes / 8) return;
    this.#answers.set(address, { answer, etag, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(address: string): void {
    this.#bytes -= this.#answers.get(address)?.bytes ?? 0;
    this.#answers.delete(address);
  }
}
