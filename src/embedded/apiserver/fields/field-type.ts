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
}

/** The type of what no schema describes: lists are atomic, maps are owned member by member. */
export const deduced: FieldType = {
  atomicMap: false,
  listType: "atomic",
  keys: [],
  fields: new Map(),
  preset: undefined,
  get element() {
    return deduced;
  },
};

const fieldsOf = (fields: Readonly<Record<string, FieldType>>): FieldType => ({
  ...deduced,
  fields: new Map(Object.entries(fields)),
});

const owner: FieldType = { ...deduced, atomicMap: true };
const scalars = ["name", "namespace", "generateName", "uid", "resourceVersion", "generation", "creationTimestamp"];

const metadata: FieldType = fieldsOf({
  ...Object.fromEntries(
    [...scalars, "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"].map((name) => [name, deduced]),
  ),
  labels: deduced,
  annotations: deduced,
  finalizers: { ...deduced, listType: "set" },
  ownerReferences: { ...deduced, listType: "map", keys: ["uid"], element: owner },
  managedFields: deduced,
});

const resource = { apiVersion: deduced, kind: deduced, metadata } as const;
const unknownResource: FieldType = fieldsOf(resource);
const types = new WeakMap<Structural, FieldType>();

/** The type of a whole resource. Its metadata is the same for every kind. */
export function resourceType(structural: Structural | undefined): FieldType {
  if (structural === undefined) return unknownResource;
  const known = types.get(structural);
  if (known) return known;
  const type = typeOf(structural);
  const whole = { ...type, fields: new Map([...type.fields, ...Object.entries(resource)]) };
  types.set(structural, whole);
  return whole;
}

/** The type below a member: the field that the schema names, or else the type of all others. */
export const memberType = (type: FieldType, name: string): FieldType => type.fields.get(name) ?? type.element;

function typeOf(structural: Structural): FieldType {
  const { schema, properties, additional, items } = structural;
  return {
    atomicMap: schema["x-kubernetes-map-type"] === "atomic",
    listType: schema["x-kubernetes-list-type"] ?? "atomic",
    keys: [...(schema["x-kubernetes-list-map-keys"] ?? [])].sort(),
    fields: new Map([...properties].map(([name, child]) => [name, typeOf(child)])),
    element: items ? typeOf(items) : typeof additional === "object" ? typeOf(additional) : deduced,
    preset: schema.default,
  };
}
