import type { Objects } from "./objects.ts";
import type { NewObject } from "./pack.ts";
import { describeMode, folderMode, formatTree, type TreeEntry } from "./tree.ts";

type Source = Pick<Objects, "tree" | "local">;

/** What of a tree is in none of the others at the same path: folders, and the files that this machine holds. */
export async function newObjects(tree: string, others: readonly string[], objects: Source): Promise<NewObject[]> {
  const found = new Map<string, NewObject>();
  const open: { readonly oid: string; readonly beside: readonly string[] }[] = [{ oid: tree, beside: others }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { oid, beside } = next;
    if (beside.includes(oid) || found.has(oid)) continue;
    const entries = await objects.tree(oid);
    found.set(oid, { type: "tree", data: formatTree(entries) });
    const others = await Promise.all(beside.map((other) => objects.tree(other)));
    for (const [name, entry] of entries) {
      const same = others.map((other) => other.get(name)).filter((other) => other !== undefined);
      if (same.some((other) => other.oid === entry.oid)) continue;
      if (entry.mode === folderMode) open.push({ oid: entry.oid, beside: foldersIn(same) });
      else await addFile(found, entry, objects);
    }
  }
  return [...found.values()];
}

const foldersIn = (entries: readonly TreeEntry[]): string[] =>
  entries.filter(({ mode }) => mode === folderMode).map(({ oid }) => oid);

async function addFile(found: Map<string, NewObject>, { mode, oid }: TreeEntry, objects: Source): Promise<void> {
  const data = describeMode(mode) === "a submodule" ? undefined : await objects.local(oid);
  if (data) found.set(oid, { type: "blob", data });
}
