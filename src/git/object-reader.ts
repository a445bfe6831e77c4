import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { ForgeError } from "../reconcilers/errors.ts";
import { MirrorError, toForgeError } from "./failure.ts";
import { isObjectId } from "./pack.ts";
import { collect, endGroup, maxErrorBytes, startGit, unstartable } from "./process.ts";

export interface GitObject {
  readonly type: string;
  readonly data: Buffer;
}

interface Waiting {
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Largest object that is read into memory. */
const maxBytes = 64 * 1024 * 1024;

/** The object is there, and is more than fits into memory. */
export class TooLarge extends ForgeError {}

/** A `git cat-file --batch` that stays: an object in a fraction of a millisecond. It never fetches. */
export class ObjectReader {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes that are needed before reading on makes sense. */
  #need = 1;
  #ended = false;

  constructor(directory: string, env: Readonly<Record<string, string>>) {
    this.#child = startGit({ args: [`--git-dir=${directory}`, "cat-file", "--batch"], env, cwd: directory });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    const said = collect(this.#child, "stderr", maxErrorBytes, () => undefined);
    this.#child.stdin?.on("error", () => undefined); // Its end is heard of below.
    this.#child.once("error", (error) => {
      this.#end(existsSync(directory) ? unstartable(error, { env }) : new MirrorError("the mirror is gone"));
    });
    this.#child.once("close", (code) => {
      const stderr = said().toString("utf8").replaceAll(directory, "the mirror");
      this.#end(toForgeError({ doing: "read the mirror", stderr, code: code ?? undefined, secrets: [] }));
    });
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Undefined when the mirror does not have it. `oid` is a full object id. */
  read(oid: string): Promise<GitObject | undefined> {
    if (!isObjectId(oid)) return Promise.reject(new ForgeError("rejected", `${oid} is not an object id`));
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new ForgeError("unavailable", "the reader of git objects has ended"));
      this.#waiting.push({ resolve, reject });
      this.#child.stdin?.write(`${oid}\n`);
    });
  }

  /** Ends the process. Who still waits is rejected. */
  close(): void {
    if (!this.#ended) endGroup(this.#child);
    this.#end(new ForgeError("unavailable", "the reader of git objects was closed"));
  }

  #end(reason: Error): void {
    this.#ended = true;
    this.#chunks = [];
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= this.#need && this.#waiting.length > 0) {
      const buffer = Buffer.concat(this.#chunks);
      const used = this.#answer(buffer);
      this.#chunks = used === buffer.length ? [] : [buffer.subarray(used)];
      this.#bytes = buffer.length - used;
      if (used === 0) return;
    }
  }

  /** Gives one answer to who waits first. Returns how many bytes it took; 0 when it is not there as a whole. */
  #answer(buffer: Buffer): number {
    const newline = buffer.indexOf(0x0a);
    if (newline < 0) {
      this.#need = buffer.length + 1;
      return 0;
    }
    const [, type = "", length] = buffer.toString("latin1", 0, newline).split(" ");
    const size = Number(length);
    if (length === undefined || !Number.isSafeInteger(size)) return this.#give(undefined, newline + 1);
    if (size > maxBytes) {
      this.#waiting.shift()?.reject(new TooLarge("rejected", `it has ${size} bytes, and ${maxBytes} is the most`));
      this.close();
      return buffer.length;
    }
    const end = newline + 1 + size;
    if (buffer.length <= end) {
      this.#need = end + 1;
      return 0;
    }
    return this.#give({ type, data: Buffer.from(buffer.subarray(newline + 1, end)) }, end + 1);
  }

  #give(object: GitObject | undefined, used: number): number {
    this.#need = 1;
    this.#waiting.shift()?.resolve(object);
    return used;
  }
}
