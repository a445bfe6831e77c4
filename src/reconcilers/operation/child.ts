import { createHash } from "node:crypto";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Operation } from "../../schema/operation.ts";
import { isOwnedBy } from "../owner.ts";
import type { Child, Key, Lookup } from "../ports.ts";

/** Longest name of a child: a branch, a label and a table can all hold it. */
const longest = 100;

/** The proposals of an operation, as the cache knows them. */
export const childrenOf = (operation: Operation, lookup: Lookup): readonly ChangeProposal[] =>
  lookup.list(ChangeProposal, operation.metadata.namespace).filter((each) => isOwnedBy(each, operation));

/**
 * The proposal of an operation for a repository: `OPERATION-REPOSITORY`, with a digest where that is too long or taken; or for a part of
 * one: `OPERATION-REPOSITORY-PART`, always with a digest, since a branch can be called what no object is.
 */
export function childKey(
  operation: Operation,
  { repository, part }: { readonly repository: string; readonly part: string | undefined },
  lookup: Lookup,
): Key {
  const { namespace, name: own } = operation.metadata;
  const parts = [own, repository, ...(part === undefined ? [] : [part])];
  const name = parts.join("-");
  if (part === undefined && name.length <= longest) {
    const there = lookup.get(ChangeProposal, { namespace, name });
    if (!there || isOwnedBy(there, operation)) return { namespace, name };
  }
  // `a-b` for `c` and `a` for `b-c` are the same name; the digest tells them apart.
  const digest = createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 10);
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/[-.]*\.[-.]*/g, ".");
  return { namespace, name: `${plain.slice(0, longest - 11).replace(/[-.]+$/, "")}-${digest}` };
}

/** What the child should say. The same need gives the same child, whenever and why ever it is asked for. */
export function childOf(operation: Operation, key: Key, spec: object): Child {
  const { name, uid } = operation.metadata;
  return {
    kind: ChangeProposal,
    key,
    ...(name.length <= 63 && { labels: { "millrace.dev/operation": name } }),
    owner: { kind: Operation, name, uid },
    spec: { ...spec, merge: operation.spec.merge },
  };
}
