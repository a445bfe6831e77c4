import type { Entry } from "./entry.ts";
import type { Store } from "./store.ts";

/** A moment, the key to start from, and the namespace (empty for all). */
export interface View {
  readonly revision: number;
  readonly start: string;
  readonly namespace: string;
}

/**
 * The entries of a resource as they were at a revision, in the order of their keys.
 * Undefined when the changes since then are no longer known.
 */
export function entriesAt(store: Store, resource: string, view: View): Iterable<Entry> | undefined {
  const now = store.entries(resource, view.namespace, view.start);
  if (view.revision === store.revision) return now;
  const changes = store.since(resource, view.revision);
  if (!changes) return undefined;
  if (changes.length === 0) return now;
  // What the first change after the moment replaced is what was there at the moment.
  const then = new Map<string, Entry | undefined>();
  for (const { entry, before } of changes) if (!then.has(entry.key)) then.set(entry.key, before);
  return undo(now, then, view);
}

function* undo(now: Iterable<Entry>, then: Map<string, Entry | undefined>, view: View): Generator<Entry> {
  const prefix = view.namespace === "" ? "" : `${view.namespace}/`;
  const restored = [...then.values()]
    .filter((entry): entry is Entry => entry !== undefined && entry.key >= view.start && entry.key.startsWith(prefix))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  let at = 0;
  for (const entry of now) {
    for (; at < restored.length && restored[at]!.key <= entry.key; at += 1) yield restored[at]!;
    if (!then.has(entry.key)) yield entry;
  }
  yield* restored.slice(at);
}
