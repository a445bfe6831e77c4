import { type Components, componentsOf, inCycle } from "./component.ts";
import { type Digraph, digraphOf, type Lists, type Node, neighbours } from "./digraph.ts";

/**
 * Where a node stands.
 *
 * - `placed`: `position` is the length of the longest chain of dependencies below it; 0 depends on nothing
 * - `cycle`: it depends on itself by `path`, which begins and ends with its own name
 * - `missing`: it depends on `names`, which no node has
 * - `stuck`: by `path`, which begins with its own name, it depends on the last of the path, which is in a cycle or
 *   misses something
 */
export type Place =
  | { readonly is: "placed"; readonly position: number }
  | { readonly is: "cycle"; readonly path: readonly string[] }
  | { readonly is: "missing"; readonly names: readonly string[] }
  | { readonly is: "stuck"; readonly path: readonly string[] };

/** A laid out graph. All names in its answers are sorted, or in the order of a path. */
export interface Graph {
  /** The nodes as numbers, for what walks them. */
  readonly digraph: Digraph;
  /** Undefined when there is no such node. */
  place(name: string): Place | undefined;
  /** What depends on this name directly, whether or not a node has it. */
  dependents(name: string): readonly string[];
}

/** Of a node without a place, and of one that leads to no trouble. */
const none = 0xffffffff;

/**
 * Lays out a graph in O(nodes + edges), but for the sorting of names. Total: cycles and missing names are answers, and
 * they touch only what hangs off them. The same nodes in any order give the same answers; of several nodes with one
 * name the last counts. A path is the shortest, and of these the first by name; it is searched when it is asked for.
 */
export function layOut(nodes: readonly Node[]): Graph {
  const digraph = digraphOf(nodes);
  const { names, indexOf, dependencies, dependents, missing } = digraph;
  const components = componentsOf(dependencies);
  const positions = positionsOf(digraph, components);
  const towards = hopsToTrouble(positions, digraph, components);
  const askers = askersOf(digraph);

  const place = (name: string): Place | undefined => {
    const node = indexOf.get(name);
    if (node === undefined) return undefined;
    if (inCycle(node, components, dependencies))
      return { is: "cycle", path: named(cycleThrough(node, digraph, components)) };
    const unknown = missing.get(node);
    if (unknown) return { is: "missing", names: unknown };
    const position = positions[node]!;
    return position === none ? { is: "stuck", path: named(pathTo(node, towards)) } : { is: "placed", position };
  };
  const named = (path: Iterable<number>): string[] => [...path].map((node) => names[node]!);
  const dependentsOf = (name: string): readonly string[] => {
    const node = indexOf.get(name);
    return node === undefined ? (askers.get(name) ?? []) : named(neighbours(dependents, node));
  };
  return { digraph, place, dependents: dependentsOf };
}

/** Who asks for the names that no node has. */
function askersOf({ names, missing }: Digraph): ReadonlyMap<string, readonly string[]> {
  const askers = new Map<string, string[]>();
  for (const [node, unknown] of missing) {
    for (const name of unknown) {
      const known = askers.get(name);
      if (known) known.push(names[node]!);
      else askers.set(name, [names[node]!]);
    }
  }
  return askers;
}

/** Components come after all that they depend on, so one walk over them suffices. */
function positionsOf({ names, dependencies, missing }: Digraph, components: Components): Uint32Array {
  const positions = new Uint32Array(names.length).fill(none);
  for (const node of components.order) {
    if (missing.has(node) || inCycle(node, components, dependencies)) continue;
    let position = 0;
    for (const each of neighbours(dependencies, node)) {
      const below = positions[each]!;
      position = position === none || below === none ? none : Math.max(position, below + 1);
    }
    positions[node] = position;
  }
  return positions;
}

/** The next hop of everything that hangs off trouble, on its shortest way there; trouble leads to itself. */
function hopsToTrouble(positions: Uint32Array, { missing, ...lists }: Digraph, components: Components): Uint32Array {
  const { dependencies, dependents } = lists;
  const towards = new Uint32Array(positions.length).fill(none);
  let wave: number[] = [];
  for (let node = 0; node < positions.length; node++) {
    if (positions[node] !== none || !(missing.has(node) || inCycle(node, components, dependencies))) continue;
    towards[node] = node;
    wave.push(node);
  }
  while (wave.length > 0) {
    const next: number[] = [];
    for (const node of wave) {
      for (const each of neighbours(dependents, node)) {
        if (towards[each] !== none) continue;
        towards[each] = node;
        next.push(each);
      }
    }
    wave = next.sort((a, b) => a - b);
  }
  return towards;
}

function* pathTo(from: number, towards: Uint32Array): Generator<number> {
  for (let node = from; ; node = towards[node]!) {
    yield node;
    if (towards[node] === node) return;
  }
}

/** The shortest way from a node of a cycle back to itself, breadth first inside of its component. */
function cycleThrough(start: number, { dependencies }: { readonly dependencies: Lists }, { of }: Components): number[] {
  const from = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const each of neighbours(dependencies, node)) {
      if (each === start) return [...backwards(node, from), start];
      if (from.has(each) || of[each] !== of[start]) continue;
      from.set(each, node);
      queue.push(each);
    }
  }
  return [start];
}

function backwards(end: number, from: ReadonlyMap<number, number>): readonly number[] {
  const path = [end];
  for (let node = from.get(end); node !== undefined; node = from.get(node)) path.push(node);
  return path.reverse();
}
