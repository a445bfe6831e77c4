import { z } from "zod";
import { type BaseStatus, Metadata } from "./object.ts";

export const group = "millrace.dev";
export const version = "v1alpha1";
export const apiVersion = `${group}/${version}`;

/** A column of `kubectl get`. `path` is a kubectl JSONPath; `wide` columns show with `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly path: string;
  readonly type?: "string" | "integer" | "date";
  readonly wide?: boolean;
  readonly doc?: string;
}

/** A CEL rule: what must hold, what the person reads if it does not, and which field is to blame. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
  readonly reason?: "FieldValueInvalid" | "FieldValueForbidden" | "FieldValueRequired" | "FieldValueDuplicate";
}

interface Declaration<Spec extends z.ZodObject, Status extends z.ZodObject> {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  /** One sentence: what the object is. The rest of the reference page follows in `guide`. */
  readonly doc: string;
  readonly spec: Spec;
  /** Extends `BaseStatus`. */
  readonly status: Status;
  readonly columns: readonly Column[];
  /** Fields that `kubectl get --field-selector` may name, besides name and namespace. */
  readonly selectableFields?: readonly string[];
  /** Rules about the whole object, which see its name. */
  readonly objectRules?: readonly Rule[];
}

/**
 * Declares a kind once. The TypeScript type, the CustomResourceDefinition, the reference page and the
 * loop's parser are all functions of what comes back.
 */
export function defineKind<Spec extends z.ZodObject, Status extends z.ZodObject>(declared: Declaration<Spec, Status>) {
  const object = z.object({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(declared.kind),
    metadata: Metadata,
    spec: declared.spec,
    status: declared.status.partial().optional() as z.ZodOptional<PartialOf<Status>>,
  });
  const resource = { group, version, plural: declared.plural, kind: declared.kind, namespaced: true } as const;
  return { ...declared, singular: declared.kind.toLowerCase(), object, resource };
}

/** What `partial()` makes of a schema; inside of a generic function the compiler loses sight of the fields. */
type PartialOf<Schema extends z.ZodObject> = z.ZodObject<{
  [Field in keyof Schema["shape"]]: z.ZodOptional<Schema["shape"][Field]>;
}>;

/** Attaches CEL rules to a schema. */
export const rules = (...all: readonly Rule[]) => ({ "x-kubernetes-validations": all });
/** A list whose items are told apart by these keys. */
export const listMap = (...keys: readonly string[]) => ({
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": keys,
});
/** A list of distinct scalars. */
export const listSet = { "x-kubernetes-list-type": "set" } as const;
/** A list that is replaced whole. */
export const listAtomic = { "x-kubernetes-list-type": "atomic" } as const;

/** Any kind, where the concrete one does not matter. */
export interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly doc: string;
  readonly spec: z.ZodObject;
  readonly status: z.ZodObject;
  readonly columns: readonly Column[];
  readonly selectableFields?: readonly string[];
  readonly objectRules?: readonly Rule[];
  readonly object: z.ZodObject;
  readonly resource: {
    readonly group: string;
    readonly version: string;
    readonly plural: string;
    readonly kind: string;
    readonly namespaced: boolean;
  };
}

/** An object of a kind, as reconcilers see it. */
export type ObjectOf<K extends { readonly object: z.ZodType }> = z.infer<K["object"]>;
/** What a kind's reconciler adds to the status that every kind has. */
export type OwnStatus<K extends { readonly status: z.ZodType }> = Omit<z.infer<K["status"]>, keyof BaseStatus>;
