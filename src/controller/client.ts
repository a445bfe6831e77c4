import { createCalls } from "./calls.ts";
import { listPages } from "./pages.ts";
import { pathOf, queryOf } from "./path.ts";
import type { Transport } from "./transport.ts";
import { watchEvents } from "./watch.ts";

/** A kind that the API server serves, and where. `group` is "" for the core group. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Names one object of a resource; `namespace` is left out for those that have none. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Times are RFC 3339 strings. What a server sets is there in everything that was read from one. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** An object as read. It may be shared by everybody who reads: never write to it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

interface WantedMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly [field: string]: unknown;
}

/** An object to write. apiVersion and kind come from the resource. */
export interface WantedObject {
  readonly metadata: ObjectMeta | WantedMeta;
  readonly [field: string]: unknown;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  /** `status` or another subresource, in place of the object. */
  readonly subresource?: string;
  /** Checked and answered as if written, but not written. */
  readonly dryRun?: boolean;
  /** What the server does about unknown fields; `Strict` by default: it refuses them. */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take fields over from other managers; without it, theirs are a conflict. */
  readonly force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  /** Refused with a conflict when the object is another one, or has changed. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
}

export interface ListOptions extends CallOptions {
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Objects a page; 500 by default. 0 asks for everything at once. */
  readonly limit?: number;
  /** "0" takes what the server's cache has; the newest state when left out. */
  readonly resourceVersion?: string | undefined;
  /** False leaves retrying to the caller. */
  readonly retry?: boolean;
}

/** A part of a list. All pages of a list show the same moment, that of `resourceVersion`. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Changes after this one. */
  readonly resourceVersion: string;
  /** The server ends the watch after so many seconds. */
  readonly timeoutSeconds: number;
  readonly allowWatchBookmarks?: boolean;
}

/** A change. A BOOKMARK's object has a resource version and nothing else worth reading. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: KubeObject;
}

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface RawOptions extends CallOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly accept?: string;
}

/**
 * The API server, for any resource.
 *
 * Everything rejects with a KubeError, or with the reason of an aborted signal. Reading is tried again for a while when
 * the connection or a gateway fails, and so is applying; other writes only where the server said that it did nothing.
 */
export interface Client {
  get(
    resource: Resource,
    key: ObjectKey,
    options?: CallOptions & { readonly subresource?: string },
  ): Promise<KubeObject>;
  /** Pages in order, the next one being fetched while you work on this one. Stop early by leaving the loop. */
  list(resource: Resource, options?: ListOptions): AsyncIterable<Page>;
  create(resource: Resource, object: WantedObject, options?: WriteOptions): Promise<KubeObject>;
  /** Replaces the object; a conflict when `metadata.resourceVersion` is not the current one. */
  update(resource: Resource, object: WantedObject, options?: WriteOptions): Promise<KubeObject>;
  /** Returns when the deletion was accepted; finalizers may keep the object for longer. */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  mergePatch(resource: Resource, key: ObjectKey, patch: object, options?: WriteOptions): Promise<KubeObject>;
  jsonPatch(
    resource: Resource,
    key: ObjectKey,
    patch: readonly JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubeObject>;
  /** Server-side apply: makes exactly these fields ours. Creates the object when it is absent. */
  apply(resource: Resource, object: WantedObject, options: ApplyOptions): Promise<KubeObject>;
  /** Ends when the server ends it; throws when it breaks, also for an ERROR event. */
  watch(resource: Resource, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Any path, as `/readyz`. The body is text; nothing is parsed. */
  raw(method: string, path: string, options?: RawOptions): Promise<{ readonly status: number; readonly body: string }>;
}

/** A client over a transport, which it does not close. */
export function createClient(transport: Transport): Client {
  return {
    ...createCalls(transport),
    list: (resource, options = {}) => listPages(transport, resource, options),
    watch: (resource, options, signal) =>
      watchEvents(
        transport,
        {
          method: "GET",
          path: pathOf(resource, options),
          query: queryOf({ ...options, namespace: undefined, watch: true }),
        },
        signal,
      ),
  };
}
