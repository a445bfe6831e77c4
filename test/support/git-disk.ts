import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { parseCommit, signaturesOf } from "../../src/git/commit-object.ts";
import { entryMode, parseTree, shownName } from "../../src/git/tree.ts";
import { commitBody, type Files, withMode, writeTree } from "./git-objects.ts";
import type { MemoryCommit, MemoryRepository } from "./memory-host.ts";

const settings = `[core]
	repositoryformatversion = 0
	bare = true
	fsync = none
[receive]
	autogc = false
[gc]
	auto = 0
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
`;

/**
 * A real bare repository on disk that goes with one of the memory host: what people do there is written to it, and what
 * git brought into it is read back. No process is needed for either.
 */
export class DiskRepository {
  readonly directory: string;
  readonly #memory: MemoryRepository;

  constructor(directory: string, memory: MemoryRepository) {
    this.directory = directory;
    this.#memory = memory;
    mkdirSync(join(directory, "objects"), { recursive: true });
    for (const space of ["heads", "tags"]) mkdirSync(join(directory, "refs", space), { recursive: true });
    writeFileSync(join(directory, "HEAD"), "ref: refs/heads/main\n");
    writeFileSync(join(directory, "config"), settings);
  }

  /** Branches as they are on disk. */
  heads(): Map<string, string> {
    return this.#refs("heads");
  }

  /** Tags as they are on disk. */
  tags(): Map<string, string> {
    return this.#refs("tags");
  }

  #refs(space: "heads" | "tags"): Map<string, string> {
    const folder = join(this.directory, "refs", space);
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(
      names
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .filter((file) => !file.endsWith(".lock"))
        .map((file) => [file.slice(folder.length + 1), readFileSync(file, "latin1").trim()]),
    );
  }

  /** Writes what memory has and the disk has not. */
  write(): void {
    this.#writeRefs("heads", this.#memory.heads);
    this.#writeRefs("tags", this.#memory.tags);
  }

  #writeRefs(space: "heads" | "tags", refs: ReadonlyMap<string, string>): void {
    const there = this.#refs(space);
    const fileOf = (name: string): string => join(this.directory, "refs", space, name);
    for (const [name, sha] of refs) {
      if (there.get(name) === sha) continue;
      this.#writeCommit(sha);
      mkdirSync(dirname(fileOf(name)), { recursive: true });
      writeFileSync(fileOf(name), `${sha}\n`);
    }
    for (const name of there.keys()) if (!refs.has(name)) rmSync(fileOf(name));
  }

  /** Reads a commit with all that leads to it, where memory lacks it. */
  read(sha: string): void {
    if (this.#memory.commits.has(sha)) return;
    const data = this.object(sha);
    const { tree, parents, message, authorEmail: email, committedAt: at } = parseCommit(sha, data);
    for (const parent of parents) this.read(parent);
    const { name } = signaturesOf(data).author;
    const commit = { sha, tree, parents, message, author: { name, email }, at, files: this.#files(tree) };
    this.#memory.commits.set(sha, commit);
  }

  /** The data of an object that has a file of its own. */
  object(oid: string): Buffer {
    const data = inflateSync(readFileSync(this.#file(oid)));
    return data.subarray(data.indexOf(0) + 1);
  }

  #files(tree: string, at = "", into = new Map<string, Uint8Array>()): Files {
    for (const [name, { mode, oid }] of parseTree(this.object(tree))) {
      const [path, kind] = [`${at}${shownName(name)}`, entryMode(mode)];
      if (kind === "Directory") this.#files(oid, `${path}/`, into);
      else if (kind !== "Submodule") into.set(path, withMode(this.object(oid), kind));
    }
    return into;
  }

  #writeCommit(sha: string): void {
    if (existsSync(this.#file(sha))) return;
    const commit: MemoryCommit = this.#memory.commits.get(sha)!;
    for (const parent of commit.parents) this.#writeCommit(parent);
    writeTree(commit.files, (type, id, body) => this.#writeObject(id, type, body));
    this.#writeObject(sha, "commit", commitBody(commit));
  }

  #writeObject(id: string, type: string, body: Uint8Array): void {
    const file = this.#file(id);
    if (existsSync(file)) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, deflateSync(Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]), { level: 1 }));
  }

  #file(oid: string): string {
    return join(this.directory, "objects", oid.slice(0, 2), oid.slice(2));
  }
}
