import type { Cluster } from "../cluster.ts";
import type { Call } from "../http/call.ts";
import { isRecord, type KubeObject } from "../object.ts";
import { createObject } from "../write/create.ts";
import { replace } from "../write/update.ts";

const namespaces = ["default", "kube-system"];

/** Makes sure that the first namespaces and these objects exist, in this form. Throws what a client would be told. */
export function preload(cluster: Cluster, objects: readonly object[]): void {
  for (const name of namespaces) ensure(cluster, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const object of objects) ensure(cluster, JSON.parse(JSON.stringify(object)) as KubeObject);
}

function ensure(cluster: Cluster, object: KubeObject): void {
  const { apiVersion, kind, metadata } = object;
  const served = cluster.registry.ofKind(apiVersion, kind);
  if (!served) throw new TypeError(`preload: no resource serves ${apiVersion} ${kind}: put its definition before it`);
  const namespace = served.resource.namespaced ? (metadata.namespace ?? "default") : "";
  const name = metadata.name ?? "";
  const entry = cluster.store.get(served.resource.id, namespace, name);
  const call: Call = {
    verb: entry ? "update" : "create",
    served,
    namespace,
    name: entry ? name : "",
    subresource: "",
    query: new URLSearchParams({ fieldManager: "millrace", fieldValidation: "Strict" }),
    presentation: { as: "object", version: "v1", format: "json" },
    contentType: "application/json",
    body: Buffer.from(JSON.stringify(object)),
    userAgent: "",
    warnings: [],
  };
  if (!entry) createObject(cluster, call);
  else if (isRecord(object["spec"])) replace(cluster, call, { entry, object });
}
