import { namespaceFinalizer } from "../builtin/namespace.ts";
import type { Cluster } from "../cluster.ts";
import { type Answer, type Call, isDryRun } from "../http/call.ts";
import { badRequest, conflict, forbidden } from "../http/status.ts";
import { isRecord, type KubeObject, timestamp } from "../object.ts";
import type { Resource } from "../resource/resource.ts";
import { type Entry, parseEntry } from "../store/entry.ts";
import { selectionOf, selects } from "../verb/list.ts";
import { existing } from "../verb/read.ts";
import { parseBody } from "./body.ts";
import { commit } from "./update.ts";

export type Propagation = "Background" | "Foreground" | "Orphan";

interface DeleteOptions {
  readonly propagation: Propagation | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly dryRun: boolean;
}

/** DELETE of one object: at once, or when its finalizers allow. */
export function deleteObject(cluster: Cluster, call: Call): Answer {
  const options = optionsOf(call);
  const entry = existing(cluster, call);
  const { resource } = call.served;
  if (resource.behaviour.undeletable?.includes(entry.name)) {
    throw forbidden(resource, entry.name, `this ${resource.singular} may not be deleted`);
  }
  for (const [field, wanted, is] of [
    ["UID", options.uid, entry.uid],
    ["ResourceVersion", options.resourceVersion, String(entry.revision)],
  ] as const) {
    if (wanted === undefined || wanted === is) continue;
    const why = `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${is}`;
    throw conflict(resource, entry.name, why);
  }
  const left = options.dryRun ? entry : remove(cluster, resource, entry, options.propagation);
  if (left) return { type: "object", code: 200, json: left.json };
  const group = resource.group === "" ? undefined : resource.group;
  const details = { name: entry.name, group, kind: resource.plural, uid: entry.uid };
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  return { type: "status", code: 200, body };
}

/** DELETE of a collection: the list of what is deleted. */
export function deleteCollection(cluster: Cluster, call: Call): Answer {
  const { store } = cluster;
  const { resource } = call.served;
  const options = optionsOf(call);
  const selection = selectionOf(call);
  const chosen = [...store.entries(resource.id, call.namespace)].filter((entry) => selects(selection, entry));
  if (!options.dryRun) for (const entry of chosen) remove(cluster, resource, entry, options.propagation);
  const items = chosen.map((entry) => entry.json);
  return { type: "list", list: { items, revision: store.revision, continue: undefined, remaining: undefined } };
}

/** Deletes an entry, or marks it for deletion when something still holds it; what is left of it then. */
export function remove(
  cluster: Cluster,
  resource: Resource,
  entry: Entry,
  propagation: Propagation | undefined,
): Entry | undefined {
  const object = parseEntry(entry);
  const { metadata } = object;
  if (!metadata.deletionTimestamp) {
    const asked = withPropagation(metadata.finalizers ?? [], propagation);
    const finalizers = [...new Set([...asked, ...(resource.behaviour.finalizersOnDelete ?? [])])];
    if (finalizers.length === 0 && resource.id !== "namespaces") {
      cluster.store.remove(resource.id, object);
      return undefined;
    }
    mark(object, finalizers, cluster.clock.now());
  } else {
    const finalizers = withPropagation(metadata.finalizers ?? [], propagation);
    if (finalizers.length === (metadata.finalizers ?? []).length) return entry;
    metadata.finalizers = finalizers;
  }
  const left = commit(cluster, resource.id, object);
  return cluster.store.get(resource.id, left.namespace, left.name) && left;
}

function mark(object: KubeObject, finalizers: string[], now: Date): void {
  const { metadata } = object;
  metadata.deletionTimestamp = timestamp(now);
  metadata.deletionGracePeriodSeconds = 0;
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  if (metadata.generation !== undefined) metadata.generation += 1;
  if (object.kind !== "Namespace" || object.apiVersion !== "v1") return;
  object["spec"] ??= { finalizers: [namespaceFinalizer] };
  object["status"] = { ...(isRecord(object["status"]) ? object["status"] : {}), phase: "Terminating" };
  delete metadata.deletionGracePeriodSeconds;
}

const orphan = "orphan";
const foreground = "foregroundDeletion";

function withPropagation(finalizers: readonly string[], propagation: Propagation | undefined): string[] {
  if (propagation === undefined) return [...finalizers];
  const others = finalizers.filter((each) => each !== orphan && each !== foreground);
  if (propagation === "Foreground") return [...others, foreground];
  return propagation === "Orphan" ? [...others, orphan] : others;
}

function optionsOf(call: Call): DeleteOptions {
  const read = call.body.length === 0 ? {} : parseBody(call.contentType, call.body).value;
  const body = isRecord(read) ? read : {};
  const preconditions = isRecord(body["preconditions"]) ? body["preconditions"] : {};
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const orphans = body["orphanDependents"] === true ? "Orphan" : undefined;
  const asked = text(body["propagationPolicy"]) ?? call.query.get("propagationPolicy") ?? orphans;
  if (asked !== undefined && asked !== "Background" && asked !== "Foreground" && asked !== "Orphan") {
    throw badRequest(`invalid propagationPolicy ${JSON.stringify(asked)}: use Background, Foreground or Orphan`);
  }
  const dryRuns = Array.isArray(body["dryRun"]) ? body["dryRun"] : [];
  return {
    propagation: asked,
    uid: text(preconditions["uid"]),
    resourceVersion: text(preconditions["resourceVersion"]),
    dryRun: isDryRun(call) || dryRuns.includes("All"),
  };
}
