import type { JSONSchema } from "../json-schema.ts";

/**
 * A rule's `fieldPath` (`.spec.name`, `['a.b']`) as field errors name it: `spec.name`, `a.b`, `labels[key]`.
 * Keys of maps stand in brackets.
 */
export function fieldPathOf(path: string, schema: JSONSchema): string {
  let result = "";
  let at: JSONSchema | undefined = schema;
  for (const match of path.matchAll(/\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/g)) {
    const key = match[1] ?? unquote(match[2] ?? "");
    const isField: boolean = at?.properties !== undefined;
    if (isField) result += result === "" ? key : `.${key}`;
    else result += `[${key}]`;
    at = isField ? at?.properties?.[key] : asSchema(at?.additionalProperties);
  }
  return result;
}

const asSchema = (schema: JSONSchema | boolean | undefined): JSONSchema | undefined =>
  typeof schema === "object" ? schema : undefined;

const controls: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const unquote = (text: string): string => text.replace(/\\(.)/g, (_, char: string) => controls[char] ?? char);
