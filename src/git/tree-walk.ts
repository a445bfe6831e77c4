import { ForgeError } from "../reconcilers/errors.ts";
import { folderMode, shownName, type Tree, type TreeEntry } from "./tree.ts";

export type ReadTree = (oid: string) => Promise<Tree>;

/** An entry with its whole path, in git's own bytes as a latin1 string. */
export interface Walked extends TreeEntry {
  readonly path: string;
}

/** Folders that are held while a walk goes on: one that is met again at once is not read again. */
const heldTrees = 64;

/** Longest path, in bytes, that a file system takes. It bounds how deep a tree can be, too. */
const maxPathBytes = 4_096;

/**
 * All that is below a tree, folders before what is in them, in git's order. `judge` says what is wrong with a name.
 * Rejects with a ForgeError what it finds fault with, and more than `most` entries: a tree of few objects that name each
 * other often enough has billions.
 */
export async function walkTree(
  oid: string,
  readTree: ReadTree,
  { most, judge }: { readonly most: number; readonly judge: (name: string) => string | undefined },
): Promise<Walked[]> {
  const walked: Walked[] = [];
  const read = remembering(readTree);
  const open = [{ at: "", entries: (await read(oid)).entries() }];
  while (open.length > 0) {
    const { at, entries } = open.at(-1)!;
    const { done, value } = entries.next();
    if (done) {
      open.pop();
      continue;
    }
    const [name, entry] = value;
    const path = `${at}${name}`;
    const fault = path.length > maxPathBytes ? `is longer than ${maxPathBytes} bytes` : judge(name);
    if (fault) throw new ForgeError("rejected", `cannot hand out ${shortPath(path)}: it ${fault}`);
    if (walked.length === most)
      throw new ForgeError("rejected", `cannot hand out a commit of more than ${most} files and folders`);
    walked.push({ ...entry, path });
    if (entry.mode === folderMode) open.push({ at: `${path}/`, entries: (await read(entry.oid)).entries() });
  }
  return walked;
}

function remembering(readTree: ReadTree): ReadTree {
  const held = new Map<string, Promise<Tree>>();
  return (oid) => {
    const tree = held.get(oid) ?? readTree(oid);
    held.set(oid, tree);
    for (const oldest of held.keys()) {
      if (held.size <= heldTrees) break;
      held.delete(oldest);
    }
    return tree;
  };
}

/** A path for people, shortened. */
function shortPath(path: string): string {
  const shown = shownName(path);
  return JSON.stringify(shown.length > 200 ? `${shown.slice(0, 200)}…` : shown);
}

/** How many files and folders differ between two trees, reading only the folders that do; not more than `most`. */
export async function countDifferences(
  trees: readonly [string, string],
  readTree: ReadTree,
  most: number,
): Promise<number> {
  let count = 0;
  const read = remembering(readTree);
  const open: (readonly (string | undefined)[])[] = [trees];
  for (let pair = open.pop(); pair && count < most; pair = open.pop()) {
    const [old, young] = await Promise.all(pair.map(async (oid): Promise<Tree> => (oid ? read(oid) : new Map())));
    for (const name of new Set([...old!.keys(), ...young!.keys()])) {
      const sides = [old!.get(name), young!.get(name)];
      if (sides[0]?.oid === sides[1]?.oid && sides[0]?.mode === sides[1]?.mode) continue;
      count += 1;
      const folders = sides.map((side) => (side?.mode === folderMode ? side.oid : undefined));
      if (folders.some(Boolean) && folders[0] !== folders[1]) open.push(folders);
    }
  }
  return Math.min(count, most);
}
