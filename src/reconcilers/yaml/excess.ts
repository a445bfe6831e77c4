import { isAlias, isCollection, isPair, type Node } from "yaml";

/** What a document may come to when every alias is written out. Real files are far from it. */
const mostNodes = 1_000_000;

/**
 * Whether a document is more than any tool should be given. Aliases of aliases make a few lines worth billions: nothing here
 * writes them out, but whoever reads the file next does.
 */
export function isExcessive(contents: Node | null): boolean {
  const worth = new Map<string, number>();
  const weigh = (node: unknown): number => {
    if (isPair(node)) return weigh(node.key) + weigh(node.value);
    // An alias of what it is in itself counts as one: there is no end to it otherwise.
    if (isAlias(node)) return worth.get(node.source) ?? 1;
    const inside = isCollection(node) ? node.items.reduce<number>((sum, item) => sum + weigh(item), 0) : 0;
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    if (anchor) worth.set(anchor, inside + 1);
    return inside + 1;
  };
  return weigh(contents) > mostNodes;
}
