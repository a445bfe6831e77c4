import type { Change, Entry } from "../store/entry.ts";
import type { Store } from "../store/store.ts";

/** A stored object, with the resource that it is stored under. */
export interface Located {
  readonly resource: string;
  readonly entry: Entry;
}

/** Which objects name which as their owner. */
export class Dependents {
  readonly #store: Store;
  readonly #byOwner = new Map<string, Map<string, { resource: string; namespace: string; name: string }>>();

  constructor(store: Store) {
    this.#store = store;
    for (const resource of store.resources()) {
      for (const entry of store.entries(resource)) this.#add(resource, entry);
    }
    store.onWrite((change) => this.#follow(change));
  }

  /** The objects that name this uid as an owner. */
  of(uid: string): Located[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])].flatMap(({ resource, namespace, name }) => {
      const entry = this.#store.get(resource, namespace, name);
      return entry ? [{ resource, entry }] : [];
    });
  }

  #follow({ type, resource, entry, before }: Change): void {
    if (before && before.owners.length > 0) {
      for (const owner of before.owners) this.#remove(owner, resource, before);
    }
    if (type !== "DELETED") this.#add(resource, entry);
  }

  #add(resource: string, { key, namespace, name, owners }: Entry): void {
    for (const owner of owners) {
      const known = this.#byOwner.get(owner) ?? new Map();
      this.#byOwner.set(owner, known.set(`${resource} ${key}`, { resource, namespace, name }));
    }
  }

  #remove(owner: string, resource: string, { key }: Entry): void {
    const known = this.#byOwner.get(owner);
    known?.delete(`${resource} ${key}`);
    if (known?.size === 0) this.#byOwner.delete(owner);
  }
}
