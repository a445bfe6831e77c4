import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lchown, mkdir, open, symlink } from "node:fs/promises";
import { type BytePath, bytePathOf, isInside, onDisk, shownPath } from "./byte-path.ts";
import { type Manifest, stampOf, type Unpacked } from "./manifest.ts";
import { readTar, type TarEntry } from "./tar.ts";
import { TarError } from "./tar-header.ts";

/** A user of this machine, by number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface UnpackOptions {
  /** An empty directory. */
  readonly into: string;
  /** To whom everything is given; by default it stays ours. */
  readonly owner: Owner | undefined;
  readonly most: { readonly bytes: number; readonly entries: number };
  readonly signal: AbortSignal;
}

/**
 * Files up to this are held in memory, several at a time; larger ones are written as they come. Calls that block would take less
 * of the processor, but everybody else would stand still while the disk is busy.
 */
const smallBytes = 256 * 1024;
const writersAtOnce = 16;

/**
 * Writes what a tar stream holds into a directory and tells what it wrote. Nothing is written through a link, outside of the
 * directory, or twice: such a stream, or one beyond the bounds, ends with a TarError and leaves what it wrote so far.
 */
export async function unpack(stream: AsyncIterable<Uint8Array>, options: UnpackOptions): Promise<Manifest> {
  const { most, signal } = options;
  const unpacker = new Unpacker(options);
  let bytes = 0;
  try {
    for await (const entry of readTar(stream)) {
      signal.throwIfAborted();
      bytes += entry.size;
      if (bytes > most.bytes) throw new TarError(`the files have more than ${most.bytes} bytes together`);
      if (unpacker.manifest.size >= most.entries) throw new TarError(`there are more than ${most.entries} files`);
      await unpacker.add(entry);
    }
  } finally {
    await unpacker.settle();
  }
  return unpacker.manifest;
}

class Unpacker {
  readonly manifest = new Map<BytePath, Unpacked>();
  readonly #options: UnpackOptions;
  readonly #writing = new Set<Promise<void>>();
  #failure: unknown;

  constructor(options: UnpackOptions) {
    this.#options = options;
  }

  async add(entry: TarEntry): Promise<void> {
    const path = bytePathOf(entry.name).replace(/^\.\//, "").replace(/\/$/, "");
    if (path === "" || path === ".") return; // The root itself, as tar's own tools write it.
    if (!isInside(path)) throw new TarError(`${quoted(path)} leads out of the directory, or into a .git`);
    await this.#above(path);
    if (entry.is === "Directory") return this.#directory(path);
    if (this.manifest.has(path)) throw new TarError(`${quoted(path)} is there twice`);
    if (entry.is === "Link") return this.#link(path, entry.target);
    if (entry.size > smallBytes) return this.#file(path, entry.is, entry.content());
    const content = await entry.whole();
    await this.#later(this.#file(path, entry.is, [content]));
  }

  /** Resolves when nothing is under way any more; rejects with the first failure of what was. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Makes the directories above. What is none, such as a link, ends it. */
  async #above(path: BytePath): Promise<void> {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      await this.#directory(path.slice(0, slash));
    }
  }

  async #directory(path: BytePath): Promise<void> {
    const known = this.manifest.get(path);
    if (known?.mode === "Directory") return;
    if (known) throw new TarError(`${quoted(path)} is a file and a directory at once`);
    const where = onDisk(this.#options.into, path);
    await mkdir(where, 0o755);
    await this.#giveAway(where);
    this.manifest.set(path, { mode: "Directory" });
  }

  async #link(path: BytePath, target: Buffer): Promise<void> {
    const where = onDisk(this.#options.into, path);
    await symlink(target, where);
    await this.#giveAway(where);
    this.manifest.set(path, { mode: "Link", digest: createHash("sha256").update(target).digest("base64") });
  }

  async #file(path: BytePath, mode: "File" | "Executable", content: Parts): Promise<void> {
    // Taken at once, so that a second entry of this name is seen before the first is written.
    this.manifest.set(path, { mode, digest: "", stamp: "0:0:0" });
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    const permissions = mode === "Executable" ? 0o755 : 0o644;
    const where = onDisk(this.#options.into, path);
    const file = await open(where, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, permissions);
    try {
      const digest = await write(file, content);
      const { owner } = this.#options;
      if (owner) await file.chown(owner.uid, owner.gid);
      this.manifest.set(path, { mode, digest, stamp: stampOf(await file.stat({ bigint: true })) });
    } finally {
      await file.close();
    }
  }

  async #giveAway(where: Buffer): Promise<void> {
    const { owner } = this.#options;
    if (owner) await lchown(where, owner.uid, owner.gid);
  }

  /** Waits only while too many are under way; what fails is told at the next call, or at the end. */
  async #later(job: Promise<void>): Promise<void> {
    const running: Promise<void> = job
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#writing.delete(running));
    this.#writing.add(running);
    if (this.#writing.size >= writersAtOnce) await Promise.race(this.#writing);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

type Parts = AsyncIterable<Buffer> | readonly Buffer[];

/** Gives the SHA-256 of what it wrote. */
async function write(file: FileHandle, content: Parts): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of content) {
    hash.update(part);
    await file.writeFile(part);
  }
  return hash.digest("base64");
}

const quoted = (path: BytePath): string => `"${shownPath(path)}"`;
