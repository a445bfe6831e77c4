import { Repository } from "../../schema/repository.ts";
import type { Node } from "../../sequencer/digraph.ts";
import { type Graph, layOut } from "../../sequencer/graph.ts";
import type { Lookup } from "../ports.ts";
import { allEdges, nodesOf } from "./edges.ts";

/** A node with what it builds on by its own word, and what only its manifests say. */
interface Sketch {
  readonly name: string;
  readonly declared: readonly string[];
  readonly derived: readonly string[];
}

/** The graphs of namespaces, laid out again only when an edge changed: many repositories ask about the same one. */
export class Graphs {
  readonly #known = new Map<string, { readonly sketches: readonly (readonly Sketch[])[]; readonly graph: Graph }>();
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** The graph of all Repositories of a namespace and the libraries in them, by what they declare and by their manifests. */
  of(namespace: string): Graph {
    const sketches = this.#lookup.list(Repository, namespace).map(sketchesOf);
    const known = this.#known.get(namespace);
    if (known && isSame(known.sketches, sketches)) return known.graph;
    const graph = layOut(nodesIn(sketches.flat()));
    this.#known.set(namespace, { sketches, graph });
    return graph;
  }
}

/** The nodes of the graph of these repositories. */
export const graphNodes = (repositories: readonly Repository[]): readonly Node[] =>
  nodesIn(repositories.flatMap(sketchesOf));

/** What a manifest requires that is not there is nobody's trouble: it comes from elsewhere. */
function nodesIn(sketches: readonly Sketch[]): readonly Node[] {
  const names = new Set(sketches.map(({ name }) => name));
  return sketches.map(({ name, declared, derived }) => ({
    name,
    dependsOn: derived.length === 0 ? declared : [...declared, ...derived.filter((each) => names.has(each))],
  }));
}

const drawn = new WeakMap<Repository, readonly Sketch[]>();

function sketchesOf(repository: Repository): readonly Sketch[] {
  const known = drawn.get(repository);
  if (known) return known;
  const edges = allEdges(repository);
  const sketches = nodesOf(repository).map((name) => {
    const own = edges.filter(({ node }) => node === name);
    const names = (isDerived: boolean): string[] => [
      ...new Set(own.filter((edge) => (edge.isDerived ?? false) === isDerived).map((edge) => edge.name)),
    ];
    return { name, declared: names(false), derived: names(true) };
  });
  drawn.set(repository, sketches);
  return sketches;
}

const isSame = (before: readonly (readonly Sketch[])[], now: readonly (readonly Sketch[])[]): boolean =>
  before.length === now.length &&
  now.every((each, at) => {
    const other = before[at]!;
    return each === other || (each.length === other.length && each.every((one, index) => isAlike(one, other[index]!)));
  });

const isAlike = (a: Sketch, b: Sketch): boolean =>
  a.name === b.name && sameNames(a.declared, b.declared) && sameNames(a.derived, b.derived);

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, at) => name === b[at]);
