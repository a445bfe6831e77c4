import { goText } from "../patch/patch-error.ts";
import { goQuote } from "../schema/field-error.ts";
import { isObject, type JsonObject } from "../schema/json.ts";
import type { Structural } from "../schema/structural.ts";
import { type FieldType, memberType, resourceType } from "./field-type.ts";
import { itemElement, pathText } from "./path-element.ts";

/**
 * Why an applied configuration cannot be owned field by field, in the words of structured-merge-diff: fields that
 * the schema does not know, wrong types, items without or with the same keys. Undefined when it can be.
 */
export function undeclared(structural: Structural | undefined, applied: object): string | undefined {
  const errors = errorsOf(resourceType(structural), applied, "");
  if (errors.length < 2) return errors[0];
  return ["errors:", ...errors.map((each) => `  ${each}`)].join("\n");
}

const scalars: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  string: (value) =>
    typeof value === "string" ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`,
  numeric: (value) => (typeof value === "number" ? undefined : `expected numeric (int or float), got ${goType(value)}`),
  boolean: (value) => (typeof value === "boolean" ? undefined : `expected boolean, got &{${goText(value)}}`),
};

function errorsOf(type: FieldType, value: unknown, path: string): string[] {
  if (value === null || value === undefined || type.form === "any") return [];
  if (type.form === "map")
    return isObject(value) ? ofMap(type, value, path) : [`${path}: expected map, got &{${goText(value)}}`];
  if (type.form === "list") {
    return Array.isArray(value) ? ofList(type, value, path) : [`${path}: expected list, got &{${goText(value)}}`];
  }
  const error = scalars[type.form]?.(value);
  return error === undefined ? [] : [`${path}: ${error}`];
}

function ofMap(type: FieldType, object: JsonObject, path: string): string[] {
  const errors: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const place = `${path}.${key}`;
    if (!type.open && !type.fields.has(key)) return [...errors, `${place}: field not declared in schema`];
    errors.push(...errorsOf(memberType(type, key), object[key], place));
  }
  return errors;
}

function ofList(type: FieldType, list: readonly unknown[], path: string): string[] {
  if (type.listType === "atomic") {
    return list.flatMap((item, index) => errorsOf(type.element, item, `${path}[${index}]`));
  }
  const errors: string[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const reason = keyless(type, item);
    if (reason !== undefined) return [...errors, `${path}: element ${index}: ${reason}`];
    const element = itemElement(type, item);
    const text = pathText([element]);
    if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${text}`);
    seen.add(element);
    errors.push(...errorsOf(type.element, item, `${path}${text}`));
  }
  return errors;
}

/** Why an item cannot be told from the others. */
function keyless({ listType, keys, element }: FieldType, item: unknown): string | undefined {
  if (listType === "set") {
    if (item === null) return "associative list without keys has an element that's an explicit null";
    if (Array.isArray(item)) return "not supported: associative list with lists as elements";
    return isObject(item) ? "associative list without keys has an element that's a map type" : undefined;
  }
  if (item === null) return "associative list with keys may not have a null element";
  if (!isObject(item)) return "associative list with keys may not have non-map elements";
  const known = keys.some((key) => Object.hasOwn(item, key) || element.fields.get(key)?.preset !== undefined);
  if (known) return undefined;
  const names = `[${keys.map(goQuote).join(" ")}]`;
  return `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`;
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : "string";
}

/** A value in Go's syntax. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value === "string") return goQuote(value);
  if (!isObject(value)) return String(value);
  const members = Object.keys(value).sort();
  return `map[string]interface {}{${members.map((key) => `${goQuote(key)}:${goSyntax(value[key])}`).join(", ")}}`;
}
