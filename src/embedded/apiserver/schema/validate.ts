import { evaluateRules } from "./cel/evaluate.ts";
import { embeddedErrors } from "./embedded.ts";
import { type FieldError, noField } from "./field-error.ts";
import { equal, get, type JsonObject } from "./json.ts";
import { keyedListErrors } from "./list-type.ts";
import type { Structural } from "./structural.ts";
import { type Finding, type Visit, visit } from "./visit.ts";

export interface ValidateOptions {
  /** A write of `/status` validates nothing but the status, and names fields from there. */
  readonly subresource?: "status" | undefined;
  /** What was found before, about the metadata: it is returned first, and may keep rules from running. */
  readonly found?: readonly FieldError[];
}

/** Errors after which the server does not run validation rules: they could not rely on the types. */
const blocking: ReadonlySet<string> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

const notChecked: FieldError = {
  type: "FieldValueInvalid",
  field: noField,
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
};

/**
 * Everything in which an object fails its schema, in the API server's words. With `old` it is an update: what did
 * not change is not held against the writer (ratcheting), and transition rules run. Parts of `object` that are
 * identical (`===`) to those of `old` cost nothing.
 */
export function validate(
  structural: Structural,
  object: object,
  old?: object,
  { subresource, found = [] }: ValidateOptions = {},
): FieldError[] {
  const [now, before] = [object as JsonObject, old as JsonObject | undefined];
  const check = subresource === "status" ? statusErrors : schemaErrors;
  const errors = [...found, ...check(structural, now, before)];
  if (structural.holds.embedded && subresource === undefined) errors.push(...embeddedErrors(structural, now));
  if (structural.holds.keyedLists) errors.push(...listErrors(structural, now, before));
  if (!structural.holds.rules) return errors;
  if (errors.some(({ type }) => blocking.has(type))) return [...errors, notChecked];
  return [...errors, ...evaluateRules(structural, now, before)];
}

function schemaErrors(structural: Structural, object: JsonObject, old: JsonObject | undefined): FieldError[] {
  return run(structural, { value: object, old, correlated: false, path: "" }, "");
}

function statusErrors(structural: Structural, object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const status = structural.properties.get("status");
  if (status === undefined || !Object.hasOwn(object, "status")) return [];
  const before = old === undefined ? undefined : get(old, "status");
  if (before !== undefined && equal(object["status"], before)) return [];
  return run(status, { value: object["status"], old: before, correlated: before !== undefined, path: "" }, "status");
}

function run(structural: Structural, at: Visit, base: string): FieldError[] {
  const findings: Finding[] = [];
  visit(structural, at, findings);
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const { key, error } of findings) {
    if (seen.has(key)) continue;
    seen.add(key);
    errors.push(error(base));
  }
  return errors;
}

function listErrors(structural: Structural, object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors = keyedListErrors(structural, object, old);
  // What was broken before this write may stay broken, as on the real server.
  if (errors.length === 0 || old === undefined) return errors;
  return keyedListErrors(structural, old, undefined).length > 0 ? [] : errors;
}
