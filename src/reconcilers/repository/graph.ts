import { Repository } from "../../schema/repository.ts";
import type { Node } from "../../sequencer/digraph.ts";
import { type Graph, layOut } from "../../sequencer/graph.ts";
import type { Lookup } from "../ports.ts";

/** The graphs of namespaces, laid out again only when an edge changed: many repositories ask about the same one. */
export class Graphs {
  readonly #known = new Map<string, { readonly nodes: readonly Node[]; readonly graph: Graph }>();
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** The graph of all Repositories of a namespace, by their `dependsOn`. */
  of(namespace: string): Graph {
    const repositories = this.#lookup.list(Repository, namespace);
    const known = this.#known.get(namespace);
    if (known && isSame(known.nodes, repositories)) return known.graph;
    const nodes = repositories.map(({ metadata, spec }) => ({
      name: metadata.name,
      dependsOn: spec.dependsOn.map(({ name }) => name),
    }));
    const graph = layOut(nodes);
    this.#known.set(namespace, { nodes, graph });
    return graph;
  }
}

const isSame = (nodes: readonly Node[], repositories: readonly Repository[]): boolean =>
  nodes.length === repositories.length &&
  repositories.every(({ metadata, spec: { dependsOn } }, index) => {
    const node = nodes[index]!;
    return (
      node.name === metadata.name &&
      node.dependsOn.length === dependsOn.length &&
      dependsOn.every(({ name }, edge) => node.dependsOn[edge] === name)
    );
  });
