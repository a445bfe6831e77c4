import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** A full name (`refs/heads/main`) and what it points to. */
export interface Ref {
  readonly name: string;
  readonly sha: string;
}

/** The ref is not where the caller thought, or another writer holds it right now. */
export class RefMoved extends Error {
  constructor(name: string, expected: string | null, found: string | null) {
    super(`${name} is at ${found ?? "nothing"} and not at ${expected ?? "nothing"}: read it again`);
    this.name = "RefMoved";
  }
}

/** A ref cannot have this name beside those that there are: `a` and `a/b` exclude each other. */
export class RefNameTaken extends Error {
  constructor(name: string) {
    super(`${name} cannot be made: another ref's name is a folder of it, or the other way round`);
    this.name = "RefNameTaken";
  }
}

const isBadPart = (part: string): boolean => part === "" || part.startsWith(".") || part.endsWith(".lock");
const isBadCharacter = (character: string): boolean =>
  character <= " " || character === "\x7f" || "~^:?*[\\".includes(character);

/** Whether git would take this as a ref's full name (git check-ref-format): two levels below `refs/` and no tricks. */
export function isSafeRef(name: string): boolean {
  if (!/^refs\/[^/]+\/./.test(name) || /\.\.|@\{|\.$/.test(name)) return false;
  return !name.split("/").some(isBadPart) && ![...name].some(isBadCharacter);
}

const shaPattern = /^[0-9a-f]{40}$/;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** Runs `read`; undefined where the file is not there. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * The refs of one bare repository, in git's files format and with git's own locks, so that `git receive-pack` and the
 * forge can write side by side. Synchronous: each call touches a file or two.
 */
export class Refs {
  readonly #directory: string;
  #packed: { readonly stamp: string; readonly refs: ReadonlyMap<string, string> } | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Where a ref points; undefined where there is none, and for what can be no ref's name. */
  get(name: string): string | undefined {
    if (!isSafeRef(name)) return undefined;
    return this.#loose(name) ?? this.#packedRefs().get(name);
  }

  /** Whether there is a branch; `likely` is looked for first. */
  hasBranch(likely: string): boolean {
    return this.get(`refs/heads/${likely}`) !== undefined || this.list("refs/heads/").length > 0;
  }

  /** All refs whose full name begins with `prefix`, by name. Folders that cannot hold one are not read. */
  list(prefix: string): readonly Ref[] {
    if (prefix.includes("..")) return [];
    const found = new Map([...this.#packedRefs()].filter(([name]) => name.startsWith(prefix)));
    this.#walk("refs", prefix, (name) => {
      const sha = this.#loose(name);
      if (sha) found.set(name, sha);
    });
    return [...found].map(([name, sha]) => ({ name, sha })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Points `name` at `sha` if it is at `expected` now (null: if there is none). Throws RefMoved where it is not, and
   * RefNameTaken where the name cannot be.
   */
  update(name: string, sha: string, expected: string | null): void {
    if (!isSafeRef(name)) throw new Error(`${JSON.stringify(name)} cannot be a ref's name: the caller checks that`);
    this.#demandFreeName(name, expected);
    const lock = this.#lock(name, expected);
    try {
      const found = this.get(name) ?? null;
      if (found !== expected) throw new RefMoved(name, expected, found);
      writeSync(lock.descriptor, `${sha}\n`);
      renameSync(lock.path, join(this.#directory, name));
    } catch (error) {
      rmSync(lock.path, { force: true });
      if (["EISDIR", "ENOTEMPTY", "EEXIST"].includes(codeOf(error))) throw new RefNameTaken(name);
      throw error;
    } finally {
      closeSync(lock.descriptor);
    }
  }

  #demandFreeName(name: string, expected: string | null): void {
    if (expected !== null) return;
    const parts = name.split("/");
    for (let length = 3; length < parts.length; length += 1) {
      if (this.get(parts.slice(0, length).join("/"))) throw new RefNameTaken(name);
    }
    const path = join(this.#directory, name);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    if (this.list(`${name}/`).length > 0) throw new RefNameTaken(name);
    rmSync(path, { recursive: true });
  }

  #lock(name: string, expected: string | null): { readonly path: string; readonly descriptor: number } {
    const path = join(this.#directory, `${name}.lock`);
    for (let attempt = 0; ; attempt += 1) {
      try {
        mkdirSync(dirname(path), { recursive: true });
        return { path, descriptor: openSync(path, "wx") };
      } catch (error) {
        if (codeOf(error) === "EEXIST") throw new RefMoved(name, expected, this.get(name) ?? null);
        // Git removes empty folders when it deletes a ref, perhaps between the two calls above.
        if (codeOf(error) !== "ENOENT" || attempt > 5) throw error;
      }
    }
  }

  #loose(name: string): string | undefined {
    const text = ifThere(() => readFileSync(join(this.#directory, name), "latin1"))?.trim();
    return text !== undefined && shaPattern.test(text) ? text : undefined;
  }

  #walk(folder: string, prefix: string, found: (name: string) => void): void {
    for (const entry of ifThere(() => readdirSync(join(this.#directory, folder), { withFileTypes: true })) ?? []) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`)) this.#walk(name, prefix, found);
      } else if (name.startsWith(prefix) && !name.endsWith(".lock")) {
        found(name);
      }
    }
  }

  #packedRefs(): ReadonlyMap<string, string> {
    const path = join(this.#directory, "packed-refs");
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return new Map();
    const stamp = `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (this.#packed?.stamp === stamp) return this.#packed.refs;
    const refs = new Map<string, string>();
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const [sha = "", name] = line.split(" ");
      if (name && shaPattern.test(sha)) refs.set(name, sha);
    }
    this.#packed = { stamp, refs };
    return refs;
  }
}
