import type { BareRepository } from "./bare.ts";
import type { TreeEntry } from "./object.ts";
import { readTree } from "./tree.ts";

/** One path that differs between two trees. */
export interface PathChange {
  readonly path: string;
  readonly old: Pick<TreeEntry, "mode" | "sha"> | null;
  readonly new: Pick<TreeEntry, "mode" | "sha"> | null;
}

const isFolder = (entry: TreeEntry | undefined): boolean => entry?.mode === "040000";
const fileOf = (entry: TreeEntry | undefined): TreeEntry | null => (entry && !isFolder(entry) ? entry : null);
const folderOf = (entry: TreeEntry | undefined): string | null => (entry && isFolder(entry) ? entry.sha : null);

async function entriesOf(bare: BareRepository, tree: string | null): Promise<ReadonlyMap<string, TreeEntry>> {
  const entries = tree === null ? [] : ((await readTree(bare, tree)) ?? []);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** Files that differ between two trees (null: the empty one), by path; only folders that differ are read. */
export async function diffTrees(
  bare: BareRepository,
  old: string | null,
  now: string | null,
  prefix = "",
): Promise<PathChange[]> {
  if (old === now) return [];
  const before = await entriesOf(bare, old);
  const after = await entriesOf(bare, now);
  const changes: PathChange[] = [];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [a, b] = [before.get(name), after.get(name)];
    if (a?.sha === b?.sha && a?.mode === b?.mode) continue;
    const path = prefix + name;
    if (fileOf(a) || fileOf(b)) changes.push({ path, old: fileOf(a), new: fileOf(b) });
    changes.push(...(await diffTrees(bare, folderOf(a), folderOf(b), `${path}/`)));
  }
  return changes;
}
