import type { Structural } from "../schema/structural.ts";

/** How ownership of a value works: as a whole, or part by part. */
export interface FieldType {
  readonly atomicMap: boolean;
  readonly listType: "atomic" | "set" | "map";
  /** What tells apart the items of a list of type map. */
  readonly keys: readonly string[];
  /** Fields that the schema names. */
  readonly fields: ReadonlyMap<string, FieldType>;
  /** The type of items, and of members that the schema does not name. */
  readonly element: FieldType;
  /** The schema's default. */
  readonly preset: unknown;
  /** What values must be. */
  readonly form: "any" | "map" | "list" | "string" | "numeric" | "boolean";
  /** Whether a map may have members that the schema does not name. */
  readonly open: boolean;
}

/** The type of what no schema describes: lists are atomic, maps are owned member by member. */
export const deduced: FieldType = {
  atomicMap: false,
  listType: "atomic",
  keys: [],
  fields: new Map(),
  preset: undefined,
  form: "any",
  open: true,
  get element() {
    return deduced;
  },
};

const closed = (fields: Readonly<Record<string, FieldType>>): FieldType => ({
  ...deduced,
  form: "map",
  open: false,
  fields: new Map(Object.entries(fields)),
});

const text: FieldType = { ...deduced, form: "string" };
const texts: FieldType = { ...deduced, form: "map", element: text };
const owner: FieldType = { ...deduced, atomicMap: true };

const metadata: FieldType = closed({
  name: text,
  namespace: text,
  generateName: text,
  uid: text,
  resourceVersion: text,
  selfLink: text,
  generation: deduced,
  creationTimestamp: deduced,
  deletionTimestamp: deduced,
  deletionGracePeriodSeconds: deduced,
  labels: texts,
  annotations: texts,
  finalizers: { ...deduced, form: "list", listType: "set", element: text },
  ownerReferences: { ...deduced, form: "list", listType: "map", keys: ["uid"], element: owner },
  managedFields: deduced,
});

const resource = { apiVersion: text, kind: text, metadata } as const;
const unknownResource: FieldType = { ...closed(resource), open: true };
const types = new WeakMap<Structural, FieldType>();

/** The type of a whole resource. Its metadata is the same for every kind. */
export function resourceType(structural: Structural | undefined): FieldType {
  if (structural === undefined) return unknownResource;
  const known = types.get(structural);
  if (known) return known;
  const type = typeOf(structural);
  const whole: FieldType = { ...type, fields: new Map([...type.fields, ...Object.entries(resource)]) };
  types.set(structural, whole);
  return whole;
}

/** The type below a member: the field that the schema names, or else the type of all others. */
export const memberType = (type: FieldType, name: string): FieldType => type.fields.get(name) ?? type.element;

function typeOf(structural: Structural): FieldType {
  const { schema, properties, additional, items, preserve } = structural;
  return {
    atomicMap: schema["x-kubernetes-map-type"] === "atomic",
    listType: schema["x-kubernetes-list-type"] ?? "atomic",
    keys: [...(schema["x-kubernetes-list-map-keys"] ?? [])].sort(),
    fields: new Map([...properties].map(([name, child]) => [name, typeOf(child)])),
    element: items ? typeOf(items) : typeof additional === "object" ? typeOf(additional) : deduced,
    preset: schema.default,
    form: formOf(structural),
    open: additional !== undefined || preserve || properties.size === 0,
  };
}

const forms: Readonly<Record<string, FieldType["form"]>> = {
  object: "map",
  array: "list",
  string: "string",
  integer: "numeric",
  number: "numeric",
  boolean: "boolean",
};

const formOf = ({ types, preserve, properties }: Structural): FieldType["form"] => {
  if (preserve && properties.size === 0) return "any";
  return types.length === 1 ? (forms[types[0] ?? ""] ?? "any") : "any";
};
