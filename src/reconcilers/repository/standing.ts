import type { Repository } from "../../schema/repository.ts";
import type { Graph } from "../../sequencer/graph.ts";
import { allEdges, nodesOf } from "./edges.ts";
import { repositoryOf } from "./node.ts";
import type { Observed } from "./observe.ts";

/** Where a repository stands in the graph, with its libraries. */
export function standingOf(repository: Repository, graph: Graph): Pick<Observed, "trouble" | "graph"> {
  const { name } = repository.metadata;
  const nodes = nodesOf(repository);
  let position = 0;
  for (const node of nodes) {
    const place = graph.place(node);
    // An object that is new may not be in the cache yet.
    if (!place) return { trouble: undefined, graph: undefined };
    if (place.is !== "placed")
      return { trouble: { node, place, manifest: manifestOf(repository, node, place) }, graph: undefined };
    position = Math.max(position, place.position);
  }
  const others = (names: readonly string[]): number =>
    new Set(names.map(repositoryOf).filter((each) => each !== name)).size;
  const { digraph } = graph;
  const dependencies = nodes.flatMap((node) => {
    const at = digraph.indexOf.get(node)!;
    const { at: from, to } = digraph.dependencies;
    return [...to.subarray(from[at]!, from[at + 1]!)].map((each) => digraph.names[each]!);
  });
  const dependents = nodes.flatMap((node) => graph.dependents(node));
  return { trouble: undefined, graph: { position, dependsOn: others(dependencies), dependents: others(dependents) } };
}

type Trouble = NonNullable<Observed["trouble"]>;

function manifestOf(repository: Repository, node: string, place: Trouble["place"]): string | undefined {
  const next = place.is === "missing" ? undefined : place.path[1];
  const edge = allEdges(repository).find((each) => each.node === node && each.name === next && each.isDerived);
  return edge && (edge.path ?? "librarian.yaml");
}
