import { allEdges, nodesOf } from "../../reconcilers/repository/edges.ts";
import { graphNodes } from "../../reconcilers/repository/graph.ts";
import type { Repository } from "../../schema/repository.ts";
import { type Digraph, digraphOf, neighbours } from "../../sequencer/digraph.ts";
import { type Graph, layOut, type Place } from "../../sequencer/graph.ts";
import { blastRadii, criticalPath } from "../../sequencer/impact.ts";

/** A repository in the picture, or a library in one. */
export interface Vertex {
  readonly name: string;
  readonly place: Place;
  /** Latest release, as status has it. */
  readonly version: string | undefined;
  readonly dependsOn: readonly string[];
  /** Which of these nobody declared: a manifest says so. */
  readonly derived: readonly string[];
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
  /** Where what is declared and what manifests say differ, by the name of the repository. */
  readonly drift: readonly {
    readonly name: string;
    readonly undeclared: readonly string[];
    readonly unused: readonly string[];
  }[];
}

/** From this share of the fleet on, what builds on a repository makes it a single point of failure. */
const criticalShare = 0.3;
/** In a fleet of fewer everything would be one. */
const leastFleet = 5;

/** The fleet of a namespace; where `focus` is given, a repository with its libraries or a node, what it builds on and what builds on it. */
export function fleetOf(repositories: readonly Repository[], focus?: string): Fleet {
  const facts = factsOf(repositories);
  const graph = layOut(graphNodes(repositories));
  const { digraph } = graph;
  const radii = blastRadii(digraph);
  const own = repositories.find(({ metadata }) => metadata.name === focus);
  const kept = focus === undefined ? undefined : around(own ? nodesOf(own) : [focus], digraph);
  const vertices = digraph.names.flatMap((name, node) =>
    kept && !kept.has(node) ? [] : [vertexOf(node, graph, { radius: radii[node]!, ...facts.get(name)! })],
  );
  const shown = new Set(vertices.map(({ name }) => name));
  const path = criticalPath(kept ? digraphOf(vertices.map(within(shown))) : digraph).path;
  return {
    vertices: vertices.map(within(shown)),
    criticalPath: path.length > 1 ? path : [],
    drift: repositories.flatMap((repository) => {
      const drift = nodesOf(repository).some((node) => shown.has(node)) ? repository.status?.drift : undefined;
      return drift ? [{ name: repository.metadata.name, ...drift }] : [];
    }),
  };
}

/** What is known of a node besides its edges. */
interface Facts {
  readonly version: string | undefined;
  readonly derived: ReadonlySet<string>;
}

function factsOf(repositories: readonly Repository[]): ReadonlyMap<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const repository of repositories) {
    const { metadata, status } = repository;
    const versions = new Map(status?.libraries?.map(({ name, version }) => [`${metadata.name}/${name}`, version]));
    const edges = allEdges(repository).filter(({ isDerived }) => isDerived);
    for (const node of nodesOf(repository)) {
      facts.set(node, {
        version: node === metadata.name ? status?.latestRelease?.version : versions.get(node),
        derived: new Set(edges.filter((edge) => edge.node === node).map(({ name }) => name)),
      });
    }
  }
  return facts;
}

function vertexOf(
  node: number,
  { digraph, place }: Graph,
  { radius, version, derived }: Facts & { readonly radius: number },
): Vertex {
  const { names, dependencies, dependents, missing } = digraph;
  const named = (nodes: Uint32Array): string[] => [...nodes].map((each) => names[each]!);
  const dependsOn = [...named(neighbours(dependencies, node)), ...(missing.get(node) ?? [])];
  return {
    name: names[node]!,
    place: place(names[node]!)!,
    version,
    dependsOn,
    derived: dependsOn.filter((name) => derived.has(name)),
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
      derived: vertex.derived.filter((name) => shown.has(name)),
      dependents: vertex.dependents.filter((name) => shown.has(name)),
    };
  };

function around(focus: readonly string[], { indexOf, dependencies, dependents }: Digraph): ReadonlySet<number> {
  const starts = focus.flatMap((name) => indexOf.get(name) ?? []);
  const kept = new Set<number>();
  for (const lists of [dependencies, dependents]) {
    const reached = new Set(starts);
    for (const node of reached) for (const each of neighbours(lists, node)) reached.add(each);
    for (const node of reached) kept.add(node);
  }
  return kept;
}
