import type { Fleet, Vertex } from "./model.ts";

/** A place in a layer: a vertex, or a point through which a line passes on its way across. */
export interface Cell {
  readonly key: string;
  readonly vertex: Vertex | undefined;
}

/** A line between cells of neighbouring layers. */
export interface Segment {
  readonly from: string;
  readonly to: string;
  /** Ends of the line that it is a part of. */
  readonly line: readonly [dependency: string, dependent: string];
}

/** Vertices in layers, by how much is below them, with few crossings. */
export interface Layers {
  readonly layers: readonly (readonly Cell[])[];
  readonly segments: readonly Segment[];
  /** What has no place: it is in a cycle, misses something, or hangs off such. */
  readonly unplaced: readonly Vertex[];
}

/** Sweeps over the layers, down and up; more change little (Sugiyama, Tagawa and Toda 1981). */
const sweeps = 8;

/** Arranges a fleet: each vertex one layer above the highest that it depends on, and neighbours near each other. */
export function layersOf({ vertices }: Fleet): Layers {
  const positions = new Map<string, number>();
  for (const { name, place } of vertices) if (place.is === "placed") positions.set(name, place.position);
  // Where a part of a fleet is drawn, layers that nothing is in are left out.
  const used = [...new Set(positions.values())].sort((a, b) => a - b);
  const layers: Cell[][] = used.map(() => []);
  const layerOf = (name: string): number => used.indexOf(positions.get(name)!);
  const segments: Segment[] = [];
  for (const vertex of vertices) {
    if (positions.has(vertex.name)) layers[layerOf(vertex.name)]!.push({ key: vertex.name, vertex });
  }
  for (const { name, dependsOn, place } of vertices) {
    if (place.is !== "placed") continue;
    for (const dependency of dependsOn) {
      let from = dependency;
      for (let layer = layerOf(dependency) + 1; layer < layerOf(name); layer++) {
        const key = `${dependency}\0${name}\0${layer}`;
        layers[layer]!.push({ key, vertex: undefined });
        segments.push({ from, to: key, line: [dependency, name] });
        from = key;
      }
      segments.push({ from, to: name, line: [dependency, name] });
    }
  }
  return {
    layers: untangled(layers, segments),
    segments,
    unplaced: vertices.filter(({ place }) => place.is !== "placed"),
  };
}

function untangled(layers: readonly (readonly Cell[])[], segments: readonly Segment[]): readonly (readonly Cell[])[] {
  const below = groupBy(
    segments,
    ({ to }) => to,
    ({ from }) => from,
  );
  const above = groupBy(
    segments,
    ({ from }) => from,
    ({ to }) => to,
  );
  let best = layers;
  let fewest = crossings(layers, segments);
  let now = layers;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    now = sweep % 2 === 0 ? swept(now, below) : swept(now.toReversed(), above).toReversed();
    const count = crossings(now, segments);
    if (count < fewest) [best, fewest] = [now, count];
  }
  return best;
}

/** Each layer in the order of the middle of its neighbours in the layer before. */
function swept(layers: readonly (readonly Cell[])[], neighbours: ReadonlyMap<string, readonly string[]>) {
  const rank = new Map<string, number>();
  return layers.map((layer) => {
    const middle = (cell: Cell, at: number): number => {
      const ranks = (neighbours.get(cell.key) ?? []).map((key) => rank.get(key) ?? at);
      return ranks.length === 0 ? at : ranks.reduce((sum, each) => sum + each, 0) / ranks.length;
    };
    const sorted = layer
      .map((cell, at) => ({ cell, middle: middle(cell, at), at }))
      .sort((a, b) => a.middle - b.middle || a.at - b.at)
      .map(({ cell }) => cell);
    for (const [at, cell] of sorted.entries()) rank.set(cell.key, at);
    return sorted;
  });
}

/** Pairs of lines that cross, counted by inversions within each layer: O(lines × log lines). */
export function crossings(layers: readonly (readonly Cell[])[], segments: readonly Segment[]): number {
  const rank = new Map(layers.flatMap((layer) => layer.map(({ key }, at) => [key, at] as const)));
  const layer = new Map(layers.flatMap((cells, at) => cells.map(({ key }) => [key, at] as const)));
  const byLayer = groupBy(
    segments,
    ({ to }) => layer.get(to)!,
    (segment) => segment,
  );
  let count = 0;
  for (const [at, lines] of byLayer) {
    const ends = lines
      .map(({ from, to }) => [rank.get(from)!, rank.get(to)!] as const)
      .sort(([a, b], [c, d]) => a - c || b - d)
      .map(([, to]) => to);
    count += inversions(ends, layers[at]!.length);
  }
  return count;
}

/** Pairs in the wrong order, by a binary indexed tree (Fenwick 1994). */
function inversions(values: readonly number[], size: number): number {
  const tree = new Uint32Array(size + 1);
  let count = 0;
  for (const [seen, value] of values.entries()) {
    let notGreater = 0;
    for (let at = value + 1; at > 0; at -= at & -at) notGreater += tree[at]!;
    count += seen - notGreater;
    for (let at = value + 1; at <= size; at += at & -at) tree[at]! += 1;
  }
  return count;
}

function groupBy<T, K, V>(all: readonly T[], keyOf: (each: T) => K, pick: (each: T) => V): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group) group.push(pick(each));
    else groups.set(keyOf(each), [pick(each)]);
  }
  return groups;
}
