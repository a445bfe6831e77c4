import type { Cluster } from "../cluster.ts";
import type { Answer, Call } from "../http/call.ts";
import { badRequest, invalid, notFound, StatusError, unsupportedMediaType } from "../http/status.ts";
import { isRecord, type KubeObject } from "../object.ts";
import { jsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { PatchError } from "../patch/patch-error.ts";
import { strategicMerge } from "../patch/strategic-merge.ts";
import { parseEntry } from "../store/entry.ts";
import { existing } from "../verb/read.ts";
import { expectKind, parseJson, parseYaml } from "./body.ts";
import { fromStored } from "./conversion.ts";
import { create } from "./create.ts";
import { applyFields, checkDeclared } from "./ownership.ts";
import { dropUnknown } from "./unknown-field.ts";
import { replace } from "./update.ts";

const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const apply = "application/apply-patch+yaml";

/** PATCH of one object, or of its status. A server-side apply creates what is not there. Throws 415 and 422. */
export function patchObject(cluster: Cluster, call: Call): Answer {
  const { custom } = call.served.resource;
  if (call.contentType === apply) return applyObject(cluster, call);
  if (call.contentType !== json && call.contentType !== merge && (custom || call.contentType !== strategic)) {
    throw unsupportedMediaType(custom ? [json, merge, apply] : [json, merge, strategic, apply]);
  }
  const entry = existing(cluster, call);
  const live = fromStored(call.served, parseEntry(entry));
  const { value, duplicates } = parseJson(call.body.toString("utf8"), "error decoding patch: ");
  const object = keepIdentity(expectKind(patched(call, live, value), call.served), live);
  dropUnknown(call, object, call.contentType === json ? [] : duplicates);
  return replace(cluster, call, { entry, before: live, object });
}

function patched(call: Call, live: KubeObject, patch: unknown): unknown {
  const { resource, version } = call.served;
  if (call.contentType !== json && !isRecord(patch)) {
    const type = Array.isArray(patch) ? "array" : typeof patch === "boolean" ? "bool" : typeof patch;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    );
  }
  try {
    if (call.contentType === json) return jsonPatch(live, patch);
    if (call.contentType === merge) return mergePatch(live, patch);
    return strategicMerge(live, patch, { group: resource.group, version: version.name, kind: resource.kind });
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (error.code === 400) throw badRequest(error.message);
    const reasons = { 413: "RequestEntityTooLarge", 422: "Invalid", 500: "" } as const;
    throw new StatusError(error.code, reasons[error.code], error.message, {});
  }
}

/** A patch cannot rename an object. Metadata of the result may be shared with the live object, so it is copied. */
function keepIdentity(object: KubeObject, live: KubeObject): KubeObject {
  const metadata = { ...object.metadata };
  if (metadata.name !== live.metadata.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${live.metadata.name})`,
    );
  }
  return { ...object, metadata };
}

function applyObject(cluster: Cluster, call: Call): Answer {
  const { served, query } = call;
  if (!query.get("fieldManager")) throw managerRequired();
  const applied = expectKind(parseYaml(call.body.toString("utf8")), served);
  const { metadata } = applied;
  if (metadata.managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
  if (metadata.name !== undefined && metadata.name !== call.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${call.name})`);
  }
  metadata.name = call.name;
  if (served.resource.namespaced) metadata.namespace ??= call.namespace;
  checkDeclared(call, applied);
  dropUnknown(call, applied, []);
  const entry = cluster.store.get(served.resource.id, call.namespace, call.name);
  const live = entry && fromStored(served, parseEntry(entry));
  if (!live && call.subresource !== "") throw notFound(served.resource, call.name);
  const object = applyFields({ call, live, applied, now: cluster.clock.now() });
  if (!entry || !live) return create(cluster, call, object, true);
  return replace(cluster, call, { entry, before: live, object: keepIdentity(object, live), applied: true });
}

function managerRequired(): StatusError {
  const error = {
    type: "FieldValueRequired",
    field: "fieldManager",
    message: "Required value: is required for apply patch",
  };
  return invalid({ group: "meta.k8s.io", plural: "", kind: "PatchOptions" }, "", [error]);
}
