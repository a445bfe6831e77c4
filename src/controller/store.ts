import type { KubeObject } from "./client.ts";

/** The values under which an index finds an object. */
export type IndexFunction = (object: KubeObject) => readonly string[];

interface Index {
  readonly valuesOf: IndexFunction;
  readonly objects: Map<string, Set<KubeObject>>;
}

const none: ReadonlyMap<string, KubeObject> = new Map();

/** The objects of one resource by namespace and name, and by any number of indexes. Finding is O(1). */
export class Store {
  /** Keyed by the object's own strings, so that keys cost nothing. "" holds what has no namespace. */
  readonly #namespaces = new Map<string, Map<string, KubeObject>>();
  readonly #indexes = new Map<string, Index>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#namespaces.get(namespace ?? "")?.get(name);
  }

  /** All, or those of one namespace; in no order that means anything. The array is yours. */
  list(namespace?: string): KubeObject[] {
    if (namespace !== undefined) return [...(this.#namespaces.get(namespace) ?? none).values()];
    const all: KubeObject[] = [];
    for (const objects of this.#namespaces.values()) for (const object of objects.values()) all.push(object);
    return all;
  }

  /** Throws when the name is taken, or not known to `byIndex`. */
  addIndex(name: string, valuesOf: IndexFunction): void {
    if (this.#indexes.has(name)) throw new Error(`there is an index ${name} already`);
    const index: Index = { valuesOf, objects: new Map() };
    this.#indexes.set(name, index);
    for (const object of this.list()) enter(index, object);
  }

  byIndex(name: string, value: string): KubeObject[] {
    const index = this.#indexes.get(name);
    if (!index)
      throw new Error(`there is no index ${name}; there are: ${[...this.#indexes.keys()].join(", ") || "none"}`);
    return [...(index.objects.get(value) ?? [])];
  }

  /** Puts an object in the place of the one with its name, which is returned. */
  set(object: KubeObject): KubeObject | undefined {
    const { namespace = "", name } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (!objects) {
      objects = new Map();
      this.#namespaces.set(namespace, objects);
    }
    const old = objects.get(name);
    if (!old) this.#size++;
    objects.set(name, object);
    for (const index of this.#indexes.values()) {
      if (old) leave(index, old);
      enter(index, object);
    }
    return old;
  }

  delete({ metadata: { namespace = "", name } }: KubeObject): void {
    const objects = this.#namespaces.get(namespace);
    const old = objects?.get(name);
    if (!objects || !old) return;
    objects.delete(name);
    this.#size--;
    if (objects.size === 0) this.#namespaces.delete(namespace);
    for (const index of this.#indexes.values()) leave(index, old);
  }
}

function enter({ valuesOf, objects }: Index, object: KubeObject): void {
  for (const value of valuesOf(object)) {
    const found = objects.get(value);
    if (found) found.add(object);
    else objects.set(value, new Set([object]));
  }
}

function leave({ valuesOf, objects }: Index, object: KubeObject): void {
  for (const value of valuesOf(object)) {
    const found = objects.get(value);
    found?.delete(object);
    if (found?.size === 0) objects.delete(value);
  }
}
