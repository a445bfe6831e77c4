import { goJson, goNumber, goQuote } from "../schema/field-error.ts";
import { get, isObject, type JsonObject } from "../schema/json.ts";
import type { FieldType } from "./field-type.ts";

/** The element of a field: `f:NAME`. */
export const fieldElement = (name: string): string => `f:${name}`;

/** The element of a list's item: `k:{"name":"x"}` in a list of type map, `v:"x"` in a set. */
export function itemElement(type: FieldType, item: unknown): string {
  if (type.listType === "set" || !isObject(item)) return `v:${goJson(item)}`;
  const keys: JsonObject = {};
  for (const key of type.keys) {
    const value = Object.hasOwn(item, key) ? get(item, key) : type.element.fields.get(key)?.preset;
    if (value !== undefined) keys[key] = value;
  }
  return `k:${goJson(keys)}`;
}

/** A path as conflicts print it: `.spec.edges[name="x"].weight`. */
export const pathText = (path: readonly string[]): string => path.map(elementText).join("");

function elementText(element: string): string {
  const content = element.slice(2);
  switch (element.charAt(0)) {
    case "f":
      return `.${content}`;
    case "k":
      return `[${Object.entries(JSON.parse(content) as JsonObject)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, value]) => `${key}=${valueText(value)}`)
        .join(",")}]`;
    case "v":
      return `[=${valueText(JSON.parse(content))}]`;
    default:
      return `[${content}]`;
  }
}

function valueText(value: unknown): string {
  if (typeof value === "string") return goQuote(value);
  return typeof value === "number" ? goNumber(value) : JSON.stringify(value);
}
