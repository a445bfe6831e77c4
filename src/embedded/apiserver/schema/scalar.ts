import { goNumber } from "./field-error.ts";
import { type Finding, finding, general, findings as say } from "./finding.ts";
import { hasFormat } from "./format.ts";
import type { Structural } from "./structural.ts";

/** Length counts code points, as Go counts runes. */
function lengthOf(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--;
  return count;
}

/** Checks a text. Returns how many checks were passed. */
export function stringFindings(node: Structural, text: string, path: string, out: Finding[]): number {
  const { schema, pattern, format } = node;
  // The first rule that fails is the one that is told.
  if (schema.maxLength !== undefined && lengthOf(text) > schema.maxLength)
    out.push(say.tooLong(path, schema.maxLength));
  else if (schema.minLength !== undefined && lengthOf(text) < schema.minLength)
    out.push(finding(path, text, `should be at least ${schema.minLength} chars long`));
  else if (pattern && !pattern.test(text)) out.push(finding(path, text, `should match '${schema.pattern}'`));
  if (format === "") return 1;
  if (!hasFormat(text, format)) out.push(say.type(path, format, text));
  return 2;
}

/** Whether JSON has the number without a fraction, and it fits into 64 bits: then it is an integer to the server. */
export const isInteger = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 63;

/** Checks a number. Returns how many checks were passed. */
export function numberFindings(node: Structural, value: number, path: string, out: Finding[]): number {
  const { schema, format, types } = node;
  if (types.length === 1 && !inRange(value, types[0], format)) {
    const wanted = format === "" ? `${types[0]} (default format)` : `${types[0]} with format ${format}`;
    out.push(general(`Checked value must be of type ${wanted} in ${path}`));
  }
  // The server compares whole numbers as integers, so it cuts the bound as well.
  const bound = (number: number): number => (isInteger(value) ? Math.trunc(number) : number);
  if (schema.multipleOf !== undefined) out.push(...multipleFindings(bound(schema.multipleOf), value, path));
  if (schema.minimum !== undefined) out.push(...minimumFindings(bound(schema.minimum), node, value, path));
  if (schema.maximum !== undefined) out.push(...maximumFindings(bound(schema.maximum), node, value, path));
  return 1;
}

function inRange(value: number, type: string | undefined, format: string): boolean {
  if (type === "integer") return isInteger(value) && (format !== "int32" || value === Math.trunc(value) >> 0);
  return format !== "float" || Math.abs(value) <= 3.4028234663852886e38;
}

function multipleFindings(factor: number, value: number, path: string): Finding[] {
  if (factor <= 0) return [finding(path, factor, "must be positive")];
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Number.isInteger(times) ? [] : [finding(path, value, `should be a multiple of ${goNumber(factor)}`)];
}

function minimumFindings(min: number, { schema }: Structural, value: number, path: string): Finding[] {
  if (schema.exclusiveMinimum)
    return value > min ? [] : [finding(path, value, `should be greater than ${goNumber(min)}`)];
  return value >= min ? [] : [finding(path, value, `should be greater than or equal to ${goNumber(min)}`)];
}

function maximumFindings(max: number, { schema }: Structural, value: number, path: string): Finding[] {
  if (schema.exclusiveMaximum) return value < max ? [] : [finding(path, value, `should be less than ${goNumber(max)}`)];
  return value <= max ? [] : [finding(path, value, `should be less than or equal to ${goNumber(max)}`)];
}
