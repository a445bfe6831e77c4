import { duplicate, type FieldError, invalid } from "./field-error.ts";
import { canonical, get, isObject, type JsonObject } from "./json.ts";
import type { Structural } from "./structural.ts";
import { memberPath } from "./visit.ts";

/** Lists that must be sets or maps and are not. Parts identical to those of `old` are skipped. */
export function keyedListErrors(structural: Structural, object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  walkObject(structural, { value: object, old, path: "" }, errors);
  return errors;
}

interface At<T> {
  readonly value: T;
  readonly old: unknown;
  readonly path: string;
}

function walk(structural: Structural, { value, old, path }: At<unknown>, errors: FieldError[]): void {
  if (!structural.holds.keyedLists || value === old) return;
  if (Array.isArray(value)) walkList(structural, { value, old, path }, errors);
  else if (isObject(value)) walkObject(structural, { value, old, path }, errors);
}

function walkObject(structural: Structural, { value, old, path }: At<JsonObject>, errors: FieldError[]): void {
  const { properties, additional } = structural;
  const before = isObject(old) ? old : {};
  for (const key of Object.keys(value)) {
    const child = properties.get(key) ?? additional;
    if (typeof child !== "object") continue;
    walk(child, { value: value[key], old: get(before, key), path: memberPath(structural, path, key) }, errors);
  }
}

function walkList(structural: Structural, { value, path }: At<unknown[]>, errors: FieldError[]): void {
  const type = structural.schema["x-kubernetes-list-type"];
  if (type === "set") {
    for (const index of repeated(value.map(canonical))) errors.push(duplicate(`${path}[${index}]`, value[index]));
  } else if (type === "map") {
    errors.push(...mapErrors(structural.schema["x-kubernetes-list-map-keys"] ?? [], value, path));
  }
  if (!structural.items) return;
  for (const [index, each] of value.entries()) {
    walk(structural.items, { value: each, old: undefined, path: `${path}[${index}]` }, errors);
  }
}

function mapErrors(keys: readonly string[], list: readonly unknown[], path: string): FieldError[] {
  const odd = list.findIndex((each) => each !== null && !isObject(each));
  if (odd >= 0) return [invalid(`${path}[${odd}]`, list[odd], "must be an object for an array of list-type map")];
  if (list.length < 2) return [];
  const identities = list.map((each) => identity(keys, isObject(each) ? each : {}));
  return repeated(identities.map(canonical)).map((index) => duplicate(`${path}[${index}]`, identities[index]));
}

const identity = (keys: readonly string[], item: JsonObject): JsonObject =>
  Object.fromEntries(keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]]));

/** The index of the second occurrence of each text that occurs more than once. */
function repeated(texts: readonly string[]): number[] {
  const times = new Map<string, number>();
  const indices: number[] = [];
  for (const [index, text] of texts.entries()) {
    const before = times.get(text) ?? 0;
    if (before === 1) indices.push(index);
    times.set(text, before + 1);
  }
  return indices;
}
