import { ForgeError } from "../reconcilers/errors.ts";
import type { EntryMode } from "../reconcilers/git-port.ts";

/** One line of a tree. `mode` is git's own: 100644, 100755, 120000 (symbolic link), 160000 (submodule), 40000 (folder). */
export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
}

/** Entries by name. Names are latin1 strings of git's own bytes, so that every name survives unchanged. */
export type Tree = ReadonlyMap<string, TreeEntry>;

export const folderMode = "40000";
export const fileMode = "100644";
export const linkMode = "120000";
/** The tree with nothing in it, which git knows without storing it. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** What the Git port calls the mode of an entry. */
export function entryMode(mode: string): EntryMode {
  if (mode === folderMode) return "Directory";
  if (mode === linkMode) return "Link";
  if (mode === "160000") return "Submodule";
  // As git itself reads it: old trees hold 100664 and the like.
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "File" : "Executable";
}

/** Git's own mode of a file or link. */
export const gitModes = { File: fileMode, Executable: "100755", Link: linkMode } as const;

/** What an entry is, in words that complete "is …". */
export function describeMode(mode: string): "a file" | "a folder" | "a symbolic link" | "a submodule" {
  if (mode === folderMode) return "a folder";
  if (mode === linkMode) return "a symbolic link";
  return mode === "160000" ? "a submodule" : "a file";
}

/** Git's bytes for a name. */
export const nameBytes = (name: string): string => Buffer.from(name, "utf8").toString("latin1");

/** A name or path of git's bytes, for people: what is not UTF-8 is replaced. */
export const shownName = (name: string): string => Buffer.from(name, "latin1").toString("utf8");

/** The names in a folder, sorted, for people; those of folders end with a slash. */
export const namesIn = (tree: Tree): readonly string[] =>
  [...tree].map(([name, { mode }]) => `${shownName(name)}${mode === folderMode ? "/" : ""}`).sort();

/** Reads the data of a tree object. Rejects, with a ForgeError, one that is broken: writing it again would lose something. */
export function parseTree(data: Buffer): Tree {
  const tree = new Map<string, TreeEntry>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const end = data.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > data.length) throw broken("is cut off");
    const mode = data.toString("latin1", at, space).replace(/^0+/, "");
    const name = data.toString("latin1", space + 1, end);
    if (tree.has(name)) throw broken("has two entries of one name");
    tree.set(name, { mode, oid: data.toString("hex", end + 1, end + 21) });
    at = end + 21;
  }
  return tree;
}

const broken = (how: string): ForgeError =>
  new ForgeError("rejected", `a folder in the repository ${how}: repair its history`);

/** The data of a tree object, in git's order: a folder sorts as if its name ended with a slash. */
export function formatTree(tree: Tree): Buffer {
  const sortedAs = ([name, { mode }]: [string, TreeEntry]): string => (mode === folderMode ? `${name}/` : name);
  const entries = [...tree].sort((a, b) => (sortedAs(a) < sortedAs(b) ? -1 : 1));
  return Buffer.concat(
    entries.flatMap(([name, { mode, oid }]) => [Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.from(oid, "hex")]),
  );
}
