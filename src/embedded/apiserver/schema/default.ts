import { copy, get, isObject, type JsonObject, put } from "./json.ts";
import type { Structural } from "./structural.ts";

/**
 * Fills in the schema's defaults, in place. A null counts as absent where null is not allowed:
 * with a default it becomes the default, without one it goes away.
 */
export function applyDefaults(structural: Structural, object: object): void {
  dropNulls(object, structural);
  if (structural.holds.defaults) fill(object, structural);
}

const isStrayNull = (value: unknown, structural: Structural): boolean =>
  value === null && structural.schema.nullable !== true;

function fill(value: unknown, structural: Structural): void {
  if (Array.isArray(value)) {
    if (structural.items) fillItems(value, structural.items);
  } else if (isObject(value)) {
    fillObject(value, structural);
  }
}

function fillItems(list: unknown[], items: Structural): void {
  if (!items.holds.defaults) return;
  for (const [index, each] of list.entries()) {
    if (isStrayNull(each, items) && items.schema.default !== undefined) list[index] = copy(items.schema.default);
    fill(list[index], items);
  }
}

function fillObject(object: JsonObject, structural: Structural): void {
  for (const [key, property] of structural.properties) {
    if (!property.holds.defaults) continue;
    fillMember(object, key, property, true);
  }
  const { additional } = structural;
  if (typeof additional !== "object" || !additional.holds.defaults) return;
  for (const key of Object.keys(object)) {
    if (!structural.properties.has(key)) fillMember(object, key, additional, false);
  }
}

function fillMember(object: JsonObject, key: string, structural: Structural, whenAbsent: boolean): void {
  const value = get(object, key);
  const wanted = structural.schema.default;
  const open = (whenAbsent && value === undefined) || isStrayNull(value, structural);
  if (open && wanted !== undefined) put(object, key, copy(wanted));
  fill(get(object, key), structural);
}

/** Removes nulls of fields that do not allow null and have no default of their own. */
function dropNulls(value: unknown, structural: Structural): void {
  if (Array.isArray(value)) {
    const { items } = structural;
    if (items) for (const each of value) if (typeof each === "object") dropNulls(each, items);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) dropMember(value, key, structural);
  }
}

function dropMember(object: JsonObject, key: string, { properties, additional }: Structural): void {
  const value = object[key];
  const child = properties.get(key) ?? additional;
  if (typeof value !== "object" || typeof child !== "object") return;
  if (value !== null) dropNulls(value, child);
  else if (isStrayNull(value, child) && child.schema.default === undefined) delete object[key];
}
