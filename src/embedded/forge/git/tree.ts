import type { BareRepository } from "./bare.ts";
import { parseTree, type TreeEntry, writeTree } from "./object.ts";

/** A change of one path: an entry to be there (a blob, a folder, a link, a submodule), or null for it to be gone. */
export type TreeEdit = { readonly path: string; readonly entry: Pick<TreeEntry, "mode" | "sha"> | null };

/** The entries of a tree; undefined where `sha` is no tree. */
export async function readTree(repository: BareRepository, sha: string): Promise<readonly TreeEntry[] | undefined> {
  const object = await repository.read(sha);
  return object?.type === "tree" ? parseTree(object.body) : undefined;
}

/** The entry at `path` below a tree; undefined where there is none. The empty path is the tree itself. */
export async function entryAt(
  repository: BareRepository,
  tree: string,
  path: string,
): Promise<Pick<TreeEntry, "mode" | "sha"> | undefined> {
  let entry: Pick<TreeEntry, "mode" | "sha"> | undefined = { mode: "040000", sha: tree };
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (entry?.mode !== "040000") return undefined;
    entry = (await readTree(repository, entry.sha))?.find((each) => each.name === name);
  }
  return entry;
}

/**
 * Writes the tree that `base` (null: the empty tree) becomes by `edits`, reading and writing only folders on the way to
 * them. A folder that loses its last file goes with it, as in git. Undefined where nothing is left.
 */
export async function editTree(
  repository: BareRepository,
  base: string | null,
  edits: readonly TreeEdit[],
): Promise<string | undefined> {
  const before = base === null ? [] : ((await readTree(repository, base)) ?? []);
  const entries = new Map(before.map((entry) => [entry.name, entry]));
  const below = new Map<string, TreeEdit[]>();
  for (const edit of edits) {
    const [name = "", ...rest] = edit.path.split("/");
    if (rest.length > 0) below.set(name, [...(below.get(name) ?? []), { ...edit, path: rest.join("/") }]);
    else if (edit.entry) entries.set(name, { ...edit.entry, name });
    else entries.delete(name);
  }
  for (const [name, inside] of below) {
    const old = entries.get(name);
    const sha = await editTree(repository, folderOf(old), inside);
    if (sha) entries.set(name, { mode: "040000", name, sha });
    else entries.delete(name);
  }
  return entries.size > 0 ? writeTree(repository, [...entries.values()]) : undefined;
}

const folderOf = (entry: TreeEntry | undefined): string | null => (entry?.mode === "040000" ? entry.sha : null);

/** Calls `found` for every entry below a tree, folders before what is in them. */
export async function walkTree(
  repository: BareRepository,
  tree: string,
  found: (path: string, entry: TreeEntry) => void,
  prefix = "",
): Promise<void> {
  for (const entry of (await readTree(repository, tree)) ?? []) {
    const path = prefix + entry.name;
    found(path, entry);
    if (entry.mode === "040000") await walkTree(repository, entry.sha, found, `${path}/`);
  }
}
