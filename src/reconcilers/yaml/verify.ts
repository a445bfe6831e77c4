import { isAlias, isCollection, isScalar, visit } from "yaml";
import { type Parsed, parseOne } from "./locate.ts";

/** A replacement that was made: where the scalar began before, and what it must say now. */
export interface Replaced {
  readonly start: number;
  readonly value: string;
}

/**
 * Whether `after` says the same as `before` but for these scalars, in the same structure. This is the last line of
 * defence: whatever a value holds, it never becomes more than a value.
 */
export function onlyTheseChanged(before: string, after: string, replaced: readonly Replaced[]): boolean {
  const [old, young] = [parseOne(before), parseOne(after)];
  if (old.is === "refused" || young.is === "refused") return false;
  const [oldNodes, youngNodes] = [nodesOf(old), nodesOf(young)];
  if (oldNodes.length !== youngNodes.length) return false;
  const wanted = new Map(replaced.map(({ start, value }) => [start, value]));
  return oldNodes.every((node, index) => {
    const now = youngNodes[index]!;
    const value = wanted.get(node.start);
    if (value === undefined || !node.isScalar) return node.says === now.says;
    wanted.delete(node.start);
    return now.isScalar && now.text === value;
  });
}

interface Flat {
  readonly start: number;
  readonly isScalar: boolean;
  readonly says: string;
  readonly text: string | undefined;
}

/** All nodes in the order of the text, each with what it says by itself. */
function nodesOf({ document }: Parsed): readonly Flat[] {
  const nodes: Flat[] = [];
  visit(document, {
    Node(_, node) {
      const start = node.range?.[0] ?? -1;
      if (isScalar(node)) {
        const text = typeof node.value === "string" ? node.value : node.source;
        nodes.push({ start, isScalar: true, says: `${node.type} ${node.anchor} ${node.tag} ${text}`, text });
      } else if (isAlias(node)) {
        nodes.push({ start, isScalar: false, says: `* ${node.source}`, text: undefined });
      } else if (isCollection(node)) {
        const says = `${node.constructor.name} ${node.anchor} ${node.tag} ${node.items.length}`;
        nodes.push({ start, isScalar: false, says, text: undefined });
      }
    },
  });
  return nodes;
}
