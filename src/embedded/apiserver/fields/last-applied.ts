import { get, isObject, type JsonObject } from "../schema/json.ts";
import { fieldsOf } from "./collect.ts";
import { compare } from "./compare.ts";
import { difference, type FieldSet, noFields } from "./field-set.ts";
import type { FieldType } from "./field-type.ts";

/** Where client-side apply keeps the configuration that it applied last. */
const annotation = "kubectl.kubernetes.io/last-applied-configuration";

function lastAppliedOf(object: JsonObject): JsonObject | undefined {
  const metadata = get(object, "metadata");
  const annotations = isObject(metadata) ? get(metadata, "annotations") : undefined;
  const text = isObject(annotations) ? get(annotations, annotation) : undefined;
  if (typeof text !== "string" || text === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Somebody wrote something else there. Then nothing is known about the last apply, as on the real server.
    return undefined;
  }
}

/**
 * What the last client-side apply owns by its annotation: the fields that it set and that are still as it set them.
 * The same person may change those by server-side apply without a conflict.
 */
export function lastAppliedFields(type: FieldType, live: object, apiVersion: string): FieldSet {
  const last = lastAppliedOf(live as JsonObject);
  if (last?.["apiVersion"] !== apiVersion) return noFields;
  const { added, modified, removed } = compare(type, last, live as JsonObject);
  return [modified, added, removed].reduce(difference, fieldsOf(type, last));
}

/** The object with the annotation, if it has one, brought up to date with a server-side apply. */
export function withLastApplied(object: JsonObject, applied: object): JsonObject {
  const metadata = get(object, "metadata");
  const annotations = isObject(metadata) ? get(metadata, "annotations") : undefined;
  if (!isObject(metadata) || !isObject(annotations) || !get(annotations, annotation)) return object;
  const text = `${JSON.stringify(withoutAnnotation(applied as JsonObject))}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [annotation]: text } } };
}

function withoutAnnotation(object: JsonObject): JsonObject {
  const metadata = get(object, "metadata");
  const annotations = isObject(metadata) ? get(metadata, "annotations") : undefined;
  if (!isObject(metadata) || !isObject(annotations)) return object;
  const { [annotation]: _, ...rest } = annotations;
  return { ...object, metadata: { ...metadata, annotations: rest } };
}
