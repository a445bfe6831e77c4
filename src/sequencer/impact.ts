import { type Components, componentsOf } from "./component.ts";
import { type Digraph, neighbours } from "./digraph.ts";

/** Bits of one pass: memory for a graph of `n` components is `n` times this many bits. */
const bitsOfPass = 1_024;
const words = bitsOfPass / 32;

/**
 * How many nodes build on each node, directly or not: what is hit when it breaks. The node itself does not count, also where
 * it depends on itself. Walks the edges once for every 1,024 nodes.
 */
export function blastRadii(digraph: Digraph): Uint32Array {
  const components = componentsOf(digraph.dependencies);
  const radii = new Uint32Array(digraph.names.length);
  for (let first = 0; first < digraph.names.length; first += bitsOfPass) {
    const reached = reachedWithin(first, digraph, components);
    for (let node = 0; node < radii.length; node++) radii[node]! += countOf(reached, components.of[node]!);
  }
  // A cycle reaches itself by way of its other members, and every member was counted.
  for (let node = 0; node < radii.length; node++) if (components.sizes[components.of[node]!]! > 1) radii[node]! -= 1;
  return radii;
}

/** By component, which of the nodes `first` up to `first + 1,023` build on it, its own included where it is a cycle. */
function reachedWithin(first: number, { dependents }: Digraph, { of, sizes, order }: Components): Uint32Array {
  const reached = new Uint32Array(sizes.length * words);
  const own = new Uint32Array(sizes.length * words);
  for (let node = first; node < Math.min(first + bitsOfPass, of.length); node++) {
    own[of[node]! * words + ((node - first) >> 5)]! |= 1 << ((node - first) & 31);
  }
  // What builds on a component comes after it, so backwards everything is known when it is asked for.
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]!;
    const into = of[node]! * words;
    for (const each of neighbours(dependents, node)) {
      const from = of[each]! * words;
      if (from === into) continue;
      for (let word = 0; word < words; word++) reached[into + word]! |= reached[from + word]! | own[from + word]!;
    }
  }
  for (const [component, size] of sizes.entries()) {
    if (size === 1) continue;
    for (let word = component * words; word < (component + 1) * words; word++) reached[word]! |= own[word]!;
  }
  return reached;
}

function countOf(bits: Uint32Array, component: number): number {
  let count = 0;
  for (let word = component * words; word < (component + 1) * words; word++) count += ones(bits[word]!);
  return count;
}

/** Bits that are set in a word, added up in parallel within it. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * The longest chain of nodes that build on each other, from its lowest, where each takes `weightOf` of its number, at least 0.
 * Of several as long, the one whose end, then each before it, comes first by name. Nodes in cycles, and what builds on
 * them, are on no chain.
 */
export function criticalPath(
  { names, dependencies }: Digraph,
  weightOf: (node: number) => number = () => 1,
): { readonly path: readonly string[]; readonly weight: number } {
  const { order, of, sizes } = componentsOf(dependencies);
  const longest = new Float64Array(names.length).fill(none);
  const before = new Int32Array(names.length).fill(-1);
  for (const node of order) {
    const below = neighbours(dependencies, node);
    // What depends on itself is met before it has a chain.
    if (sizes[of[node]!]! > 1 || below.some((each) => longest[each] === none)) continue;
    for (const each of below) if (before[node] === -1 || longest[each]! > longest[before[node]!]!) before[node] = each;
    longest[node] = weightOf(node) + (before[node] === -1 ? 0 : longest[before[node]!]!);
  }
  const end = longest.reduce((best, length, node) => (length > (longest[best] ?? none) ? node : best), -1);
  const path: string[] = [];
  for (let node = end; node !== -1; node = before[node]!) path.push(names[node]!);
  return { path: path.reverse(), weight: longest[end] ?? 0 };
}

/** Of a node without a chain. */
const none = Number.NEGATIVE_INFINITY;
