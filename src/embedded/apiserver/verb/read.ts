import type { Cluster } from "../cluster.ts";
import type { Answer, Call } from "../http/call.ts";
import { notFound } from "../http/status.ts";
import type { Entry } from "../store/entry.ts";

/** The stored object that a request names. Throws 404. */
export function existing({ store }: Cluster, { served, namespace, name }: Call): Entry {
  const entry = store.get(served.resource.id, namespace, name);
  if (!entry) throw notFound(served.resource, name);
  return entry;
}

/** GET of one object. */
export function getObject(cluster: Cluster, call: Call): Answer {
  return { type: "object", code: 200, json: existing(cluster, call).json };
}
