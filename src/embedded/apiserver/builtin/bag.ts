import { isRecord, type KubeObject } from "../object.ts";
import type { Behaviour } from "../resource/resource.ts";
import { type FieldError, forbidden, invalid, tooLong } from "../schema/field-error.ts";
import { equal } from "../schema/json.ts";

/** All values of a secret or a config map together, in bytes. */
const bagLimit = 1024 * 1024;
const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function keyErrors(key: string): string[] {
  const errors: string[] = [];
  if (key.length > 253) errors.push("must be no more than 253 characters");
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) errors.push(keyRule);
  if (key === ".") errors.push("must not be '.'");
  else if (key === "..") errors.push("must not be '..'");
  else if (key.startsWith("..")) errors.push("must not start with '..'");
  return errors;
}

/** What is wrong with the keys of these fields, and with the size of all their values. */
export function bagErrors(object: KubeObject, fields: readonly string[], whole: string): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const field of fields) {
    const values = isRecord(object[field]) ? object[field] : {};
    for (const [key, value] of Object.entries(values)) {
      for (const message of keyErrors(key)) errors.push(invalid(`${field}[${key}]`, key, message));
      size += Buffer.byteLength(String(value), field === "data" && whole === "" ? "utf8" : "base64");
    }
  }
  if (size > bagLimit) errors.push(tooLong(whole, bagLimit));
  return errors;
}

/** What an object that declared itself immutable may not do. */
export function immutableErrors(
  object: KubeObject,
  before: KubeObject | undefined,
  fields: readonly string[],
): FieldError[] {
  if (before?.["immutable"] !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const changed = fields.filter((field) => !equal(object[field] ?? {}, before[field] ?? {}));
  return [...(object["immutable"] === true ? [] : ["immutable"]), ...changed].map((field) => forbidden(field, why));
}

/** Config maps keep their keys apart, and may be sealed. */
export const configMapBehaviour: Behaviour = {
  validate(map, before) {
    const fields = ["data", "binaryData"];
    const binary = isRecord(map["binaryData"]) ? map["binaryData"] : {};
    const twice = Object.keys(isRecord(map["data"]) ? map["data"] : {}).filter((key) => key in binary);
    return [
      ...immutableErrors(map, before, fields),
      ...bagErrors(map, fields, ""),
      ...twice.map((key) => invalid(`data[${key}]`, key, "duplicate of key present in binaryData")),
    ];
  },
};
