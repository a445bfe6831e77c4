import type { Cluster } from "../cluster.ts";
import type { KubeObject } from "../object.ts";
import { patchObject } from "../write/patch.ts";
import { internalCall } from "./internal-call.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Makes sure that the first namespaces and these objects exist, in this form. Throws what a client would be told. */
export function preload(cluster: Cluster, objects: readonly object[]): void {
  for (const name of namespaces) {
    if (cluster.store.get("namespaces", "", name)) continue;
    ensure(cluster, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  for (const object of objects) ensure(cluster, JSON.parse(JSON.stringify(object)) as KubeObject);
}

/** Applies an object as `kubectl apply --server-side --force-conflicts` would. */
function ensure(cluster: Cluster, object: KubeObject): void {
  const { apiVersion, kind, metadata } = object;
  const served = cluster.registry.ofKind(apiVersion, kind);
  if (!served) throw new TypeError(`preload: no resource serves ${apiVersion} ${kind}: put its definition before it`);
  const namespace = served.resource.namespaced ? (metadata.namespace ?? "default") : "";
  const query = { fieldValidation: "Strict", force: "true" };
  const call = internalCall(served, {
    verb: "patch",
    namespace,
    name: metadata.name ?? "",
    manager: "millrace",
    query,
  });
  patchObject(cluster, {
    ...call,
    contentType: "application/apply-patch+yaml",
    body: Buffer.from(JSON.stringify(object)),
  });
}
