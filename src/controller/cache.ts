import type { Log } from "../reconcilers/ports.ts";
import type { KubeObject, WatchEvent } from "./client.ts";
import { Listeners } from "./listeners.ts";
import type { Mirror } from "./reflector.ts";
import { Store } from "./store.ts";

/** What is kept of an object. */
export type Keep = (object: KubeObject) => KubeObject;

/** A store that a reflector keeps in step, and that tells what changed in it. */
export class Cache implements Mirror {
  readonly store = new Store();
  readonly listeners: Listeners;
  /** Resolves when the first list is in the store whole, and the listeners have heard of it. */
  readonly synced: Promise<void>;
  readonly #keep: Keep;
  readonly #log: Log;
  #hasSynced = false;
  #nowSynced: () => void = () => undefined;
  /** The uids that the list under way has shown; undefined while nothing can be missing from it. */
  #shown: Set<string> | undefined;

  constructor(keep: Keep, log: Log) {
    this.#keep = keep;
    this.#log = log;
    this.listeners = new Listeners(log);
    this.synced = new Promise((resolve) => {
      this.#nowSynced = resolve;
    });
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  begin(): void {
    this.#shown = this.store.size > 0 ? new Set() : undefined;
  }

  page(objects: readonly KubeObject[]): void {
    for (const object of objects) {
      this.#shown?.add(object.metadata.uid);
      this.#put(object);
    }
  }

  end(): void {
    const shown = this.#shown;
    this.#shown = undefined;
    if (shown) {
      for (const object of this.store.list()) if (!shown.has(object.metadata.uid)) this.#drop(object, true);
    }
    this.#hasSynced = true;
    this.#nowSynced();
  }

  changed({ type, object }: WatchEvent): void {
    const { namespace, name, uid } = object.metadata;
    if (type !== "DELETED") this.#put(object);
    else if (this.store.get(namespace, name)?.metadata.uid === uid) this.#drop(this.#kept(object), false);
  }

  #put(object: KubeObject): void {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    let before = this.store.get(namespace, name);
    if (before?.metadata.resourceVersion === resourceVersion) return;
    if (before && before.metadata.uid !== uid) {
      // Another object of the same name: the old one went while nobody looked.
      this.#drop(before, true);
      before = undefined;
    }
    const after = this.#kept(object);
    this.store.set(after);
    if (before) this.listeners.update(before, after);
    else this.listeners.add(after, !this.#hasSynced);
  }

  #drop(object: KubeObject, tombstone: boolean): void {
    this.store.delete(object);
    this.listeners.delete(object, tombstone);
  }

  #kept(object: KubeObject): KubeObject {
    try {
      return this.#keep(object);
    } catch (err) {
      const { namespace, name } = object.metadata;
      this.#log.error({ err, kind: object.kind, namespace, name }, "a transform failed, so the object is kept whole");
      return object;
    }
  }
}
