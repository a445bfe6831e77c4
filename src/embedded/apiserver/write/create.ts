import { randomInt, randomUUID } from "node:crypto";
import { isTerminating } from "../builtin/namespace.ts";
import type { Cluster } from "../cluster.ts";
import { type Answer, type Call, isDryRun } from "../http/call.ts";
import { alreadyExists, badRequest, forbidden, notFound } from "../http/status.ts";
import { type KubeObject, sortedJson, timestamp } from "../object.ts";
import { applyDefaults } from "../schema/default.ts";
import { parseEntry } from "../store/entry.ts";
import { readObject } from "./body.ts";
import { toStored } from "./conversion.ts";
import { trackFields } from "./ownership.ts";
import { tidyMetadata } from "./tidy.ts";
import { dropUnknown } from "./unknown-field.ts";
import { checkNew } from "./validation.ts";

/** POST to a collection. */
export function createObject(cluster: Cluster, call: Call): Answer {
  const { object, duplicates } = readObject(call);
  dropUnknown(call, object, duplicates);
  return create(cluster, call, object);
}

/**
 * Creates an object of the request's version. With `applied`, its managedFields are already those of a server-side
 * apply; otherwise they are the request's field manager's.
 */
export function create(cluster: Cluster, call: Call, object: KubeObject, applied = false): Answer {
  const { resource, version } = call.served;
  const { store, clock } = cluster;
  nameIt(call, object);
  tidyMetadata(object.metadata);
  const name = object.metadata.name ?? "";
  requireNamespace(cluster, call);
  const now = clock.now();
  initialise(object, now);
  if (resource.hasGeneration) object.metadata.generation = 1;
  if (version.hasStatus) delete object["status"];
  if (version.structural) applyDefaults(version.structural, object);
  resource.behaviour.prepare?.(object, undefined, now);
  checkNew(call, object);
  if (name !== "" && store.get(resource.id, call.namespace, name)) throw alreadyExists(resource, name);
  if (!applied) trackFields({ call, before: undefined, after: object, now });
  const stored = toStored(call.served, object);
  if (isDryRun(call)) return { type: "object", code: 201, json: sortedJson(stored) };
  return { type: "object", code: 201, json: store.put(resource.id, stored).json };
}

/** What only the server sets on a new object. */
function initialise({ metadata }: KubeObject, now: Date): void {
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  metadata.uid = randomUUID();
  metadata.creationTimestamp = timestamp(now);
}

const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const longestGeneratedBase = 58;

/** Settles name and namespace from the body, the path and `generateName`. Throws 400 where they disagree. */
function nameIt(call: Call, { metadata }: KubeObject): void {
  if (call.name !== "" && metadata.name !== undefined && metadata.name !== call.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${call.name})`);
  }
  if (call.name !== "") metadata.name = call.name;
  if (!metadata.name && metadata.generateName) {
    const suffix = Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
    metadata.name = metadata.generateName.slice(0, longestGeneratedBase) + suffix;
  }
  settleNamespace(call, metadata);
}

/** The namespace of the object is the path's. Throws 400 when the body says another. */
export function settleNamespace(call: Call, metadata: KubeObject["metadata"]): void {
  if (!call.served.resource.namespaced) {
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace && metadata.namespace !== call.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  metadata.namespace = call.namespace;
}

function requireNamespace({ store }: Cluster, call: Call): void {
  const { resource } = call.served;
  if (!resource.namespaced) return;
  const namespace = store.get("namespaces", "", call.namespace);
  if (!namespace) throw notFound({ group: "", plural: "namespaces", kind: "Namespace" }, call.namespace);
  if (!namespace.deleting && !isTerminating(parseEntry(namespace))) return;
  const why = `unable to create new content in namespace ${call.namespace} because it is being terminated`;
  const message = `namespace ${call.namespace} is being terminated`;
  throw forbidden(resource, call.name, why, [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }]);
}
