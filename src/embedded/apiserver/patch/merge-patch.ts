import { copy, isObject, type JsonObject, put } from "../schema/json.ts";

/** RFC 7386. The document is not changed, and the result shares what the patch does not speak about. */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return copy(patch);
  const result: JsonObject = isObject(document) ? { ...document } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else put(result, key, mergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
