import type { Cluster } from "../cluster.ts";
import { definitions } from "../lifecycle/served.ts";
import type { Change } from "../store/entry.ts";
import type { Watcher } from "./watch.ts";

const bookmarkEveryMs = 60_000;

/** Hands committed changes to the watchers of their resources. */
export class WatchHub {
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor({ store }: Cluster) {
    this.#unsubscribe = store.subscribe((changes) => this.#dispatch(changes));
    this.#timer = setInterval(() => this.bookmark(), bookmarkEveryMs);
    this.#timer.unref();
  }

  add(watcher: Watcher): void {
    const known = this.#watchers.get(watcher.resource);
    if (known) known.add(watcher);
    else this.#watchers.set(watcher.resource, new Set([watcher]));
  }

  delete(watcher: Watcher): void {
    this.#watchers.get(watcher.resource)?.delete(watcher);
  }

  /** Sends a bookmark to every client that takes them. */
  bookmark(): void {
    for (const watchers of this.#watchers.values()) for (const each of watchers) each.bookmark();
  }

  /** Ends the watches of one resource, or of all. */
  finish(resource?: string): void {
    for (const [id, watchers] of this.#watchers) {
      if (resource === undefined || resource === id) for (const each of watchers) each.finish();
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.finish();
  }

  #dispatch(changes: readonly Change[]): void {
    for (const [resource, group] of byResource(changes)) {
      for (const watcher of this.#watchers.get(resource) ?? []) watcher.send(group);
    }
    // What is not served any more has nothing more to tell.
    for (const { type, resource, entry } of changes) {
      if (type === "DELETED" && resource === definitions) this.finish(entry.name);
    }
  }
}

function byResource(changes: readonly Change[]): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const group = groups.get(change.resource);
    if (group) group.push(change);
    else groups.set(change.resource, [change]);
  }
  return groups;
}
