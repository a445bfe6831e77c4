import { Repository } from "../../schema/repository.ts";
import type { Node } from "../../sequencer/digraph.ts";
import { type Graph, layOut } from "../../sequencer/graph.ts";
import type { Lookup } from "../ports.ts";
import { allEdges, nodesOf } from "./edges.ts";
import { Fresh } from "./fresh.ts";

/** A node with what it builds on by its own word, and what only its manifests say. */
interface Sketch {
  readonly name: string;
  readonly declared: readonly string[];
  readonly derived: readonly string[];
}

/** The graphs of namespaces, laid out again only when an edge changed: many repositories ask about the same one. */
export class Graphs {
  readonly #known = new Map<string, Fresh<Repository, readonly Sketch[], Graph>>();
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** The graph of all Repositories of a namespace and the libraries in them, by what they declare and by their manifests. */
  of(namespace: string): Graph {
    const known = this.#known.get(namespace) ?? new Fresh(sketchesOf, isSame, (all) => layOut(nodesIn(all.flat())));
    this.#known.set(namespace, known);
    return known.of(this.#lookup.list(Repository, namespace));
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

function sketchesOf(repository: Repository): readonly Sketch[] {
  const edges = allEdges(repository);
  return nodesOf(repository).map((name) => {
    const own = edges.filter(({ node }) => node === name);
    const names = (isDerived: boolean): string[] => [
      ...new Set(own.filter((edge) => (edge.isDerived ?? false) === isDerived).map((edge) => edge.name)),
    ];
    return { name, declared: names(false), derived: names(true) };
  });
}

const isSame = (before: readonly Sketch[], now: readonly Sketch[]): boolean =>
  before.length === now.length && now.every((each, at) => isAlike(each, before[at]!));

const isAlike = (a: Sketch, b: Sketch): boolean =>
  a.name === b.name && sameNames(a.declared, b.declared) && sameNames(a.derived, b.derived);

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, at) => name === b[at]);
