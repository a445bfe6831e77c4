import jsonPatch from "fast-json-patch";
import type {
  Client,
  JsonPatchOperation,
  KubeObject,
  ListOptions,
  ObjectKey,
  Page,
  Resource,
  WantedObject,
} from "../../src/controller/client.ts";
import { KubeError } from "../../src/controller/errors.ts";
import { sameJson } from "../../src/controller/same.ts";
import type { FakeClock } from "./clock.ts";
import { FakeInformer } from "./fake-informer.ts";

/** One request that wrote, as the server saw it. */
export interface Write {
  readonly verb: "create" | "update" | "delete" | "patch" | "apply";
  readonly resource: Resource;
  readonly key: ObjectKey;
  readonly by: string;
  readonly subresource?: string | undefined;
  readonly at: number;
}

type Change = "ADDED" | "MODIFIED" | "DELETED";
type Fields = Record<string, unknown>;

/**
 * An API server in memory, with the rules that controllers stumble over: versions and conflicts, uids, generations that
 * count changes of spec alone, a status subresource, finalizers, `test` in JSON patches. Apply replaces what it names.
 * Caches hear of changes `delayMs` later, so that a stale cache can be played; `fail` plays everything else.
 */
export class FakeCluster {
  readonly clock: FakeClock;
  readonly writes: Write[] = [];
  /** Fake milliseconds between a change and its arrival in the caches. */
  delayMs = 0;
  /** While true nothing is answered, and the caches hear nothing. */
  outage = false;
  /** Gives the error that a request is to fail with; asked before each. */
  fail: (verb: string, resource: Resource, key: ObjectKey, by: string) => Error | undefined = () => undefined;
  readonly #objects = new Map<string, KubeObject>();
  readonly #informers = new Map<string, FakeInformer>();
  #version = 100;
  #uid = 0;

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  /** The one informer of a resource that is shared by all who ask. */
  informer(resource: Resource): FakeInformer {
    const known = this.#informers.get(resource.plural) ?? new FakeInformer(this, resource);
    this.#informers.set(resource.plural, known);
    return known;
  }

  /** An informer of its own, for a second process. */
  separateInformer(resource: Resource): FakeInformer {
    const informer = new FakeInformer(this, resource);
    this.#informers.set(`${resource.plural}#${this.#informers.size}`, informer);
    return informer;
  }

  all(resource: Resource): KubeObject[] {
    return [...this.#objects].filter(([id]) => id.startsWith(`${resource.plural}/`)).map(([, object]) => object);
  }

  /** The object as the server has it. Throws when it is not there. */
  get(resource: Resource, key: ObjectKey): KubeObject {
    const object = this.#objects.get(idOf(resource, key));
    if (!object) throw refusal(404, "NotFound", `${resource.plural} "${key.name}" not found`);
    return object;
  }

  has(resource: Resource, key: ObjectKey): boolean {
    return this.#objects.has(idOf(resource, key));
  }

  /** A person changes the object: spec, labels, annotations, anything. */
  edit(resource: Resource, key: ObjectKey, change: (object: Fields & { metadata: Fields }) => void): KubeObject {
    const after = structuredClone(this.get(resource, key)) as unknown as Fields & { metadata: Fields };
    change(after);
    return this.#store(resource, after as unknown as KubeObject);
  }

  create(resource: Resource, object: WantedObject): KubeObject {
    const { namespace, name } = object.metadata;
    if (this.has(resource, { namespace, name })) throw refusal(409, "AlreadyExists", `${name} already exists`);
    const metadata = {
      ...object.metadata,
      uid: `uid-${++this.#uid}`,
      generation: 1,
      creationTimestamp: this.clock.now().toISOString(),
    };
    const { group, version, kind } = resource;
    const whole = { ...object, apiVersion: group ? `${group}/${version}` : version, kind, metadata };
    return this.#store(resource, whole as unknown as KubeObject);
  }

  delete(resource: Resource, key: ObjectKey): void {
    const object = this.get(resource, key);
    if (object.metadata.finalizers?.length) {
      if (object.metadata.deletionTimestamp) return;
      this.edit(resource, key, ({ metadata }) => {
        metadata["deletionTimestamp"] = this.clock.now().toISOString();
      });
      return;
    }
    this.#remove(resource, object);
  }

  /** A client that signs its writes with a name. */
  client(by = "controller"): Client {
    const ask = async (verb: string, resource: Resource, key: ObjectKey): Promise<void> => {
      await Promise.resolve();
      if (this.outage) throw refusal(0, "Unreachable", "connect ECONNREFUSED");
      const error = this.fail(verb, resource, key, by);
      if (error) throw error;
    };
    const write = async (
      verb: Write["verb"],
      resource: Resource,
      key: ObjectKey,
      act: () => KubeObject,
      subresource?: string,
    ) => {
      await ask(verb, resource, key);
      const after = act();
      this.writes.push({ verb, resource, key, by, subresource, at: this.clock.monotonic() });
      return after;
    };
    const unsupported = (): never => {
      throw new Error("the fake cluster does not play this");
    };
    return {
      get: async (resource, key) => {
        await ask("get", resource, key);
        return this.get(resource, key);
      },
      create: (resource, object) => write("create", resource, object.metadata, () => this.create(resource, object)),
      update: (resource, object) => write("update", resource, object.metadata, () => this.#update(resource, object)),
      delete: async (resource, key) => {
        await ask("delete", resource, key);
        this.delete(resource, key);
        this.writes.push({ verb: "delete", resource, key, by, at: this.clock.monotonic() });
      },
      mergePatch: (resource, key, patch) =>
        write("patch", resource, key, () => {
          checkPreconditions(this.get(resource, key), patch);
          return this.edit(resource, key, (object) => merge(object, patch as Fields));
        }),
      jsonPatch: (resource, key, patch) => write("patch", resource, key, () => this.#jsonPatch(resource, key, patch)),
      apply: (resource, object, { subresource }) =>
        write("apply", resource, object.metadata, () => this.#apply(resource, object, subresource), subresource),
      list: (resource, options = {}) => this.#list(resource, options),
      watch: unsupported,
      raw: unsupported,
    };
  }

  /** One page; of label selectors those that want one label to have one value. */
  async *#list(resource: Resource, { namespace, labelSelector }: ListOptions): AsyncIterable<Page> {
    const [label, value] = labelSelector?.split("=") ?? [];
    const items = this.all(resource).filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        (label === undefined || metadata.labels?.[label] === value),
    );
    yield { items, resourceVersion: String(this.#version) };
  }

  #update(resource: Resource, wanted: WantedObject): KubeObject {
    const before = this.get(resource, wanted.metadata);
    checkPreconditions(before, wanted);
    return this.#store(resource, {
      ...before,
      ...wanted,
      metadata: { ...before.metadata, ...wanted.metadata },
    } as KubeObject);
  }

  #apply(resource: Resource, wanted: WantedObject, subresource: string | undefined): KubeObject {
    if (!subresource && !this.has(resource, wanted.metadata)) return this.create(resource, wanted);
    const before = this.get(resource, wanted.metadata);
    checkPreconditions(before, wanted);
    if (subresource) return this.#store(resource, { ...before, [subresource]: wanted[subresource] });
    const { labels, annotations, ownerReferences } = wanted.metadata as Fields;
    const metadata = { ...before.metadata, ...defined({ labels, annotations, ownerReferences }) };
    return this.#store(resource, { ...before, ...defined(wanted as Fields), metadata } as KubeObject);
  }

  #jsonPatch(resource: Resource, key: ObjectKey, patch: readonly JsonPatchOperation[]): KubeObject {
    const before = this.get(resource, key);
    try {
      const { newDocument } = jsonPatch.applyPatch(structuredClone(before), structuredClone(patch) as never, true);
      return this.#store(resource, newDocument);
    } catch (error) {
      throw refusal(422, "Invalid", String(error));
    }
  }

  #store(resource: Resource, object: KubeObject): KubeObject {
    const id = idOf(resource, object.metadata);
    const before = this.#objects.get(id);
    const { resourceVersion: _, ...rest } = object.metadata;
    const { resourceVersion: __, ...restBefore } = before?.metadata ?? {};
    const same = before && sameJson({ ...object, metadata: rest }, { ...before, metadata: restBefore });
    if (before && same) return before;
    const moved = before && !sameJson(before["spec"], object["spec"]);
    const generation = (before?.metadata.generation ?? 1) + (moved ? 1 : 0);
    const metadata = { ...object.metadata, generation, resourceVersion: String(++this.#version) };
    const after = frozen({ ...object, metadata } as KubeObject);
    if (after.metadata.deletionTimestamp && !after.metadata.finalizers?.length) return this.#remove(resource, after);
    this.#objects.set(id, after);
    this.#tell(resource, before ? "MODIFIED" : "ADDED", after);
    return after;
  }

  #remove(resource: Resource, object: KubeObject): KubeObject {
    const last = frozen({ ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } });
    this.#objects.delete(idOf(resource, object.metadata));
    this.#tell(resource, "DELETED", last);
    return last;
  }

  #tell(resource: Resource, type: Change, object: KubeObject): void {
    for (const informer of this.#informers.values()) {
      if (informer.resource.plural === resource.plural) informer.hear(type, object);
    }
  }
}

const idOf = ({ plural }: Resource, { namespace, name }: ObjectKey): string => `${plural}/${namespace ?? ""}/${name}`;

/** The error with which the API server refuses. */
export function refusal(code: number, reason: string, message: string): KubeError {
  return new KubeError({ request: "TEST /", code, status: { code, reason, message } });
}

function checkPreconditions({ metadata }: KubeObject, wanted: { readonly metadata?: object }): void {
  for (const field of ["uid", "resourceVersion"] as const) {
    const want = (wanted.metadata as Fields | undefined)?.[field];
    if (want !== undefined && want !== metadata[field])
      throw refusal(409, "Conflict", `${field} is ${metadata[field]}, not ${want}`);
  }
}

function merge(object: Fields, patch: Fields): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete object[key];
    else if (typeof value === "object" && !Array.isArray(value)) {
      object[key] = { ...(object[key] as Fields | undefined) };
      merge(object[key] as Fields, value as Fields);
    } else object[key] = value;
  }
}

const defined = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Caches share their objects: whoever writes to one is caught. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) frozen(each);
  }
  return value;
}
