import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Gate } from "./gate.ts";

/** Where the remote's branches and tags are in a mirror: apart from anything of ours, so that pruning finds only them. */
export const mirrored = "refs/mirror/";

/** What is on disk of one remote, and what is remembered of it while the process lives. */
export class Mirror {
  readonly directory: string;
  /** Held by whoever writes. */
  readonly gate = new Gate(1);
  /** Digest of the mirrored refs; undefined until they were read. */
  digest: string | undefined;
  /** Tags that do not point at a commit in the end. */
  odd: ReadonlySet<string> = new Set();
  /** Commits that tags finally point at, by what the ref holds; undefined where that is no commit. */
  peeled: ReadonlyMap<string, string | undefined> = new Map();
  /** Where the host says that the repository is now, if it is not where we ask. */
  movedTo: string | undefined;
  /** Whether `digest` could not be had by asking for refs directly, in protocol version 2. */
  isOld = false;
  /** Writes since it was last packed together. */
  writes = 0;

  constructor(directory: string) {
    this.directory = directory;
  }
}

/** Name of the folder for a remote: readable, safe on every file system, and its own for each id. */
export function folderOf(id: string): string {
  const readable = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return `${readable.slice(0, 60)}-${createHash("sha256").update(id).digest("hex").slice(0, 16)}.git`;
}

/** Makes an empty bare repository, whole or not at all. `git init` would add samples that nobody needs. */
export async function makeMirror(directory: string): Promise<void> {
  if (existsSync(join(directory, "HEAD"))) return;
  await rm(directory, { recursive: true, force: true });
  const draft = `${directory}.${randomUUID()}.new`;
  await mkdir(join(draft, "objects", "pack"), { recursive: true });
  await mkdir(join(draft, "refs"));
  // The format of every repository since 2005. A branch that cannot exist: nothing here is ever checked out.
  await writeFile(join(draft, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfilemode = true\n");
  await writeFile(join(draft, "HEAD"), "ref: refs/heads/none\n");
  await rename(draft, directory);
}

/** Puts a broken mirror aside, where a person can look at it; the one before it goes. */
export async function putAside(directory: string): Promise<void> {
  const aside = `${directory}.broken`;
  await rm(aside, { recursive: true, force: true });
  if (existsSync(directory)) await rename(directory, aside);
}

/** Removes what a process that died left behind: locks and half-written packs. Nobody else may be at work here. */
export async function tidy(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const left = names.filter((name) => name.endsWith(".lock") || /(^|\/)tmp_(pack|idx|obj|rev)_[^/]*$/.test(name));
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })));
}

/** Number of packs. Many make every look slower. */
export async function packCount(directory: string): Promise<number> {
  const names = await readdir(join(directory, "objects", "pack")).catch(() => []);
  return names.filter((name) => name.endsWith(".pack")).length;
}
