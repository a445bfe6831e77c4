import type { Repository } from "../../schema/repository.ts";
import { type Digraph, digraphOf, neighbours } from "../../sequencer/digraph.ts";
import { type Graph, layOut, type Place } from "../../sequencer/graph.ts";
import { blastRadii, criticalPath } from "../../sequencer/impact.ts";

/** A repository in the picture. */
export interface Vertex {
  readonly name: string;
  readonly place: Place;
  /** Latest release, as status has it. */
  readonly version: string | undefined;
  readonly dependsOn: readonly string[];
  readonly dependents: readonly string[];
  /** How many build on it, directly or not. */
  readonly blastRadius: number;
  /** So much of the fleet builds on it that it is a single point of failure. */
  readonly isCritical: boolean;
}

/** A fleet, as it is drawn: vertices by name. */
export interface Fleet {
  readonly vertices: readonly Vertex[];
  /** The longest chain, from what is released first; empty where there is none. */
  readonly criticalPath: readonly string[];
}

/** From this share of the fleet on, what builds on a repository makes it a single point of failure. */
const criticalShare = 0.3;
/** In a fleet of fewer everything would be one. */
const leastFleet = 5;

/** The fleet of a namespace; where `focus` is given, what it builds on and what builds on it. */
export function fleetOf(repositories: readonly Repository[], focus?: string): Fleet {
  const versions = new Map(repositories.map(({ metadata, status }) => [metadata.name, status?.latestRelease?.version]));
  const graph = layOut(
    repositories.map(({ metadata, spec }) => ({
      name: metadata.name,
      dependsOn: spec.dependsOn.map(({ name }) => name),
    })),
  );
  const { digraph } = graph;
  const radii = blastRadii(digraph);
  const kept = focus === undefined ? undefined : around(focus, digraph);
  const vertices = digraph.names.flatMap((name, node) =>
    kept && !kept.has(node) ? [] : [vertexOf(node, graph, { radius: radii[node]!, version: versions.get(name) })],
  );
  const shown = new Set(vertices.map(({ name }) => name));
  const path = criticalPath(kept ? digraphOf(vertices.map(within(shown))) : digraph).path;
  return { vertices: vertices.map(within(shown)), criticalPath: path.length > 1 ? path : [] };
}

function vertexOf(
  node: number,
  { digraph, place }: Graph,
  { radius, version }: { readonly radius: number; readonly version: string | undefined },
): Vertex {
  const { names, dependencies, dependents, missing } = digraph;
  const named = (nodes: Uint32Array): string[] => [...nodes].map((each) => names[each]!);
  return {
    name: names[node]!,
    place: place(names[node]!)!,
    version,
    dependsOn: [...named(neighbours(dependencies, node)), ...(missing.get(node) ?? [])],
    dependents: named(neighbours(dependents, node)),
    blastRadius: radius,
    isCritical: names.length >= leastFleet && radius > criticalShare * names.length,
  };
}

/** Edges to what is not shown are left out; those to what does not exist stay. */
const within =
  (shown: ReadonlySet<string>) =>
  (vertex: Vertex): Vertex => {
    const missing = vertex.place.is === "missing" ? vertex.place.names : [];
    return {
      ...vertex,
      dependsOn: vertex.dependsOn.filter((name) => shown.has(name) || missing.includes(name)),
      dependents: vertex.dependents.filter((name) => shown.has(name)),
    };
  };

function around(focus: string, { indexOf, dependencies, dependents }: Digraph): ReadonlySet<number> {
  const start = indexOf.get(focus);
  const kept = new Set<number>();
  for (const lists of [dependencies, dependents]) {
    const reached = new Set(start === undefined ? [] : [start]);
    for (const node of reached) for (const each of neighbours(lists, node)) reached.add(each);
    for (const node of reached) kept.add(node);
  }
  return kept;
}
