import { get, isObject, type JsonObject, put } from "../schema/json.ts";
import { type GroupVersionKind, type ListRule, ruleOf } from "./merge-key.ts";
import { deleteFrom, inOrder, mergeList } from "./merge-list.ts";
import { goText, PatchError } from "./patch-error.ts";

export type { GroupVersionKind } from "./merge-key.ts";

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";

/**
 * Kubernetes' strategic merge patch, for the built-in kinds: lists of containers, ports, conditions and the like are
 * merged by key, with the directives `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`.
 * The document is not changed. Throws a PatchError.
 */
export function strategicMerge(document: unknown, patch: unknown, gvk: GroupVersionKind): unknown {
  if (!isObject(patch)) throw new PatchError(400, "invalid JSON document");
  return new StrategicMerge(gvk).map(isObject(document) ? document : {}, patch, []);
}

type Path = readonly string[];

class StrategicMerge {
  private readonly gvk: GroupVersionKind;

  constructor(gvk: GroupVersionKind) {
    this.gvk = gvk;
  }

  map(original: JsonObject, patch: JsonObject, path: Path): JsonObject {
    const directive = get(patch, "$patch");
    if (directive !== undefined) return replaced(directive, patch);
    const result = retained(original, patch);
    for (const key of Object.keys(patch)) {
      if (key.startsWith(deletePrefix)) this.deleteValues(result, key.slice(deletePrefix.length), patch[key]);
      else if (!key.startsWith("$")) this.member(result, key, { value: patch[key], path: [...path, key] });
    }
    for (const key of Object.keys(patch)) {
      if (key.startsWith(orderPrefix))
        this.order(result, key.slice(orderPrefix.length), { original, order: patch[key], path });
    }
    return result;
  }

  private member(result: JsonObject, key: string, { value, path }: { value: unknown; path: Path }): void {
    const own = get(result, key);
    if (value === null) delete result[key];
    else if (isObject(own) && isObject(value)) put(result, key, this.map(own, value, path));
    else if (Array.isArray(own) && Array.isArray(value)) put(result, key, this.list(own, value, path));
    else {
      const taken = withoutDirectives(value);
      if (taken === undefined) delete result[key];
      else put(result, key, taken);
    }
  }

  private list(original: readonly unknown[], patch: readonly unknown[], path: Path): unknown[] {
    const rule = ruleOf(this.gvk, path);
    if (!rule) return patch.map(withoutDirectives);
    const merge = (one: JsonObject, other: JsonObject): JsonObject => this.map(one, other, path);
    return mergeList(original, patch, { rule, merge, take: withoutDirectives });
  }

  private deleteValues(result: JsonObject, key: string, values: unknown): void {
    const own = get(result, key);
    if (Array.isArray(own)) put(result, key, deleteFrom(own, values));
  }

  private order(result: JsonObject, key: string, at: { original: JsonObject; order: unknown; path: Path }): void {
    const list = get(result, key);
    if (!Array.isArray(list)) return;
    const before = get(at.original, key);
    const rule: ListRule = ruleOf(this.gvk, [...at.path, key]) ?? { key: undefined };
    put(result, key, inOrder(list, at.order, { original: Array.isArray(before) ? before : [], rule }));
  }
}

function replaced(directive: unknown, patch: JsonObject): JsonObject {
  if (directive === "delete") return {};
  if (directive !== "replace")
    throw new PatchError(500, `unknown patch type: ${String(directive)} in map: ${goText(patch)}`);
  const { $patch: _, ...rest } = patch;
  return rest;
}

/** A copy of the original with only the keys of `$retainKeys`, if the patch has that. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = get(patch, "$retainKeys");
  if (keys === undefined) return { ...original };
  if (!Array.isArray(keys)) throw new PatchError(400, "invalid patch format of retainKeys");
  const kept = new Set<unknown>(keys);
  for (const key of Object.keys(patch)) {
    if (!key.startsWith("$") && !kept.has(key)) throw new PatchError(400, "invalid patch format of retainKeys");
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.has(key)));
}

/** A value that the original does not have: nulls and directives say nothing there. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((each) => each !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, "$patch")) return undefined;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const taken = key.startsWith("$") ? undefined : withoutDirectives(value[key]);
    if (taken !== undefined && taken !== null) put(result, key, taken);
  }
  return result;
}
