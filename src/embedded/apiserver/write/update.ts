import type { Cluster } from "../cluster.ts";
import { type Answer, type Call, isDryRun } from "../http/call.ts";
import { badRequest, conflict, modified } from "../http/status.ts";
import { type KubeObject, sortedJson } from "../object.ts";
import { applyDefaults } from "../schema/default.ts";
import { equal } from "../schema/json.ts";
import { type Entry, parseEntry } from "../store/entry.ts";
import { existing } from "../verb/read.ts";
import { readObject } from "./body.ts";
import { fromStored, toStored } from "./conversion.ts";
import { settleNamespace } from "./create.ts";
import { trackFields } from "./ownership.ts";
import { tidyMetadata } from "./tidy.ts";
import { dropUnknown } from "./unknown-field.ts";
import { checkChange } from "./validation.ts";

/** PUT of one object, or of its status. */
export function updateObject(cluster: Cluster, call: Call): Answer {
  const { object, duplicates } = readObject(call);
  dropUnknown(call, object, duplicates);
  const { name } = object.metadata;
  if (name !== undefined && name !== call.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`);
  }
  if (name === undefined)
    throw badRequest(`the name of the object (${call.name} based on URL) was undeterminable: name must be provided`);
  const entry = existing(cluster, call);
  if (!call.served.resource.custom) object.metadata.resourceVersion ||= String(entry.revision);
  return replace(cluster, call, { entry, object });
}

/** A stored entry and what is to stand in its place, in the request's version. */
export interface Replacement {
  readonly entry: Entry;
  readonly object: KubeObject;
  /** The entry's object in the request's version, if the caller has it. The new object may share parts with it. */
  readonly before?: KubeObject;
  /** Whether the object's managedFields are already those of a server-side apply. */
  readonly applied?: boolean;
}

/**
 * Puts one object in the place of another, as every update and patch does: preconditions, what each endpoint may
 * change, defaults, validation, generation. A write that changes nothing is no write.
 */
export function replace(cluster: Cluster, call: Call, replacement: Replacement): Answer {
  const { resource, version } = call.served;
  const { entry, object, applied } = replacement;
  const before = replacement.before ?? fromStored(call.served, parseEntry(entry));
  settleNamespace(call, object.metadata);
  tidyMetadata(object.metadata);
  checkPreconditions(call, object, before);
  if (version.structural) applyDefaults(version.structural, object);
  const now = cluster.clock.now();
  const after = keepOthers(call, object, before);
  resource.behaviour.prepare?.(after, before, now);
  if (resource.hasGeneration && contentDiffers(call, after, before)) {
    after.metadata.generation = (before.metadata.generation ?? 0) + 1;
  }
  checkChange(call, after, before);
  if (!applied) trackFields({ call, before, after, now });
  if (equal(after, before)) return { type: "object", code: 200, json: entry.json };
  const stored = toStored(call.served, after);
  if (isDryRun(call)) return { type: "object", code: 200, json: sortedJson(stored) };
  return { type: "object", code: 200, json: commit(cluster, resource.id, stored).json };
}

/** Stores a changed object, or removes it when its last finalizer went from it while it was being deleted. */
export function commit({ store }: Cluster, resource: string, object: KubeObject): Entry {
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = object.metadata;
  const gone = deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0;
  return gone && !holdsNamespace(object) ? store.remove(resource, object) : store.put(resource, object);
}

/** Namespaces have a finalizer of their own, outside of their metadata. */
function holdsNamespace({ apiVersion, kind, spec }: KubeObject): boolean {
  if (apiVersion !== "v1" || kind !== "Namespace") return false;
  const finalizers = (spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? [];
  return finalizers.length > 0;
}

function checkPreconditions({ served }: Call, { metadata }: KubeObject, before: KubeObject): void {
  const { resource } = served;
  const name = before.metadata.name ?? "";
  if (metadata.uid && metadata.uid !== before.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${before.metadata.uid}`;
    const { group, plural, namespaced } = resource;
    const key = ["/registry", group, plural, namespaced ? before.metadata.namespace : "", name]
      .filter(Boolean)
      .join("/");
    const place = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: `;
    throw conflict(resource, name, place + why);
  }
  if (metadata.resourceVersion && metadata.resourceVersion !== before.metadata.resourceVersion) {
    throw modified(resource, name);
  }
}

/** Status endpoints change the status and nothing else; the others change everything else. */
function keepOthers({ served, subresource }: Call, after: KubeObject, before: KubeObject): KubeObject {
  if (subresource === "status") {
    const { managedFields, resourceVersion } = after.metadata;
    const metadata = {
      ...before.metadata,
      ...(managedFields && { managedFields }),
      ...(resourceVersion && { resourceVersion }),
    };
    return withStatus({ ...before, metadata }, after["status"]);
  }
  const { metadata } = after;
  const old = before.metadata;
  metadata.uid ||= old.uid!;
  metadata.creationTimestamp ||= old.creationTimestamp!;
  copy(old, metadata, "generation");
  if (old.deletionTimestamp) copy(old, metadata, "deletionTimestamp");
  if (old.deletionTimestamp) copy(old, metadata, "deletionGracePeriodSeconds");
  return served.version.hasStatus ? withStatus(after, before["status"]) : after;
}

function withStatus(object: KubeObject, status: unknown): KubeObject {
  if (status === undefined) delete object["status"];
  else object["status"] = status;
  return object;
}

function copy<Key extends keyof KubeObject["metadata"]>(
  from: KubeObject["metadata"],
  to: KubeObject["metadata"],
  key: Key,
): void {
  if (from[key] === undefined) delete to[key];
  else to[key] = from[key];
}

function contentDiffers({ served, subresource }: Call, after: KubeObject, before: KubeObject): boolean {
  if (subresource === "status") return false;
  const ignored = new Set(["metadata", "apiVersion", "kind", ...(served.version.hasStatus ? ["status"] : [])]);
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...keys].some((key) => !ignored.has(key) && !equal(after[key], before[key]));
}
