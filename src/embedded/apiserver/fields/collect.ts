import { isObject, type JsonObject } from "../schema/json.ts";
import { childrenOf, type FieldSet, isMember, nodeOf, noFields } from "./field-set.ts";
import { type FieldType, memberType } from "./field-type.ts";
import { fieldElement, itemElement } from "./path-element.ts";

/** The paths that an applied configuration speaks about, and so owns. */
export const fieldsOf = (type: FieldType, object: JsonObject): FieldSet => below(type, object);

function below(type: FieldType, value: unknown): FieldSet {
  if (Array.isArray(value)) return type.listType === "atomic" ? noFields : ofList(type, value);
  if (!isObject(value) || type.atomicMap) return noFields;
  const result: FieldSet = {};
  for (const name of Object.keys(value)) {
    const node = nodeOf(owns(type, name, value[name]), below(memberType(type, name), value[name]));
    if (node) result[fieldElement(name)] = node;
  }
  return result;
}

/** Fields with parts are owned through their parts; members of maps, leaves and empty maps are owned themselves. */
function owns(type: FieldType, name: string, value: unknown): boolean {
  const known = type.fields.get(name);
  if (!known) return true;
  if (Array.isArray(value)) return known.listType === "atomic";
  return !isObject(value) || known.atomicMap || Object.keys(value).length === 0;
}

function ofList(type: FieldType, list: readonly unknown[]): FieldSet {
  const result: FieldSet = {};
  for (const item of list) {
    const element = itemElement(type, item);
    // Twins are owned as a whole.
    const parts = Object.hasOwn(result, element) ? noFields : below(type.element, item);
    result[element] = nodeOf(true, parts) ?? noFields;
  }
  return result;
}

/** The set with every field of the schema that leads to one of its paths: removing the last part removes the field. */
export function withNamedFields(type: FieldType, set: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [element, node] of childrenOf(set)) {
    const name = element.startsWith("f:") ? element.slice(2) : undefined;
    const named = name !== undefined && type.fields.has(name);
    const inside = name === undefined ? type.element : memberType(type, name);
    const parts = withNamedFields(inside, node);
    result[element] = nodeOf(named || isMember(node), parts) ?? noFields;
  }
  return result;
}
