import type { ServerResponse } from "node:http";
import type { Fault } from "../fault.ts";
import type { Sink } from "../verb/watch.ts";

/** A client that is so many bytes behind is dropped: it has to come back and resume. */
const bufferLimit = 8 * 1024 * 1024;

/** Sends a watch's lines as a chunked response, and plays the faults that concern watches. */
export class WatchSink implements Sink {
  readonly #response: ServerResponse;
  readonly #fault: Fault | undefined;
  readonly #reset: () => void;
  #events = 0;
  #silent = false;

  constructor(response: ServerResponse, fault: Fault | undefined, reset: () => void) {
    this.#response = response;
    this.#fault = fault;
    this.#reset = reset;
    response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
    response.flushHeaders();
  }

  write(lines: string): void {
    if (this.#silent || this.#response.destroyed || this.#response.writableEnded) return;
    const text = this.#fault ? this.#spoil(lines, this.#fault) : lines;
    if (text !== "") this.#response.write(text);
    if (this.#response.writableLength > bufferLimit) this.#response.destroy();
  }

  end(): void {
    if (!this.#silent) this.#response.end();
  }

  #spoil(lines: string, fault: Fault): string {
    let passed = "";
    for (const line of lines.split(/(?<=\n)/)) {
      if (line.startsWith('{"type":"BOOKMARK"')) {
        if (fault.do !== "dropBookmarks") passed += line;
        continue;
      }
      if ((fault.do === "silence" || fault.do === "cut") && this.#events >= fault.afterEvents) {
        this.#silent = true;
        if (fault.do === "cut") setImmediate(this.#reset);
        break;
      }
      this.#events += 1;
      passed += line;
    }
    return passed;
  }
}
