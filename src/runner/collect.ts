import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { chmod, lstat, open, readdir, readlink } from "node:fs/promises";
import type { RunFile } from "../reconcilers/runner-port.ts";
import { type BytePath, bytePathOf, isInside, onDisk, shownPath, textOf } from "./byte-path.ts";
import { type Manifest, stampOf, type Unpacked } from "./manifest.ts";

/** A file that differs from what was there before; its content is still where the command left it. */
export interface ChangedFile {
  readonly path: string;
  readonly is: RunFile["mode"] | "Gone";
}

export type Collected =
  | { readonly is: "files"; readonly files: readonly ChangedFile[] }
  | { readonly is: "invalid"; readonly message: string }
  | { readonly is: "tooLarge"; readonly message: string };

export interface CollectOptions {
  readonly root: string;
  readonly before: Manifest;
  readonly most: { readonly bytes: number; readonly files: number };
  readonly signal: AbortSignal;
}

/** Directories are walked without end by nobody: a tree has no more entries than the files before, those of the limit, and this. */
const sparePlaces = 100_000;

/**
 * How a tree differs from what was unpacked into it: by content and by the execute bit of its owner, never by time. Links are not
 * followed. Empty directories do not count. What git cannot hold is named, and nothing is passed over.
 * No process may write to the tree meanwhile.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  try {
    return { is: "files", files: await new Collector(options).files() };
  } catch (error) {
    if (error instanceof Unfit) return { is: error.is, message: error.message };
    if ((error as NodeJS.ErrnoException).code !== "ENAMETOOLONG") throw error;
    return { is: "invalid", message: "it left a path that is too long to be named" };
  }
}

class Unfit extends Error {
  override readonly name = "Unfit";
  readonly is: "invalid" | "tooLarge";

  constructor(is: "invalid" | "tooLarge", message: string) {
    super(message);
    this.is = is;
  }
}

class Collector {
  readonly #options: CollectOptions;
  readonly #changed: ChangedFile[] = [];
  readonly #seen = new Set<BytePath>();
  #bytes = 0;
  #entries = 0;

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  async files(): Promise<readonly ChangedFile[]> {
    const waiting: BytePath[] = [""];
    for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
      this.#options.signal.throwIfAborted();
      waiting.push(...(await this.#compareIn(directory)));
    }
    for (const [path, { mode }] of this.#options.before) {
      if (mode !== "Directory" && !this.#seen.has(path)) this.#count({ path: nameOf(path), is: "Gone" }, 0n);
    }
    return this.#changed.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  }

  /** Gives the directories below. */
  async #compareIn(directory: BytePath): Promise<readonly BytePath[]> {
    const below: BytePath[] = [];
    for (const name of await this.#namesIn(directory)) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (!isInside(name)) throw new Unfit("invalid", `it left ${quoted(path)}, and git keeps nothing called .git`);
      const stats = await lstat(onDisk(this.#options.root, path), { bigint: true });
      if (stats.isDirectory()) below.push(path);
      else await this.#compare(path, stats);
    }
    return below;
  }

  async #namesIn(directory: BytePath): Promise<readonly BytePath[]> {
    const { root, before, most } = this.#options;
    const where = onDisk(root, directory);
    const names = await readable(where, 0o700, () => readdir(where, { encoding: "buffer" }));
    this.#entries += names.length;
    const limit = before.size + most.files + sparePlaces;
    if (this.#entries > limit) throw new Unfit("tooLarge", `it left more than ${limit} files and directories`);
    return names.map(bytePathOf);
  }

  async #compare(path: BytePath, stats: BigIntStats): Promise<void> {
    const before = this.#options.before.get(path);
    this.#seen.add(path);
    const is = kindOf(path, stats);
    if (before?.mode === is && (await this.#isSame(path, before, stats))) return;
    this.#count({ path: nameOf(path), is }, stats.size);
  }

  async #isSame(path: BytePath, before: Unpacked, stats: BigIntStats): Promise<boolean> {
    if (before.mode === "Directory") return false;
    const where = onDisk(this.#options.root, path);
    if (before.mode === "Link") {
      const target = await readlink(where, { encoding: "buffer" });
      return createHash("sha256").update(target).digest("base64") === before.digest;
    }
    if (before.stamp === stampOf(stats)) return true;
    return (await digestOf(where, this.#options.signal)) === before.digest;
  }

  #count(file: ChangedFile, bytes: bigint): void {
    const { most } = this.#options;
    this.#changed.push(file);
    this.#bytes += Number(bytes);
    if (this.#changed.length > most.files) throw new Unfit("tooLarge", `it changed more than ${most.files} files`);
    if (this.#bytes > most.bytes)
      throw new Unfit("tooLarge", `the files that it changed have more than ${most.bytes / 1024 / 1024} MiB together`);
  }
}

function kindOf(path: BytePath, stats: BigIntStats): RunFile["mode"] {
  if (stats.isSymbolicLink()) return "Link";
  if (stats.isFile()) return (stats.mode & 0o100n) === 0n ? "File" : "Executable";
  const what = stats.isSocket() ? "a socket" : stats.isFIFO() ? "a pipe" : "a device";
  throw new Unfit("invalid", `it left ${quoted(path)}, which is ${what}: git has no place for that`);
}

function nameOf(path: BytePath): string {
  const text = textOf(path);
  if (text === undefined) throw new Unfit("invalid", `it changed ${quoted(path)}, and that name is not UTF-8`);
  return text;
}

async function digestOf(where: Buffer, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await readable(where, 0o600, async () => {
    const file = await open(where, "r");
    for await (const part of file.createReadStream({ signal })) hash.update(part as Buffer);
  });
  return hash.digest("base64");
}

/** What a command took from itself with chmod is still ours to read. */
async function readable<T>(where: Buffer, mode: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    await chmod(where, mode);
    return read();
  }
}

const quoted = (path: BytePath): string => `"${shownPath(path)}"`;
