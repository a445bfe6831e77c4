import { Repository } from "../../schema/repository.ts";
import type { Node } from "../../sequencer/digraph.ts";
import type { Lookup } from "../ports.ts";
import { edgesOf, type GraphEdge, nodesOf } from "../repository/edges.ts";
import { graphNodes } from "../repository/graph.ts";

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
  const repositories = lookup.list(Repository, namespace);
  const versions = new Map<string, string>();
  for (const { metadata, status = {} } of repositories) {
    if (status.latestRelease) versions.set(metadata.name, status.latestRelease.version);
    for (const { name, version } of status.libraries ?? []) versions.set(`${metadata.name}/${name}`, version);
  }
  const byNode = new Map(repositories.flatMap((each) => nodesOf(each).map((node) => [node, each] as const)));
  return {
    nodes: graphNodes(repositories),
    versions,
    edges(node) {
      const repository = byNode.get(node);
      return repository ? edgesOf(repository, lookup).filter((edge) => edge.node === node) : [];
    },
  };
}
