import type { Git, GitProcess } from "./command.ts";
import type { GitObject, ObjectType } from "./loose.ts";

interface Waiting {
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

const idleMs = 5_000;
const newline = 0x0a;

/** Reads packed objects of one repository through one `git cat-file --batch`, which ends when nobody asks for a while. */
export class Batch {
  readonly #git: Git;
  readonly #path: string;
  #child: GitProcess | undefined;
  #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes that must be there before the next answer can be taken; 0 while its first line is not known. */
  #wanted = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(git: Git, path: string) {
    this.#git = git;
    this.#path = path;
  }

  /** The object that `name` leads to; undefined where there is none. */
  read(name: string): Promise<GitObject | undefined> {
    if (/[\n\0]/.test(name)) return Promise.resolve(undefined);
    const child = this.#child ?? this.#start();
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    child?.stdin.end();
  }

  #start(): GitProcess {
    const child = this.#git.start(this.#path, ["cat-file", "--batch"]);
    this.#child = child;
    child.stdout.on("data", (chunk: Buffer) => {
      if (this.#child === child) this.#take(chunk);
    });
    child.stderr.resume();
    const lost = (): void => {
      if (this.#child === child) this.#child = undefined;
      const waiting = this.#waiting;
      this.#waiting = [];
      this.#reset();
      for (const each of waiting) each.reject(new Error(`git cat-file in ${this.#path} ended before it answered`));
    };
    child.once("error", lost);
    child.once("close", lost);
    return child;
  }

  #reset(): void {
    this.#chunks = [];
    this.#buffered = 0;
    this.#wanted = 0;
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#buffered > 0 && this.#buffered >= this.#wanted && this.#waiting.length > 0) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      this.#chunks = [all];
      if (!this.#answer(all)) break;
    }
    if (this.#waiting.length === 0) this.#idle = setTimeout(() => this.close(), idleMs).unref();
  }

  #answer(all: Buffer): boolean {
    const end = all.indexOf(newline);
    if (end < 0) return false;
    const [, type = "", size = ""] = all.toString("utf8", 0, end).split(" ");
    const present = /^\d+$/.test(size);
    const total = end + 1 + (present ? Number(size) + 1 : 0);
    if (all.length < total) {
      this.#wanted = total;
      return false;
    }
    const body = Buffer.from(all.subarray(end + 1, Math.max(end + 1, total - 1)));
    this.#wanted = 0;
    this.#chunks = total < all.length ? [all.subarray(total)] : [];
    this.#buffered = all.length - total;
    this.#waiting.shift()!.resolve(present ? { type: type as ObjectType, body } : undefined);
    return true;
  }
}
