import type { KubeObject } from "../object.ts";
import type { FieldError } from "../schema/field-error.ts";
import type { Structural } from "../schema/structural.ts";
import type { Message } from "../wire/message.ts";

/** A column that `kubectl get` prints, as in a CRD's `additionalPrinterColumns`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** Cells of built-in kinds are computed; those of custom kinds come from JSON paths. */
export interface Printer {
  readonly columns: readonly Omit<Column, "jsonPath">[];
  cells(object: KubeObject, now: Date): readonly unknown[];
}

/** One version in which a resource is served. */
export interface Version {
  readonly name: string;
  /** Text of a `Warning` header when this version is deprecated. */
  readonly deprecation?: string | undefined;
  readonly printer: Printer;
  /** `openAPIV3Schema` of a custom kind. */
  readonly schema: object | undefined;
  /** The type of a built-in kind. */
  readonly message?: Message | undefined;
  readonly structural: Structural | undefined;
  readonly hasStatus: boolean;
  /** JSON paths such as `.spec.forge` that field selectors may name. */
  readonly selectable: readonly string[];
  /** How objects of this version differ from the stored ones; absent when only `apiVersion` does. */
  readonly conversion?: Conversion;
}

export interface Conversion {
  fromStored(object: KubeObject): KubeObject;
  toStored(object: KubeObject): KubeObject;
}

/** What a built-in kind does by itself, beyond what its schema says. */
export interface Behaviour {
  /** Defaults, and what only the server may set. `before` is undefined for a creation. */
  prepare?(object: KubeObject, before: KubeObject | undefined, now: Date): void;
  /** What is wrong with a name; by default it must be a DNS subdomain. */
  nameErrors?(name: string): string[];
  /** Objects that must stay, by their names. */
  readonly undeletable?: readonly string[];
  /** Finalizers that an object gets when it is deleted. */
  readonly finalizersOnDelete?: readonly string[];
  validate?(object: KubeObject, before: KubeObject | undefined): readonly FieldError[];
}

/** A resource as the server stores and serves it. */
export interface Resource {
  /** Its name in the store: `plural.group`, or `plural` for the core group. */
  readonly id: string;
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storedVersion: string;
  readonly versions: readonly Version[];
  /** Whether `metadata.generation` is kept. */
  readonly hasGeneration: boolean;
  readonly custom: boolean;
  readonly behaviour: Behaviour;
}

/** A resource in the version that a request names. */
export interface Served {
  readonly resource: Resource;
  readonly version: Version;
}

export const groupVersion = (group: string, version: string): string =>
  group === "" ? version : `${group}/${version}`;

export const resourceId = (group: string, plural: string): string => (group === "" ? plural : `${plural}.${group}`);
