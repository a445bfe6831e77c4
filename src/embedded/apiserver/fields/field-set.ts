import { get, isObject, type JsonObject } from "../schema/json.ts";

/**
 * A set of paths into an object, in the form of FieldsV1: `{"f:spec": {"f:owner": {}}}`. A node without members is a
 * path of the set; a node with members is one if it has the member `.`. Sets are never changed in place, and an
 * operation that changes nothing returns the set it was given.
 */
export type FieldSet = JsonObject;

export const noFields: FieldSet = Object.freeze({});
const self: FieldSet = Object.freeze({});

export const isEmpty = (set: FieldSet): boolean => {
  for (const _ in set) return false;
  return true;
};

/** Whether a node stands for a path of the set, and not only for the way to one. */
export const isMember = (node: FieldSet): boolean => isEmpty(node) || Object.hasOwn(node, ".");

/** The node under a path element. */
export const childOf = (set: FieldSet, element: string): FieldSet | undefined => {
  const child = get(set, element);
  return isObject(child) ? child : undefined;
};

/** The elements below a node, without the mark of its own membership. */
export function* childrenOf(set: FieldSet): Generator<[string, FieldSet]> {
  for (const element of Object.keys(set)) {
    const child = set[element];
    if (element !== "." && isObject(child)) yield [element, child];
  }
}

const below = (node: FieldSet): FieldSet => {
  if (!Object.hasOwn(node, ".")) return node;
  const { ".": _, ...rest } = node;
  return rest;
};

/** A node from its membership and what is below it; undefined when it holds no path at all. */
export function nodeOf(member: boolean, children: FieldSet): FieldSet | undefined {
  if (isEmpty(children)) return member ? self : undefined;
  return member ? { ".": self, ...children } : children;
}

/** The paths of both sets. */
export function union(one: FieldSet, other: FieldSet): FieldSet {
  if (one === other || isEmpty(other)) return one;
  if (isEmpty(one)) return other;
  let result = one;
  for (const [element, theirs] of childrenOf(other)) {
    const ours = childOf(one, element);
    const merged = ours ? unionOfNodes(ours, theirs) : theirs;
    if (merged === ours) continue;
    if (result === one) result = { ...one };
    result[element] = merged;
  }
  return result;
}

function unionOfNodes(one: FieldSet, other: FieldSet): FieldSet {
  const children = union(below(one), below(other));
  const member = isMember(one) || isMember(other);
  return children === below(one) && member === isMember(one) ? one : (nodeOf(member, children) ?? one);
}

/** How two nodes under the same element become one; undefined drops the element. */
type Combine = (ours: FieldSet, theirs: FieldSet) => FieldSet | undefined;

/** Replaces the elements that both sets have. */
function onShared(one: FieldSet, other: FieldSet, combine: Combine): FieldSet {
  let result = one;
  for (const [element, theirs] of childrenOf(other)) {
    const ours = childOf(one, element);
    if (!ours) continue;
    const left = combine(ours, theirs);
    if (left === ours) continue;
    if (result === one) result = { ...one };
    if (left) result[element] = left;
    else delete result[element];
  }
  return result;
}

/** The paths of the first set that are not in the second. */
export const difference = (one: FieldSet, other: FieldSet): FieldSet =>
  onShared(one, other, (ours, theirs) => {
    const children = difference(below(ours), below(theirs));
    const member = isMember(ours) && !isMember(theirs);
    return children === below(ours) && member === isMember(ours) ? ours : nodeOf(member, children);
  });

/** The paths of the first set that are neither in the second nor below a path of it. */
export const without = (one: FieldSet, other: FieldSet): FieldSet =>
  onShared(one, other, (ours, theirs) => {
    if (isMember(theirs)) return undefined;
    const children = without(below(ours), below(theirs));
    return children === below(ours) ? ours : nodeOf(isMember(ours), children);
  });

/** The paths that are in both sets. */
export function intersection(one: FieldSet, other: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [element, theirs] of childrenOf(other)) {
    const ours = childOf(one, element);
    if (!ours) continue;
    const shared = nodeOf(isMember(ours) && isMember(theirs), intersection(below(ours), below(theirs)));
    if (shared) result[element] = shared;
  }
  return result;
}

/** Every path of the set, as a list of its elements: at each level the paths that end there come first. */
export function* pathsOf(set: FieldSet, prefix: readonly string[] = []): Generator<readonly string[]> {
  const children = [...childrenOf(set)].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [element, node] of children) if (isMember(node)) yield [...prefix, element];
  for (const [element, node] of children) yield* pathsOf(node, [...prefix, element]);
}
