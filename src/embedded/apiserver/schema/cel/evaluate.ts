import { Optional } from "@marcbachmann/cel-js";
import { duplicate, type FieldError, forbidden, invalid, omitted, required } from "../field-error.ts";
import { equal, get, isObject, type JsonObject } from "../json.ts";
import type { Structural } from "../structural.ts";
import { correlatedItems, memberPath } from "../visit.ts";
import type { CompiledRule, Context } from "./rule.ts";

interface At {
  readonly value: unknown;
  readonly old: unknown;
  readonly path: string;
  /** The value, or what it is a part of, is as it was before: only transition rules have anything to say. */
  readonly unchanged: boolean;
}

/** Runs the validation rules of an object whose types are known to be right. `old` makes it an update. */
export function evaluateRules(structural: Structural, object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  walk(structural, { value: object, old, path: "", unchanged: false }, errors);
  return errors;
}

function walk(node: Structural, at: At, errors: FieldError[]): void {
  const { value } = at;
  if (!node.holds.rules || value === null || value === undefined) return;
  if (at.unchanged && !node.holds.transitions) return;
  if (node.rules.length > 0) errors.push(...ownErrors(node, at));
  for (const each of node.allOf) walk(each, at, errors);
  if (Array.isArray(value)) walkList(node, at, errors);
  else if (isObject(value)) walkObject(node, at, errors);
}

function walkObject(node: Structural, { value, old, path, unchanged }: At, errors: FieldError[]): void {
  const object = value as JsonObject;
  const before = isObject(old) ? old : {};
  for (const key of Object.keys(object)) {
    const child = node.properties.get(key) ?? node.additional;
    if (typeof child !== "object" || !child.holds.rules) continue;
    const was = get(before, key);
    const same = unchanged || (was !== undefined && equal(object[key], was));
    walk(child, { value: object[key], old: was, path: memberPath(node, path, key), unchanged: same }, errors);
  }
}

function walkList(node: Structural, { value, old, path, unchanged }: At, errors: FieldError[]): void {
  const { items } = node;
  if (!items?.holds.rules) return;
  const before = correlatedItems(node, old);
  for (const [index, each] of (value as unknown[]).entries()) {
    const was = before?.(each);
    const same = unchanged || (was !== undefined && equal(each, was));
    walk(items, { value: each, old: was, path: `${path}[${index}]`, unchanged: same }, errors);
  }
}

function ownErrors(node: Structural, { value, old, path, unchanged }: At): FieldError[] {
  const errors: FieldError[] = [];
  const absent = old === undefined || old === null;
  const views = new Views(node.rules[0]?.convert, value, absent ? undefined : old);
  for (const rule of node.rules) {
    if (rule.usesOldSelf && absent && !rule.source.optionalOldSelf) continue;
    if (!rule.usesOldSelf && unchanged) continue;
    const error = run(rule, { context: views.of(rule), value, path, type: node.schema.type ?? "" });
    if (error) errors.push(error);
  }
  return errors;
}

/** The two sides as rules see them, converted when the first rule asks for them. */
class Views {
  private readonly convert: (value: unknown) => unknown;
  private readonly value: unknown;
  private readonly old: unknown;
  private self: unknown;
  private oldSelf: unknown;

  constructor(convert: ((value: unknown) => unknown) | undefined, value: unknown, old: unknown) {
    this.convert = convert ?? ((same) => same);
    this.value = value;
    this.old = old;
  }

  of(rule: CompiledRule): Context {
    this.self ??= this.convert(this.value);
    if (!rule.usesOldSelf) return { self: this.self };
    if (this.old !== undefined) this.oldSelf ??= this.convert(this.old);
    if (!rule.source.optionalOldSelf) return { self: this.self, oldSelf: this.oldSelf };
    return { self: this.self, oldSelf: this.old === undefined ? Optional.none() : Optional.of(this.oldSelf) };
  }
}

interface Run {
  readonly context: Context;
  readonly value: unknown;
  readonly path: string;
  readonly type: string;
}

function run(rule: CompiledRule, { context, value, path, type }: Run): FieldError | undefined {
  const { source } = rule;
  const named = (source.message ?? "").trim() || source.rule.trim();
  try {
    if (rule.run(context) === true) return undefined;
  } catch (error) {
    return invalid(path, type, failure(error, named));
  }
  const at = rule.fieldPath === "" ? path : `${path === "" ? "" : `${path}.`}${rule.fieldPath}`;
  const detail = messageOf(rule, context) ?? ((source.message ?? "").trim() || `failed rule: ${named}`);
  const shown = type === "object" || type === "array" ? omitted : value;
  return forReason(source.reason, { path: at, value: shown, detail });
}

/** Why a rule could not be evaluated, in the words of the server's CEL. */
function failure(error: unknown, rule: string): string {
  const { summary = String(error), code } = error as { summary?: string; code?: string };
  if (code === "no_such_overload" || code === "no_matching_overload") {
    return `'no such overload': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`;
  }
  const reason = summary
    .replace(/^No such key: index out of bounds, index (-?\d+).*$/, "index out of bounds: $1")
    .replace(/^No such key/, "no such key");
  return `${reason} evaluating rule: ${rule}`;
}

const longestMessage = 5 * 1024;

function messageOf(rule: CompiledRule, context: Context): string | undefined {
  if (!rule.message) return undefined;
  try {
    const text = rule.message(context);
    const message = typeof text === "string" ? text.trim() : "";
    return message === "" || message.includes("\n") || message.length > longestMessage ? undefined : message;
  } catch {
    // A message that cannot be made must not hide the failure that it was to explain.
    return undefined;
  }
}

interface Failure {
  readonly path: string;
  readonly value: unknown;
  readonly detail: string;
}

function forReason(reason: string | undefined, { path, value, detail }: Failure): FieldError {
  switch (reason) {
    case "FieldValueForbidden":
      return forbidden(path, detail);
    case "FieldValueRequired":
      return required(path, detail);
    case "FieldValueDuplicate":
      return duplicate(path, value);
    default:
      return invalid(path, value, detail);
  }
}
