import { isObject, type JsonObject, put } from "../schema/json.ts";
import { childOf, type FieldSet, isMember } from "./field-set.ts";
import { type FieldType, memberType } from "./field-type.ts";
import { fieldElement, itemElement } from "./path-element.ts";

/** The live object with the applied configuration on top. Shares the parts that do not change. */
export function mergeApplied(type: FieldType, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null) return applied;
  if (Array.isArray(applied)) {
    return Array.isArray(live) && type.listType !== "atomic" ? mergeLists(type, live, applied) : applied;
  }
  if (!isObject(applied) || type.atomicMap || !isObject(live)) return applied;
  if (Object.keys(applied).length === 0 && Object.keys(live).length === 0) return applied;
  const result: JsonObject = { ...live };
  for (const name of Object.keys(applied)) {
    const own = Object.hasOwn(live, name) ? live[name] : undefined;
    put(result, name, mergeApplied(memberType(type, name), own, applied[name]));
  }
  return result;
}

/**
 * Items of both lists. The applied ones keep their order; the live ones that are not applied stay where they stand
 * among those that both have.
 */
function mergeLists(type: FieldType, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const [ours, theirs] = [elementsOf(type, live), elementsOf(type, applied)];
  const [inLive, inApplied] = [new Map(ours.map((each, at) => [each, live[at]])), new Set(theirs)];
  const shared = theirs.filter((each) => inLive.has(each));
  const done = new Set<string>();
  const result: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < ours.length || r < theirs.length) {
    const element = ours[l];
    if (element !== undefined && !inApplied.has(element)) {
      result.push(live[l++]);
    } else if (element !== undefined && (done.has(element) || (shared[0] !== undefined && shared[0] !== element))) {
      // Both have it, but its turn in the applied order has passed or is yet to come.
      l++;
    } else {
      const next = theirs[r]!;
      result.push(mergeApplied(type.element, inLive.get(next), applied[r++]));
      done.add(next);
      if (shared[0] === next) shared.shift();
    }
  }
  return result;
}

const elementsOf = (type: FieldType, list: readonly unknown[]): string[] => list.map((item) => itemElement(type, item));

/**
 * The value without the paths of a set. Of a map or list that loses its last part, but is not in the set itself,
 * a null is left, as on the real server.
 */
export function removeFields(type: FieldType, value: unknown, set: FieldSet): unknown {
  if (Array.isArray(value)) return removeItems(type, value, set);
  if (!isObject(value) || type.atomicMap) return value;
  const result: JsonObject = {};
  for (const name of Object.keys(value)) {
    const node = childOf(set, fieldElement(name));
    if (node && isMember(node)) continue;
    put(result, name, node ? removeFields(memberType(type, name), value[name], node) : value[name]);
  }
  return Object.keys(result).length > 0 || Object.keys(value).length === 0 ? result : null;
}

function removeItems(type: FieldType, list: readonly unknown[], set: FieldSet): unknown {
  if (type.listType === "atomic" || list.length === 0) return list;
  const result: unknown[] = [];
  for (const item of list) {
    const node = childOf(set, itemElement(type, item));
    if (node && isMember(node)) continue;
    result.push(node ? removeFields(type.element, item, node) : item);
  }
  return result.length > 0 ? result : null;
}
