import type { Repository } from "../../schema/repository.ts";

/** The Repository of a node of the graph, which is one itself or a library in one. */
export const repositoryOf = (node: string): string => node.split("/", 1)[0]!;

/** The node that a file of a repository belongs to: its innermost library, else the repository. */
export function nodeAt({ metadata, spec }: Repository, path: string): string {
  const isBelow = (folder: string): boolean => path.startsWith(`${folder.replace(/\/+$/, "")}/`);
  let best: { readonly name: string; readonly path: string } | undefined;
  for (const library of spec.release.libraries) {
    if (!isBelow(library.path) || library.excludePaths.some(isBelow)) continue;
    if (library.path.length > (best?.path.length ?? -1)) best = library;
  }
  return best ? `${metadata.name}/${best.name}` : metadata.name;
}
