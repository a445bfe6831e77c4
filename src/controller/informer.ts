import type { Log } from "../reconcilers/ports.ts";
import type { Time } from "./alarm.ts";
import { Cache } from "./cache.ts";
import type { Client, KubeObject, Resource } from "./client.ts";
import type { InformerHandler } from "./listeners.ts";
import { Reflector } from "./reflector.ts";
import { slimmer } from "./slim.ts";
import type { IndexFunction } from "./store.ts";
import { systemTime } from "./system-time.ts";

/** All objects of a resource, kept in step with the server. What it gives is shared: never write to it. */
export interface Informer {
  readonly resource: Resource;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  /** In no order that means anything. */
  list(namespace?: string): readonly KubeObject[];
  byIndex(index: string, value: string): readonly KubeObject[];
  /** Where `valuesOf` throws, it is logged, and the index does not find the object. */
  addIndex(name: string, valuesOf: IndexFunction): void;
  /** A handler that comes late hears of everything that is there, as initial. One that throws is logged. */
  on(handler: InformerHandler): void;
  /** Resolves when the first list is here whole and every handler has heard of it. Stays open until then. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  /** Runs until the signal aborts; whatever fails is logged and tried again. Once only. */
  start(signal: AbortSignal): Promise<void>;
  /** Milliseconds since the server was last heard. Servers that send bookmarks do so every minute. */
  lastSeen(): number;
}

export interface InformerOptions {
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Makes what is kept smaller still. Name, namespace, uid and resource version have to stay. */
  readonly transform?: (object: KubeObject) => KubeObject;
  readonly time?: Time;
  /** Gives a number in [0, 1), so that clients which started together drift apart. */
  readonly random: () => number;
  readonly log: Log;
}

/** An informer that has not begun: see `start`. */
export function createInformer(client: Client, resource: Resource, options: InformerOptions): Informer {
  const { time = systemTime, transform, log } = options;
  const slim = slimmer(resource);
  const cache = new Cache(transform ? (object) => transform(slim(object)) : slim, log);
  const reflector = new Reflector(cache, { ...options, time, client, resource });
  const { store, listeners } = cache;
  let started = false;
  return {
    resource,
    get: (namespace, name) => store.get(namespace, name),
    list: (namespace) => store.list(namespace),
    byIndex: (index, value) => store.byIndex(index, value),
    addIndex: (name, valuesOf) => store.addIndex(name, guarded(name, valuesOf, log)),
    on: (handler) => listeners.join(handler, store.list()),
    synced: cache.synced,
    hasSynced: () => cache.hasSynced,
    async start(signal) {
      if (started) throw new Error(`the informer of ${resource.plural} was started before`);
      started = true;
      await reflector.run(signal);
    },
    lastSeen: () => time.monotonic() - reflector.heardAt,
  };
}

/** A broken index must not keep an object out of the cache. */
const guarded =
  (index: string, valuesOf: IndexFunction, log: Log): IndexFunction =>
  (object) => {
    try {
      return valuesOf(object);
    } catch (err) {
      const { namespace, name } = object.metadata;
      log.error({ err, index, kind: object.kind, namespace, name }, "an index cannot tell where the object belongs");
      return [];
    }
  };
