import { type Component, componentsOf } from "./component.ts";

/** One thing that is built on others, by name. */
export interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

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
  /** Undefined when there is no such node. */
  place(name: string): Place | undefined;
  /** What depends on this name directly, whether or not a node has it. */
  dependents(name: string): readonly string[];
}

/**
 * Lays out a graph in O(nodes + edges), but for the sorting of names. Total: cycles and missing names are answers, and
 * they touch only what hangs off them. The same nodes in any order give the same answers; of several nodes with one
 * name the last counts. A path is the shortest, and of these the first by name; it is searched when it is asked for.
 */
export function layOut(nodes: readonly Node[]): Graph {
  const edges = edgesOf(nodes);
  const dependents = reversed(edges);
  const { components, of } = componentsOf(edges);
  const positions = positionsOf(edges, components, of);
  const towards = hopsToTrouble(edges, dependents, (name) => inCycle(name, edges, of) || missing(name, edges));

  const place = (name: string): Place | undefined => {
    const direct = edges.get(name);
    if (!direct) return undefined;
    if (inCycle(name, edges, of)) return { is: "cycle", path: cycleThrough(name, edges, of) };
    const names = direct.filter((each) => !edges.has(each));
    if (names.length > 0) return { is: "missing", names };
    const position = positions.get(name);
    return position === undefined ? { is: "stuck", path: pathTo(name, towards) } : { is: "placed", position };
  };
  return { place, dependents: (name) => dependents.get(name) ?? [] };
}

type Edges = ReadonlyMap<string, readonly string[]>;

/** Order by code unit: the same everywhere, whatever the locale. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function edgesOf(nodes: readonly Node[]): Edges {
  const byName = new Map(nodes.map(({ name, dependsOn }) => [name, [...new Set(dependsOn)].sort(byCodeUnit)]));
  return new Map([...byName].sort(([a], [b]) => byCodeUnit(a, b)));
}

function reversed(edges: Edges): Edges {
  const result = new Map<string, string[]>();
  for (const [name, dependsOn] of edges) {
    for (const each of dependsOn) {
      const known = result.get(each);
      if (known) known.push(name);
      else result.set(each, [name]);
    }
  }
  return result;
}

type Membership = ReadonlyMap<string, Component>;

const inCycle = (name: string, edges: Edges, of: Membership): boolean =>
  of.get(name)!.length > 1 || edges.get(name)!.includes(name);

const missing = (name: string, edges: Edges): boolean => edges.get(name)!.some((each) => !edges.has(each));

/** Components come after all that they depend on, so one walk over them suffices. */
function positionsOf(edges: Edges, components: readonly Component[], of: Membership): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const [name] of components as readonly (readonly [string])[]) {
    if (inCycle(name, edges, of)) continue;
    let position: number | undefined = 0;
    for (const each of edges.get(name)!) {
      const below = positions.get(each);
      position = position === undefined || below === undefined ? undefined : Math.max(position, below + 1);
    }
    if (position !== undefined) positions.set(name, position);
  }
  return positions;
}

/** The next hop of everything that hangs off trouble, on its shortest way there; trouble itself has none. */
function hopsToTrouble(edges: Edges, dependents: Edges, troubled: (name: string) => boolean) {
  const towards = new Map<string, string | undefined>();
  for (const name of edges.keys()) if (troubled(name)) towards.set(name, undefined);
  let wave: readonly string[] = [...towards.keys()];
  while (wave.length > 0) {
    const next: string[] = [];
    for (const name of wave) {
      for (const each of dependents.get(name) ?? []) {
        if (towards.has(each)) continue;
        towards.set(each, name);
        next.push(each);
      }
    }
    wave = next.sort(byCodeUnit);
  }
  return towards;
}

function pathTo(from: string, towards: ReadonlyMap<string, string | undefined>): readonly string[] {
  const path = [from];
  for (let next = towards.get(from); next !== undefined; next = towards.get(next)) path.push(next);
  return path;
}

/** The shortest way from a node of a cycle back to itself, breadth first inside of its component. */
function cycleThrough(start: string, edges: Edges, of: Membership): readonly string[] {
  const own = of.get(start);
  const from = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const each of edges.get(name)!) {
      if (each === start) return [...backwards(name, from), start];
      if (from.has(each) || of.get(each) !== own) continue;
      from.set(each, name);
      queue.push(each);
    }
  }
  return [start];
}

function backwards(end: string, from: ReadonlyMap<string, string>): readonly string[] {
  const path = [end];
  for (let name = from.get(end); name !== undefined; name = from.get(name)) path.push(name);
  return path.reverse();
}
