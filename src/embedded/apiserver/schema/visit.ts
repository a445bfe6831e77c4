import { combinations } from "./combine.ts";
import { type Finding, finding, findings as say } from "./finding.ts";
import { equal, get, isObject, type JsonObject } from "./json.ts";
import { isInteger, numberFindings, stringFindings } from "./scalar.ts";
import type { Structural } from "./structural.ts";

export type { Finding };

/** One value on its way through the schema. */
export interface Visit {
  readonly value: unknown;
  readonly old: unknown;
  /** Whether `old` is what stood in this place before. */
  readonly correlated: boolean;
  readonly path: string;
}

/**
 * Checks a value against its schema and collects what is wrong.
 * Returns how many checks were passed, by which the server picks the alternative of `anyOf` and `oneOf` to complain about.
 */
export function visit(node: Structural, at: Visit, out: Finding[]): number {
  const { value, path } = at;
  if (value === null || value === undefined) return nullChecks(node, path, out);
  let passed = typeChecks(node, value, path, out) + 1;
  passed += combinations(node, at, out) + 1;
  if (typeof value === "string") passed += stringFindings(node, value, path, out);
  else if (typeof value === "number") passed += numberFindings(node, value, path, out) + 1;
  else if (Array.isArray(value)) passed += listChecks(node, at, out) + 1;
  enumChecks(node, value, path, out);
  if (isObject(value)) passed += objectChecks(node, at, out);
  return passed + 2;
}

/** Visits a part; what did not change since the last write is not looked at again. */
function visitPart(node: Structural, at: Visit, out: Finding[]): number {
  return at.correlated && equal(at.value, at.old) ? 1 : visit(node, at, out);
}

function nullChecks(node: Structural, path: string, out: Finding[]): number {
  const allowed = node.types.length === 0 || node.schema.nullable === true;
  if (!allowed) out.push(say.type(path, node.types.join(","), "null"));
  enumChecks(node, null, path, out);
  return allowed ? 1 : 0;
}

/** A JSON type and its format in the server's words; whole numbers arrive there as int64. */
function typeOf(value: unknown): [string, string] {
  if (typeof value === "string") return ["string", ""];
  if (typeof value === "boolean") return ["boolean", ""];
  if (typeof value === "number") return isInteger(value) ? ["integer", "int64"] : ["number", "float64"];
  return Array.isArray(value) ? ["array", ""] : ["object", ""];
}

function typeChecks(node: Structural, value: unknown, path: string, out: Finding[]): number {
  const { types, format } = node;
  if (types.length === 0 && format === "") return 0;
  const [type, own] = typeOf(value);
  const fits = types.includes(type) || (type === "integer" && types.includes("number"));
  const sequence = typeof value === "string" || Array.isArray(value);
  if (format !== "" && !sequence && !fits && own !== format) {
    out.push(say.type(path, format, own));
    return 0;
  }
  const numeric = types.includes("number") || types.includes("integer");
  if (fits || (format !== "" && !numeric && sequence)) return 1;
  out.push(say.type(path, types.join(","), type));
  return 0;
}

function enumChecks({ schema }: Structural, value: unknown, path: string, out: Finding[]): void {
  const allowed = schema.enum;
  if (allowed === undefined || allowed.length === 0 || allowed.some((each) => each !== null && equal(each, value)))
    return;
  out.push(say.notSupported(path, value, allowed));
}

function listChecks(node: Structural, { value, old, correlated, path }: Visit, out: Finding[]): number {
  const list = value as readonly unknown[];
  const { schema, items } = node;
  let passed = 1;
  if (items) {
    const before = correlated ? correlatedItems(node, old) : undefined;
    for (const [index, each] of list.entries()) {
      const was = before?.(each);
      passed += visitPart(
        items,
        { value: each, old: was, correlated: was !== undefined, path: `${path}[${index}]` },
        out,
      );
    }
  }
  if (schema.minItems !== undefined && list.length < schema.minItems)
    out.push(finding(path, list.length, `should have at least ${schema.minItems} items`));
  if (schema.maxItems !== undefined && list.length > schema.maxItems)
    out.push(say.tooMany(path, list.length, schema.maxItems, "items"));
  if (schema.uniqueItems && list.some((each, index) => list.findIndex((other) => equal(each, other)) !== index))
    out.push(finding(path, "", "shouldn't contain duplicates"));
  return passed;
}

/** Finds the item of the old list with the same keys; only lists of type map have any. */
export function correlatedItems({ schema }: Structural, old: unknown): ((item: unknown) => unknown) | undefined {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (schema["x-kubernetes-list-type"] !== "map" || keys === undefined || !Array.isArray(old)) return undefined;
  const identity = (item: JsonObject): string => JSON.stringify(keys.map((key) => get(item, key) ?? null));
  const byIdentity = new Map(old.filter(isObject).map((item) => [identity(item), item]));
  return (item) => (isObject(item) ? byIdentity.get(identity(item)) : undefined);
}

function objectChecks(node: Structural, at: Visit, out: Finding[]): number {
  const object = at.value as JsonObject;
  const { schema, path } = { schema: node.schema, path: at.path };
  const count = Object.keys(object).length;
  if (schema.minProperties !== undefined && count < schema.minProperties)
    out.push(finding(path, count, `should have at least ${schema.minProperties} properties`));
  if (schema.maxProperties !== undefined && count > schema.maxProperties)
    out.push(say.tooMany(path, count, schema.maxProperties, "properties"));
  const passed = memberChecks(node, at, out);
  for (const key of schema.required ?? []) if (!Object.hasOwn(object, key)) out.push(say.required(`${path}.${key}`));
  return passed;
}

function memberChecks(node: Structural, { value, old, path }: Visit, out: Finding[]): number {
  const object = value as JsonObject;
  const before = isObject(old) ? old : undefined;
  const { additional } = node;
  let passed = 0;
  for (const key of Object.keys(object)) {
    const known = node.properties.get(key);
    const child = known ?? (typeof additional === "object" ? additional : undefined);
    if (!child) continue;
    const inside = known && path === "" ? key : `${path}.${key}`;
    const was = before === undefined ? undefined : get(before, key);
    // At the root correlation starts below the object itself, and never with what names its type.
    const follows = was !== undefined && (path !== "" || (key !== "apiVersion" && key !== "kind"));
    passed += visitPart(child, { value: object[key], old: was, correlated: follows, path: inside }, out);
  }
  return passed;
}

/** The path of a member: fields follow a dot, keys of maps stand in brackets. */
export const memberPath = ({ properties }: Structural, path: string, key: string): string => {
  if (!properties.has(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
};
