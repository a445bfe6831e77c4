import { isObject, type JsonObject } from "./json.ts";

/** The fields of a type: true for leaves and free maps. */
interface Fields {
  readonly [name: string]: true | Fields | readonly [Fields];
}

const owner: Fields = {
  apiVersion: true,
  kind: true,
  name: true,
  uid: true,
  controller: true,
  blockOwnerDeletion: true,
};
const entry: Fields = {
  manager: true,
  operation: true,
  apiVersion: true,
  time: true,
  fieldsType: true,
  fieldsV1: true,
  subresource: true,
};

/** The fields of ObjectMeta. */
const metadata: Fields = {
  name: true,
  generateName: true,
  namespace: true,
  selfLink: true,
  uid: true,
  resourceVersion: true,
  generation: true,
  creationTimestamp: true,
  deletionTimestamp: true,
  deletionGracePeriodSeconds: true,
  labels: true,
  annotations: true,
  ownerReferences: [owner],
  finalizers: true,
  managedFields: [entry],
};

/** Removes from metadata, in place, what is no field of ObjectMeta. Returns the paths, below `path`. */
export function pruneMetadata(object: JsonObject, path: string): string[] {
  return isObject(object) ? pruneFields(object, metadata, path) : [];
}

function pruneFields(object: JsonObject, fields: Fields, path: string): string[] {
  const unknown: string[] = [];
  for (const key of Object.keys(object)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const place = `${path}.${key}`;
    if (field === undefined) {
      unknown.push(place);
      delete object[key];
    } else if (Array.isArray(field)) {
      unknown.push(...pruneItems(object[key], (field as readonly [Fields])[0], place));
    }
  }
  return unknown;
}

function pruneItems(list: unknown, fields: Fields, path: string): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => (isObject(item) ? pruneFields(item, fields, `${path}[${index}]`) : []));
}
