import { ForgeError } from "../reconcilers/errors.ts";
import type { FileChange } from "../reconcilers/git-port.ts";
import { type NewObject, objectId } from "./pack.ts";
import {
  describeMode,
  fileMode,
  folderMode,
  formatTree,
  gitModes,
  linkMode,
  nameBytes,
  shownName,
  type Tree,
  type TreeEntry,
} from "./tree.ts";
import { pathFault } from "./tree-path.ts";

/** What shall happen to one file or link. */
type FileEdit = Pick<FileChange, "content" | "mode">;

/** What shall happen below one folder: to files in it by name, and in folders in it. */
interface FolderEdit {
  readonly files: Map<string, FileEdit>;
  readonly folders: Map<string, FolderEdit>;
}

export interface EditedTree {
  readonly oid: string;
  /** Files and trees that are new, each before what refers to it. */
  readonly objects: readonly NewObject[];
}

/**
 * The tree with these changes. Reads only the folders on the way to a change. A file keeps its mode unless told
 * otherwise; an emptied folder goes. Refuses, with a ForgeError, what is not a file below plain folders: a link is
 * removed, or replaced by a change that names a mode; a folder or submodule is never touched.
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
  for (const { path, content, mode } of changes) {
    const fault = pathFault(path) ?? (mode === "Link" && content ? targetFault(content) : undefined);
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
    folder.files.set(name, { content, ...(mode && { mode }) });
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
  for (const [name, file] of edit.files) editFile(after, name, file, { at, store: objects.store });
  for (const [name, below] of edit.folders) {
    const path = `${at}${shownName(name)}`;
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
  { content, mode }: FileEdit,
  { at, store }: { readonly at: string; readonly store: (object: NewObject) => string },
): void {
  const entry = tree.get(name);
  const kind = entry && describeMode(entry.mode);
  const mayBeLink = mode !== undefined || content === undefined;
  if (entry && kind !== "a file" && !(mayBeLink && entry.mode === linkMode))
    throw refusal(`${at}${shownName(name)}`, `is ${kind}, not a file`);
  if (content === undefined) {
    tree.delete(name);
    return;
  }
  const isThere = entry?.oid === objectId({ type: "blob", data: content });
  const oid = isThere ? entry.oid : store({ type: "blob", data: content });
  tree.set(name, { mode: mode ? gitModes[mode] : (entry?.mode ?? fileMode), oid });
}

/** Longest name that a file system follows. */
export const maxTargetBytes = 4_095;

/** Why a link cannot lead to this; undefined when it can. */
export function targetFault(target: Uint8Array): string | undefined {
  if (target.byteLength === 0) return "is a link that leads nowhere";
  if (target.includes(0)) return "is a link to a name with a NUL character";
  return target.byteLength > maxTargetBytes ? `is a link to a name longer than ${maxTargetBytes} bytes` : undefined;
}

const isSame = (a: Tree, b: Tree): boolean =>
  a.size === b.size && [...a].every(([name, { mode, oid }]) => b.get(name)?.oid === oid && b.get(name)?.mode === mode);

const refusal = (path: string, fault: string): ForgeError =>
  new ForgeError("rejected", `cannot change ${JSON.stringify(path)}: it ${fault}`);
