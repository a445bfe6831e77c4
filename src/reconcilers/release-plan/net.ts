import { Repository } from "../../schema/repository.ts";
import type { Node } from "../../sequencer/digraph.ts";
import type { Lookup } from "../ports.ts";
import { edgesOf, type GraphEdge } from "./edge.ts";

/** What a namespace's repositories and libraries build on. */
export interface Net {
  /** Every Repository, and every library in one. */
  readonly nodes: readonly Node[];
  /** Versions of the latest releases, by node. */
  readonly versions: ReadonlyMap<string, string>;
  /** What a node builds on, and how. */
  edges(node: string): readonly GraphEdge[];
}

/** The graph of all nodes as the caches know it now. */
export function netOf(namespace: string, lookup: Lookup): Net {
  const edges = new Map<string, readonly GraphEdge[]>();
  const versions = new Map<string, string>();
  for (const repository of lookup.list(Repository, namespace)) {
    const { name } = repository.metadata;
    for (const node of [name, ...repository.spec.release.libraries.map((each) => `${name}/${each.name}`)]) {
      edges.set(node, []);
    }
    for (const edge of edgesOf(repository, lookup)) edges.set(edge.node, [...(edges.get(edge.node) ?? []), edge]);
    const { latestRelease, libraries = [] } = repository.status ?? {};
    if (latestRelease) versions.set(name, latestRelease.version);
    for (const library of libraries) versions.set(`${name}/${library.name}`, library.version);
  }
  return {
    nodes: [...edges].map(([name, all]) => ({ name, dependsOn: all.map((edge) => edge.name) })),
    versions,
    edges: (node) => edges.get(node) ?? [],
  };
}
