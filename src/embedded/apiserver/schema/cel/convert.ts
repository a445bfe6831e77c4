import { Duration } from "@marcbachmann/cel-js/evaluator";
import { parseDuration } from "../duration.ts";
import { isObject, type JsonObject } from "../json.ts";
import { type JSONSchema, propertiesOf } from "../json-schema.ts";
import { escapeName } from "./escape.ts";

/** Turns a JSON value into what rules see: integers as int, times as timestamps, names as rules can write them. */
export type Convert = (value: unknown) => unknown;

const second = 1_000_000_000n;

/** A duration of so many nanoseconds. */
export const durationOf = (nanoseconds: bigint): Duration =>
  new Duration(nanoseconds / second, Number(nanoseconds % second));

const formats: Readonly<Record<string, Convert>> = {
  byte: (text) => Buffer.from(String(text), "base64"),
  date: (text) => new Date(`${String(text)}T00:00:00Z`),
  "date-time": (text) => new Date(String(text)),
  datetime: (text) => new Date(String(text)),
  duration: (text) => durationOf(parseDuration(String(text)) ?? 0n),
};

const ofText =
  (convert: Convert): Convert =>
  (value) =>
    typeof value === "string" ? convert(value) : value;
const toInteger: Convert = (value) => (Number.isInteger(value) ? BigInt(value as number) : value);

/** The conversion for a schema; undefined when values can stay as they are, which is the common and cheap case. */
export function conversionOf(schema: JSONSchema): Convert | undefined {
  if (schema["x-kubernetes-int-or-string"] || schema.type === "integer") return toInteger;
  if (schema.type === "string") {
    const convert = formats[schema.format ?? ""];
    return convert && ofText(convert);
  }
  if (schema.type === "array") return schema.items && ofList(conversionOf(schema.items));
  if (schema.type === "object") return ofObject(schema);
  return undefined;
}

const ofList = (convert: Convert | undefined): Convert | undefined =>
  convert && ((value) => (Array.isArray(value) ? value.map(convert) : value));

interface Member {
  readonly name: string;
  readonly convert: Convert | undefined;
}

function ofObject(schema: JSONSchema): Convert | undefined {
  const more = schema.additionalProperties;
  const rest = typeof more === "object" ? conversionOf(more) : undefined;
  const members = new Map<string, Member>();
  for (const [key, child] of propertiesOf(schema)) {
    const convert = conversionOf(child);
    const name = escapeName(key) ?? key;
    if (convert || name !== key) members.set(key, { name, convert });
  }
  if (members.size === 0 && !rest) return undefined;
  return (value) => (isObject(value) ? convertMembers(value, members, rest) : value);
}

function convertMembers(
  object: JsonObject,
  members: ReadonlyMap<string, Member>,
  rest: Convert | undefined,
): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(object)) {
    const member = members.get(key);
    const convert = member ? member.convert : rest;
    result[member?.name ?? key] = convert ? convert(object[key]) : object[key];
  }
  return result;
}
