import { isObject, type JsonObject } from "./json.ts";

/** The cause types of a Status, as `metav1.CauseType` has them. */
export type FieldErrorType =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueTypeInvalid"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany";

/** What is wrong with one field, in the words of a Status cause. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.owner`, `spec.edges[2].name`, `metadata.labels[a/b]`; `<nil>` for the object itself. */
  readonly field: string;
  /** The cause's message, without the field: `Invalid value: "x": must be …`. */
  readonly message: string;
}

/** How the API server names the object itself: the string of a nil path. */
export const noField = "<nil>";

/** Stands for "leave the value out of the message". */
export const omitted: unique symbol = Symbol("omitted");

const named = (path: string): string => (path === "" ? noField : path);
const withDetail = (body: string, detail: string): string => (detail === "" ? body : `${body}: ${detail}`);
const withValue = (title: string, value: unknown): string =>
  value === omitted ? title : `${title}: ${goValue(value)}`;

/** A required field is absent. */
export const required = (path: string, detail = ""): FieldError => ({
  type: "FieldValueRequired",
  field: named(path),
  message: withDetail("Required value", detail),
});

/** A value breaks a rule. */
export const invalid = (path: string, value: unknown, detail: string): FieldError => ({
  type: "FieldValueInvalid",
  field: named(path),
  message: withDetail(withValue("Invalid value", value), detail),
});

/** A value has the wrong JSON type. */
export const typeInvalid = (path: string, value: unknown, detail: string): FieldError => ({
  type: "FieldValueTypeInvalid",
  field: named(path),
  message: withDetail(withValue("Invalid value", value), detail),
});

/** A value is not one of a closed list. */
export const notSupported = (path: string, value: unknown, supported: readonly unknown[]): FieldError => {
  const texts = supported.map((each) => goQuote(typeof each === "string" ? each : goJson(each)));
  const detail = texts.length === 0 ? "" : `supported values: ${texts.join(", ")}`;
  return {
    type: "FieldValueNotSupported",
    field: named(path),
    message: withDetail(withValue("Unsupported value", value), detail),
  };
};

/** A value occurs twice where it may occur once. */
export const duplicate = (path: string, value: unknown): FieldError => ({
  type: "FieldValueDuplicate",
  field: named(path),
  message: withValue("Duplicate value", value),
});

/** A field is not allowed here. */
export const forbidden = (path: string, detail: string): FieldError => ({
  type: "FieldValueForbidden",
  field: named(path),
  message: withDetail("Forbidden", detail),
});

/** A text is longer than `max`. The server counts characters and says bytes; so do we. */
export const tooLong = (path: string, max: number): FieldError => ({
  type: "FieldValueTooLong",
  field: named(path),
  message: `Too long: may not be more than ${max} ${max === 1 ? "byte" : "bytes"}`,
});

/** A list or map has more than `max` members. */
export const tooMany = (path: string, actual: number, max: number): FieldError => ({
  type: "FieldValueTooMany",
  field: named(path),
  message: `Too many: ${actual}: must have at most ${max} ${max === 1 ? "item" : "items"}`,
});

/** A value as Go's field errors print it. */
function goValue(value: unknown): string {
  if (typeof value === "string") return goQuote(value);
  if (typeof value === "number") return goNumber(value);
  if (typeof value === "boolean") return String(value);
  return goJson(value);
}

/** A number as Go's `%v` prints it: exponents from 1e21 up and below 1e-4, with two digits at least. */
export function goNumber(value: number): string {
  const magnitude = Math.abs(value);
  const text = magnitude !== 0 && magnitude < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** A string as Go's `%q` prints it. */
export const goQuote = (text: string): string =>
  `"${text.replace(/["\\]|\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|[^\S ]/gu, (char) => escapes[char] ?? codePoint(char))}"`;

function codePoint(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

const htmlOrSeparator = /[<>&\u2028\u2029]/;

/** JSON as Go's encoder writes it: keys sorted, `<`, `>`, `&` and the line separators escaped. */
export function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (isObject(value)) return `{${goMembers(value).join(",")}}`;
  const text = JSON.stringify(value) ?? "null";
  if (!htmlOrSeparator.test(text)) return text;
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const goMembers = (object: JsonObject): string[] =>
  Object.keys(object)
    .sort()
    .map((key) => `${goJson(key)}:${goJson(object[key])}`);
