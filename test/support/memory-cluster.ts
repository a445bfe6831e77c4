import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../src/controller/client.ts";
import type { Child, Children, Key, Lookup, Secrets } from "../../src/reconcilers/ports.ts";
import { kinds } from "../../src/schema/index.ts";
import { apiVersion, type Kind, type ObjectOf } from "../../src/schema/kind.ts";
import { finalizer } from "../../src/schema/object.ts";

/** What a person or an owner wants to be there. */
export interface Wish {
  readonly kind: Kind;
  readonly name: string;
  readonly spec: object;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: Child["owner"];
}

/** Somebody else wrote the object since it was read. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

export const namespace = "fleet";

/** The objects of one namespace, with the API server's rules for versions, generations, finalizers and owners. */
export class MemoryCluster implements Children {
  #objects: ReadonlyMap<string, KubeObject> = new Map();
  #version = 0;
  /** How many writes there were, to status and to objects. */
  readonly writes = { status: 0, objects: 0 };
  readonly secrets = new Map<string, string>();
  readonly #now: () => Date;

  constructor(now: () => Date = () => new Date(0)) {
    this.#now = now;
  }

  /** All objects, by `Kind/name`, as they are now; the map never changes afterwards. */
  get objects(): ReadonlyMap<string, KubeObject> {
    return this.#objects;
  }

  get(kind: Kind, name: string): KubeObject | undefined {
    return this.#objects.get(`${kind.kind}/${name}`);
  }

  /** `kubectl apply`: makes the object, or gives it this spec. */
  put({ kind, name, spec, labels, annotations, owner }: Wish): KubeObject {
    const before = this.get(kind, name);
    const parsed = kind.spec.parse(spec) as object;
    const changed = before === undefined || !isDeepStrictEqual(parsed, before["spec"]);
    const metadata = {
      ...before?.metadata,
      name,
      namespace,
      uid: before?.metadata.uid ?? `uid-${this.#version + 1}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? `${this.#now().toISOString().slice(0, 19)}Z`,
      generation: (before?.metadata.generation ?? 0) + (changed ? 1 : 0),
      labels: labels ?? before?.metadata.labels ?? {},
      annotations: { ...before?.metadata.annotations, ...annotations },
      ...(owner && {
        ownerReferences: [{ apiVersion, kind: owner.kind.kind, name: owner.name, uid: owner.uid, controller: true }],
      }),
    };
    const object = { ...before, apiVersion, kind: kind.kind, metadata, spec: parsed } as KubeObject;
    if (before && isDeepStrictEqual(object, before)) return before;
    this.writes.objects++;
    return this.#store(object);
  }

  /** Changes an object by hand. */
  edit(kind: Kind, name: string, change: object): KubeObject {
    const before = this.get(kind, name);
    assert.ok(before, `there is no ${kind.kind}/${name}`);
    return this.put({ kind, name, spec: { ...(before["spec"] as object), ...change } });
  }

  annotate(kind: Kind, name: string, annotations: Readonly<Record<string, string>>): void {
    this.put({ kind, name, spec: this.get(kind, name)!["spec"] as object, annotations });
  }

  /** Takes annotations away. */
  unannotate(kind: Kind, name: string, ...names: readonly string[]): void {
    const object = this.get(kind, name)!;
    const left = Object.entries(object.metadata.annotations ?? {}).filter(([each]) => !names.includes(each));
    this.writes.objects++;
    this.#store({ ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(left) } });
  }

  delete(kind: Kind, name: string): void {
    const object = this.get(kind, name);
    if (!object || object.metadata.deletionTimestamp) return;
    this.writes.objects++;
    const metadata = { ...object.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    if (object.metadata.finalizers?.length) this.#store({ ...object, metadata });
    else this.#drop(object);
  }

  async apply({ kind, key, labels, annotations, spec, owner }: Child): Promise<void> {
    this.put({ kind, name: key.name, spec, owner, ...(labels && { labels }), ...(annotations && { annotations }) });
  }

  async remove(kind: Kind, key: Key): Promise<void> {
    this.delete(kind, key.name);
  }

  /** Throws a Conflict when the object is not as it was read. */
  writeStatus(read: KubeObject, status: object): KubeObject {
    this.#current(read);
    this.writes.status++;
    return this.#store({ ...read, status });
  }

  hold(read: KubeObject): void {
    this.#current(read);
    this.writes.objects++;
    const finalizers = [...(read.metadata.finalizers ?? []), finalizer];
    this.#store({ ...read, metadata: { ...read.metadata, finalizers } });
  }

  release(read: KubeObject): void {
    this.#current(read);
    this.writes.objects++;
    this.#drop(read);
  }

  readonly secretReader: Secrets = {
    read: async (_, { name, key }) => this.secrets.get(`${name}/${key}`),
  };

  #current({ kind, metadata }: KubeObject): void {
    const now = this.#objects.get(`${kind}/${metadata.name}`);
    if (now?.metadata.resourceVersion !== metadata.resourceVersion)
      throw new Conflict(`${kind}/${metadata.name} moved`);
  }

  #store(object: KubeObject): KubeObject {
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    const stored = { ...object, metadata };
    this.#objects = new Map(this.#objects).set(`${object.kind}/${metadata.name}`, stored);
    return stored;
  }

  #drop({ kind, metadata }: KubeObject): void {
    const rest = new Map(this.#objects);
    rest.delete(`${kind}/${metadata.name}`);
    this.#objects = rest;
    for (const other of rest.values()) {
      if (!other.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid)) continue;
      this.delete(kinds.find((each) => each.kind === other.kind)!, other.metadata.name);
    }
  }
}

/** A cache: the objects as they were at some moment. */
export class View implements Lookup {
  readonly #cluster: MemoryCluster;
  #objects: ReadonlyMap<string, KubeObject>;
  readonly #parsed = new WeakMap<KubeObject, unknown>();

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
    this.#objects = cluster.objects;
  }

  /** Catches up. */
  refresh(): void {
    this.#objects = this.#cluster.objects;
  }

  raw(id: string): KubeObject | undefined {
    return this.#objects.get(id);
  }

  ids(kind: Kind): readonly string[] {
    return [...this.#objects.keys()].filter((id) => id.startsWith(`${kind.kind}/`)).sort();
  }

  get<K extends Kind>(kind: K, key: Key): ObjectOf<K> | undefined {
    const object = key.namespace === namespace ? this.#objects.get(`${kind.kind}/${key.name}`) : undefined;
    return object && this.#parse(kind, object);
  }

  list<K extends Kind>(kind: K, within: string): readonly ObjectOf<K>[] {
    if (within !== namespace) return [];
    return this.ids(kind).map((id) => this.#parse(kind, this.#objects.get(id)!));
  }

  #parse<K extends Kind>(kind: K, object: KubeObject): ObjectOf<K> {
    const known = this.#parsed.get(object) ?? kind.object.parse(object);
    this.#parsed.set(object, known);
    return known as ObjectOf<K>;
  }
}
