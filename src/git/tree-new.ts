import type { Objects } from "./objects.ts";
import type { NewObject } from "./pack.ts";
import { describeMode, folderMode, formatTree, type Tree } from "./tree.ts";

/**
 * What of a tree is not in another one at the same path: all that a host has to be sent which has the other, whatever
 * else it has. Files that are not in the mirror are fetched, together.
 */
export async function newObjects(
  tree: string,
  other: string,
  objects: Pick<Objects, "tree" | "data">,
): Promise<NewObject[]> {
  const [trees, files] = [new Map<string, Tree>(), new Set<string>()];
  // Pairs of a folder and the one that is beside it, each once.
  const open = new Map([[`${tree} ${other}`, [tree, other] as const]]);
  for (const [oid, beside] of open.values()) {
    const entries = trees.get(oid) ?? (await objects.tree(oid));
    trees.set(oid, entries);
    for (const { oid: child, is, folder } of differing(entries, beside ? await objects.tree(beside) : new Map())) {
      if (is === "folder") open.set(`${child} ${folder}`, [child, folder]);
      else files.add(child);
    }
  }
  const contents = await Promise.all([...files].map((oid) => objects.data(oid)));
  return [
    ...[...trees.values()].map((entries) => ({ type: "tree", data: formatTree(entries) }) as const),
    ...contents.map((data) => ({ type: "blob", data }) as const),
  ];
}

/** Folders, each with the one that is beside it or "", and files. A submodule's commit is somewhere else. */
function* differing(
  entries: Tree,
  others: Tree,
): Generator<{ readonly oid: string; readonly is: "folder" | "file"; readonly folder: string }> {
  for (const [name, { mode, oid }] of entries) {
    const same = others.get(name);
    const kind = describeMode(mode);
    if (same?.oid === oid || kind === "a submodule") continue;
    const folder = same?.mode === folderMode ? same.oid : "";
    yield { oid, is: kind === "a folder" ? "folder" : "file", folder };
  }
}
