import type { z } from "zod";
import type { Edge } from "../../schema/dependency.ts";
import { Repository } from "../../schema/repository.ts";
import type { Lookup } from "../ports.ts";
import { nodeAt, repositoryOf } from "./node.ts";

/** Where sources that are followed are listed. */
const sourcesFile = "librarian.yaml";

/** Something that a node of the graph builds on, and how. */
export interface GraphEdge {
  /** The Repository, or `REPOSITORY/LIBRARY`, that builds on it. */
  readonly node: string;
  /** What it builds on: another node. */
  readonly name: string;
  readonly via: z.infer<typeof Edge>["via"];
  /** The manifest that requires it. */
  readonly path?: string;
  /** What it is called there; undefined where the manifest was not found to require it. */
  readonly requires?: string;
  readonly range?: string;
  readonly onMajor?: NonNullable<z.infer<typeof Edge>["onMajor"]>;
  /** Whether the manifest alone says so. */
  readonly isDerived?: true;
}

/**
 * What a repository and its libraries build on: what is declared, what is followed, and what the manifests at the head require of
 * others, with what was declared about it. An upstream has several edges where it is required several times. What is derived
 * and leads to nothing any more is left out.
 */
export function edgesOf(repository: Repository, lookup: Pick<Lookup, "get">): readonly GraphEdge[] {
  const { namespace } = repository.metadata;
  const isThere = (node: string): boolean => {
    const found = lookup.get(Repository, { namespace, name: repositoryOf(node) });
    return found !== undefined && nodesOf(found).includes(node);
  };
  return allEdges(repository).filter(({ isDerived, name }) => !isDerived || isThere(name));
}

/** The nodes of a repository: itself, and its libraries. */
export const nodesOf = ({ metadata, spec }: Repository): readonly string[] => [
  metadata.name,
  ...spec.release.libraries.map(({ name }) => `${metadata.name}/${name}`),
];

const known = new WeakMap<Repository, readonly GraphEdge[]>();

/** The same, with what is derived and leads to nothing. A function of the object alone, found once for each. */
export function allEdges(repository: Repository): readonly GraphEdge[] {
  const found = known.get(repository) ?? [...edgesIn(repository)];
  known.set(repository, found);
  return found;
}

function* edgesIn(repository: Repository): Generator<GraphEdge> {
  const required = requiredBy(repository);
  const declared = declaredIn(repository);
  for (const { node, edge } of declared) {
    const { name, via, path, range, onMajor } = edge;
    const found = required.filter((each) => each.node === node && each.name === name);
    const wish = { ...(range !== undefined && { range }), ...(onMajor !== undefined && { onMajor }) };
    // What is declared as order alone is still pinned by a manifest that requires it.
    const pins = found.filter((each) => each.path !== undefined);
    if (path === undefined || !pins.some((each) => each.path === path)) {
      yield { node, name, via, ...(path !== undefined && { path }), ...wish };
    }
    for (const each of pins) yield { ...each, ...wish };
  }
  const said = new Set(declared.map(({ node, edge }) => `${node} ${edge.name}`));
  for (const each of required) if (!said.has(`${each.node} ${each.name}`)) yield { ...each, isDerived: true };
}

const declaredIn = ({ metadata, spec }: Repository) => [
  ...spec.dependsOn.map((edge) => ({ node: metadata.name, edge })),
  ...spec.release.libraries.flatMap(({ name, dependsOn }) =>
    dependsOn.map((edge) => ({ node: `${metadata.name}/${name}`, edge })),
  ),
];

/** What the manifests require, by the node that they belong to. A source is followed, not pinned. */
function requiredBy(repository: Repository): readonly GraphEdge[] {
  const { spec, status } = repository;
  if (spec.manifests === "Ignore") return [];
  return (status?.manifests?.requires ?? []).flatMap(({ node: name, name: requires, path }): readonly GraphEdge[] => {
    const node = nodeAt(repository, path);
    if (node === name) return [];
    const isSource =
      path === sourcesFile && spec.sources.some((each) => each.name === requires && each.repositoryRef.name === name);
    return [isSource ? { node, name, via: "Source" } : { node, name, via: "Manifest", path, requires }];
  });
}

/** How `dependsOn` and the manifests differ; undefined where they do not. */
export function driftOf(
  repository: Repository,
): { readonly undeclared: string[]; readonly unused: string[] } | undefined {
  if (repository.spec.manifests === "Ignore") return undefined;
  const edges = allEdges(repository);
  const names = (some: readonly { readonly name: string }[]): string[] =>
    [...new Set(some.map(({ name }) => name))].sort().slice(0, 50);
  const undeclared = names(edges.filter(({ isDerived }) => isDerived));
  const required = new Set(
    edges.filter(({ requires }) => requires !== undefined).map(({ node, name }) => `${node} ${name}`),
  );
  const unused = names(
    declaredIn(repository).flatMap(({ node, edge }) =>
      edge.via === "Manifest" && !required.has(`${node} ${edge.name}`) ? [edge] : [],
    ),
  );
  return undeclared.length + unused.length > 0 ? { undeclared, unused } : undefined;
}
