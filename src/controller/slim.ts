import type { KubeObject, ObjectMeta, Resource } from "./client.ts";
import { apiVersionOf } from "./path.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * The object without what nobody here reads: who manages which field, and kubectl's copy of the whole of it. That is
 * half of its memory. It is built anew, as `delete` would turn it into a dictionary of twice the size. Items of a
 * list come without apiVersion and kind for some resources; here they always have them, and share the strings.
 */
export function slimmer(resource: Resource): (object: KubeObject) => KubeObject {
  const apiVersion = apiVersionOf(resource);
  const { kind } = resource;
  return (object) => ({
    ...object,
    apiVersion,
    kind,
    metadata: slimMetadata(object.metadata),
  });
}

function slimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { annotations } = metadata;
  const slim = without(metadata, "managedFields");
  if (!annotations || !(lastApplied in annotations)) return slim;
  return { ...slim, annotations: without(annotations, lastApplied) };
}

function without<T extends object>(fields: T, left: string): T {
  const kept: Record<string, unknown> = {};
  for (const name in fields) if (name !== left) kept[name] = fields[name];
  return kept as T;
}
