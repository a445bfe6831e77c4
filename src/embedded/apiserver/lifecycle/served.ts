import type { Cluster } from "../cluster.ts";
import { parseEntry } from "../store/entry.ts";

export const definitions = "customresourcedefinitions.apiextensions.k8s.io";

/** Keeps the registry in step with the stored definitions, those that are there already included. */
export function followDefinitions({ store, registry }: Cluster): void {
  for (const entry of store.entries(definitions)) registry.define(parseEntry(entry));
  store.onWrite(({ type, resource, entry }) => {
    if (resource !== definitions) return;
    if (type === "DELETED") registry.forget(entry.name);
    else registry.define(parseEntry(entry));
  });
}
