/** One thing that is built on others, by name. */
export interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** Neighbours of every node, one list after the other: those of `i` are `to[at[i]]` up to `to[at[i + 1]]`, ascending. */
export interface Lists {
  readonly at: Uint32Array;
  readonly to: Uint32Array;
}

/**
 * A graph whose nodes are numbers, in the order of their names by code unit, so that everything that walks it in order
 * of numbers gives the same answer whatever the order of the input.
 */
export interface Digraph {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** What each depends on; without names that no node has, and without repetition. */
  readonly dependencies: Lists;
  /** What depends on each. */
  readonly dependents: Lists;
  /** Names that no node has, ascending, by the node that asks for them. */
  readonly missing: ReadonlyMap<number, readonly string[]>;
}

/** Order by code unit: the same everywhere, whatever the locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of several nodes with one name the last counts. O(nodes + edges), but for the sorting of the nodes' names. */
export function digraphOf(nodes: readonly Node[]): Digraph {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const names = [...byName.keys()].sort(byCodeUnit);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const missing = new Map<number, readonly string[]>();
  const from: number[] = [];
  const to: number[] = [];
  // The last node that was seen to ask for each, by which repetitions are told without a set for every node.
  const asked = new Int32Array(names.length).fill(-1);
  for (const [index, name] of names.entries()) {
    const unknown = new Set<string>();
    for (const each of byName.get(name)!.dependsOn) {
      const other = indexOf.get(each);
      if (other === undefined) unknown.add(each);
      else if (asked[other] !== index) {
        asked[other] = index;
        from.push(index);
        to.push(other);
      }
    }
    if (unknown.size > 0) missing.set(index, [...unknown].sort(byCodeUnit));
  }
  const dependents = listsOf(names.length, to, from);
  return { names, indexOf, missing, dependents, dependencies: reversed(dependents) };
}

/** Neighbours of a node, ascending. */
export const neighbours = ({ at, to }: Lists, node: number): Uint32Array => to.subarray(at[node]!, at[node + 1]!);

/** Lists of `to` by `from`; ascending where equal ones of `from` come with ascending `to`. */
function listsOf(size: number, from: ArrayLike<number>, to: ArrayLike<number>): Lists {
  const at = new Uint32Array(size + 1);
  for (let edge = 0; edge < from.length; edge++) at[from[edge]! + 1]! += 1;
  for (let node = 0; node < size; node++) at[node + 1]! += at[node]!;
  const next = at.slice();
  const lists = new Uint32Array(from.length);
  for (let edge = 0; edge < from.length; edge++) lists[next[from[edge]!]!++] = to[edge]!;
  return { at, to: lists };
}

/** Turning lists around sorts them, since it meets the nodes in order. */
function reversed({ at, to }: Lists): Lists {
  const from = new Uint32Array(to.length);
  for (let node = 0; node + 1 < at.length; node++) from.fill(node, at[node], at[node + 1]);
  return listsOf(at.length - 1, to, from);
}
