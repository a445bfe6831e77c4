/**
 * What behaviour needs from the cluster and the process, in our words; `forge-port.ts` and `git-port.ts` have the rest.
 * Adapters implement them, tests play them, and every arrow keeps pointing left. Everything that waits takes an
 * AbortSignal; absence is `undefined`; every write is safe to repeat.
 */
import type { Kind, ObjectOf } from "../schema/kind.ts";
import type { SecretRef } from "../schema/object.ts";
import type { Segment } from "../sequencer/ledger.ts";

export interface Clock {
  now(): Date;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A logger with fields. `info` is for what changed for the user, `debug` for why nothing did. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** The cluster as the caches know it: parsed, shared, not to be changed. */
export interface Lookup {
  get<K extends Kind>(kind: K, key: Key): ObjectOf<K> | undefined;
  /** All objects of a kind in a namespace, sorted by name. */
  list<K extends Kind>(kind: K, namespace: string): readonly ObjectOf<K>[];
}

/** Objects that a reconciler owns. */
export interface Children {
  /** Makes the child say this, by server-side apply; writes nothing when the cache says that it does. */
  apply(child: Child, signal: AbortSignal): Promise<void>;
  /** Deletes it in the background. Does nothing when it is gone. */
  remove(kind: Kind, key: Key, signal: AbortSignal): Promise<void>;
}

export interface Child {
  readonly kind: Kind;
  readonly key: Key;
  readonly labels?: Readonly<Record<string, string>>;
  /** What its owner asks of it by annotation. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: object;
  /** Its controlling owner: deleted with it by the cluster's garbage collection. */
  readonly owner: { readonly kind: Kind; readonly name: string; readonly uid: string };
}

/** Values in Secrets. They never go into a log, a status, an event or an argument list. */
export interface Secrets {
  /** Undefined when there is no such Secret, or no such key in it. */
  read(namespace: string, ref: SecretRef, signal: AbortSignal): Promise<string | undefined>;
}

/** What is kept outside of objects and outlives the process: small, and read once. Fenced like every other effect. */
export interface Memory {
  /** Undefined where nothing was kept under this name. */
  load(name: string, signal: AbortSignal): Promise<string | undefined>;
  /** Resolves when it is stored; at most 16 KiB. */
  save(name: string, text: string, signal: AbortSignal): Promise<void>;
}

/** A part of a run's record as it is stored, and what it is about. */
export interface StoredSegment extends Segment {
  /** Object that ran, such as `ReleasePlan/autumn`. */
  readonly about: string;
  /** Which state of it was read. Opaque. */
  readonly seen: string;
}

/** Records of runs. Nothing owns them: they outlive what they tell about. Fenced like every other effect. */
export interface Records {
  /** All parts of a run, oldest first, as the cluster has them now and not as a cache knows them. */
  read(namespace: string, run: string, signal: AbortSignal): Promise<readonly StoredSegment[]>;
  /**
   * Stores a part: a new one where `seen` is undefined, else in the place of exactly what was seen. `moved` where somebody else
   * wrote in between, and nothing was stored.
   */
  write(
    namespace: string,
    segment: Segment & { readonly about: string },
    seen: string | undefined,
    signal: AbortSignal,
  ): Promise<"done" | "moved">;
}

/** Marks an object, durably: resolves when the API server has stored the annotations. Absent objects are passed over. */
export interface Marker {
  annotate(kind: Kind, key: Key, annotations: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
}
