import { ForgeError } from "../reconcilers/errors.ts";
import type { FileChange } from "../reconcilers/git-port.ts";
import { type NewObject, objectId } from "./pack.ts";
import { describeMode, fileMode, folderMode, formatTree, nameBytes, type Tree, type TreeEntry } from "./tree.ts";
import { pathFault } from "./tree-path.ts";

/** What shall happen below one folder: to files in it by name, and in folders in it. */
interface FolderEdit {
  readonly files: Map<string, Uint8Array | undefined>;
  readonly folders: Map<string, FolderEdit>;
}

export interface EditedTree {
  readonly oid: string;
  /** Files and trees that are new, each before what refers to it. */
  readonly objects: readonly NewObject[];
}

/**
 * The tree with these changes. Reads only the folders on the way to a change. A file keeps its mode; an emptied
 * folder goes. Refuses, with a ForgeError, paths that are not plain files below plain folders.
 */
export async function editTree(
  oid: string,
  changes: readonly FileChange[],
  readTree: (oid: string) => Promise<Tree>,
): Promise<EditedTree> {
  const objects: NewObject[] = [];
  const store = (object: NewObject): string => {
    objects.push(object);
    return objectId(object);
  };
  const top = gather(changes);
  const edited = await editFolder(oid, top, "", { readTree, store });
  return { oid: edited ?? store({ type: "tree", data: Buffer.alloc(0) }), objects };
}

function gather(changes: readonly FileChange[]): FolderEdit {
  const top: FolderEdit = { files: new Map(), folders: new Map() };
  for (const { path, content } of changes) {
    const fault = pathFault(path);
    if (fault) throw refusal(path, fault);
    const steps = path.split("/").map(nameBytes);
    const name = steps.pop()!;
    let folder = top;
    for (const step of steps) {
      const next: FolderEdit = folder.folders.get(step) ?? { files: new Map(), folders: new Map() };
      folder.folders.set(step, next);
      folder = next;
    }
    if (folder.files.has(name)) throw refusal(path, "is changed twice");
    folder.files.set(name, content);
  }
  return top;
}

interface Objects {
  readonly readTree: (oid: string) => Promise<Tree>;
  readonly store: (object: NewObject) => string;
}

/** The folder's new id; undefined when nothing is left in it. */
async function editFolder(
  oid: string | undefined,
  edit: FolderEdit,
  at: string,
  objects: Objects,
): Promise<string | undefined> {
  const before: Tree = oid === undefined ? new Map() : await objects.readTree(oid);
  const after = new Map(before);
  for (const [name, content] of edit.files) editFile(after, name, content, { at, store: objects.store });
  for (const [name, below] of edit.folders) {
    const path = `${at}${shown(name)}`;
    const entry = after.get(name);
    if (entry && entry.mode !== folderMode) throw refusal(path, `is ${describeMode(entry.mode)}, not a folder`);
    const edited = await editFolder(entry?.oid, below, `${path}/`, objects);
    if (edited === undefined) after.delete(name);
    else after.set(name, { mode: folderMode, oid: edited });
  }
  if (after.size === 0) return undefined;
  if (oid !== undefined && isSame(before, after)) return oid;
  return objects.store({ type: "tree", data: formatTree(after) });
}

function editFile(
  tree: Map<string, TreeEntry>,
  name: string,
  content: Uint8Array | undefined,
  { at, store }: { readonly at: string; readonly store: (object: NewObject) => string },
): void {
  const entry = tree.get(name);
  if (entry && describeMode(entry.mode) !== "a file")
    throw refusal(`${at}${shown(name)}`, `is ${describeMode(entry.mode)}, not a file`);
  if (content === undefined) tree.delete(name);
  else if (entry?.oid !== objectId({ type: "blob", data: content }))
    tree.set(name, { mode: entry?.mode ?? fileMode, oid: store({ type: "blob", data: content }) });
}

const isSame = (a: Tree, b: Tree): boolean =>
  a.size === b.size && [...a].every(([name, { mode, oid }]) => b.get(name)?.oid === oid && b.get(name)?.mode === mode);

const shown = (name: string): string => Buffer.from(name, "latin1").toString("utf8");

const refusal = (path: string, fault: string): ForgeError =>
  new ForgeError("rejected", `cannot change ${JSON.stringify(path)}: it ${fault}`);
