import type { Cluster } from "../cluster.ts";
import { type Answer, type Call, isDryRun } from "../http/call.ts";
import { modified } from "../http/status.ts";
import { isRecord } from "../object.ts";
import { parseEntry } from "../store/entry.ts";
import { existing } from "../verb/read.ts";
import { readObject } from "./body.ts";
import { commit } from "./update.ts";

/** PUT of a namespace's `finalize`: changes `spec.finalizers` and nothing else, and lets go what has none left. */
export function finalizeNamespace(cluster: Cluster, call: Call): Answer {
  const { object } = readObject(call);
  const entry = existing(cluster, call);
  const { resourceVersion } = object.metadata;
  if (resourceVersion && resourceVersion !== String(entry.revision)) throw modified(call.served.resource, entry.name);
  const namespace = parseEntry(entry);
  const finalizers = isRecord(object["spec"]) ? object["spec"]["finalizers"] : undefined;
  namespace["spec"] = { finalizers: Array.isArray(finalizers) ? finalizers : [] };
  const json = isDryRun(call) ? JSON.stringify(namespace) : commit(cluster, call.served.resource.id, namespace).json;
  return { type: "object", code: 200, json };
}
