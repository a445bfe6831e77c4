import type { Entry } from "./entry.ts";
import { entriesAt } from "./snapshot-view.ts";
import type { Store } from "./store.ts";

/** All objects as they were at a revision; undefined when changes since then are forgotten. */
export function everythingAt(store: Store, revision: number): { resource: string; entry: Entry }[] | undefined {
  const all: { resource: string; entry: Entry }[] = [];
  for (const resource of store.resources()) {
    const entries = entriesAt(store, resource, { revision, start: "", namespace: "" });
    if (!entries) return undefined;
    for (const entry of entries) all.push({ resource, entry });
  }
  return all;
}
