import { canonical, equal, get, isObject, type JsonObject } from "../schema/json.ts";
import type { ListRule } from "./merge-key.ts";
import { goText, PatchError } from "./patch-error.ts";

/** Merges two items with the same key. */
export type MergeItem = (original: JsonObject, patch: JsonObject) => unknown;
/** Takes an item that the original does not have. */
export type Take = (value: unknown) => unknown;

export interface ListMerge {
  readonly rule: ListRule;
  readonly merge: MergeItem;
  readonly take: Take;
}

type List = readonly unknown[];

/**
 * The list with the patch's items merged in, by key or by value. Items of the patch take the patch's order; the
 * others stay where they stood in relation to those.
 */
export function mergeList(original: List, patch: List, { rule, merge, take }: ListMerge): unknown[] {
  const { key } = rule;
  if (key === undefined) {
    const known = new Set(original.map(canonical));
    const merged = [...original, ...patch.filter((each) => !known.has(canonical(each)))];
    return inOrder(merged, patch, { original, rule });
  }
  const { items, kept } = directives(original, patch, key);
  const result = [...kept];
  for (const item of items) {
    const at = result.findIndex((each) => isObject(each) && equal(get(each, key), keyOf(item, key)));
    if (at < 0) result.push(take(item));
    else result[at] = merge(result[at] as JsonObject, item);
  }
  return inOrder(result, items, { original, rule });
}

function keyOf(item: JsonObject, key: string): unknown {
  const value = get(item, key);
  if (value === undefined)
    throw new PatchError(500, `map: ${goText(item)} does not contain declared merge key: ${key}`);
  return value;
}

/** Carries out `$patch` in items: `delete` removes the item with that key, `replace` starts from an empty list. */
function directives(original: List, patch: List, key: string): { items: JsonObject[]; kept: unknown[] } {
  const items: JsonObject[] = [];
  let kept = [...original];
  for (const item of patch) {
    if (!isObject(item)) throw new PatchError(422, `expected a map, but received a ${typeof item}`);
    const directive = get(item, "$patch");
    if (directive === undefined) items.push(item);
    else if (directive === "delete")
      kept = kept.filter((each) => !isObject(each) || !equal(get(each, key), keyOf(item, key)));
    else if (directive === "replace") kept = [];
    else throw new PatchError(500, `unknown patch type: ${String(directive)} in map: ${goText(item)}`);
  }
  return { items, kept };
}

/** The list without the values of `$deleteFromPrimitiveList`. */
export function deleteFrom(original: List, values: unknown): unknown[] {
  if (!Array.isArray(values)) throw new PatchError(400, "invalid patch format of primitive list");
  const gone = new Set(values.map(canonical));
  return original.filter((each) => !gone.has(canonical(each)));
}

/**
 * The list in the order of `$setElementOrder`. Items that it does not name stay where they stood in the original
 * list, in relation to those that it names.
 */
export function inOrder(list: List, order: unknown, { original, rule }: { original: List; rule: ListRule }): unknown[] {
  if (!Array.isArray(order)) throw new PatchError(400, "invalid patch format of setElementOrder list");
  const identity = (item: unknown): string =>
    canonical(rule.key !== undefined && isObject(item) ? (get(item, rule.key) ?? null) : item);
  const [wanted, before] = [positions(order, identity), positions(original, identity)];
  const at = (places: ReadonlyMap<string, number>, item: unknown): number => places.get(identity(item)) ?? -1;
  const named = list.filter((item) => at(wanted, item) >= 0).sort((one, other) => at(wanted, one) - at(wanted, other));
  const others = list.filter((item) => at(wanted, item) < 0);
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const place = at(before, item);
    while (next < others.length && place >= 0 && at(before, others[next]) < place) result.push(others[next++]);
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

const positions = (list: List, identity: (item: unknown) => string): Map<string, number> =>
  new Map(list.map((item, index) => [identity(item), index]));
