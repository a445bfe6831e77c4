import { type Environment, EvaluationError } from "@marcbachmann/cel-js";

/** Go writes inline flags at the start; JavaScript takes them apart from the pattern. */
function regex(pattern: string, flags: string): RegExp {
  const inline = /^\(\?(?<flags>[ims]+)\)/.exec(pattern);
  try {
    return new RegExp(pattern.slice(inline?.[0].length ?? 0), `${flags}${inline?.groups?.["flags"] ?? ""}`);
  } catch (error) {
    throw new EvaluationError(`Illegal regex: ${(error as Error).message}`, undefined, error);
  }
}

function findAll(text: string, pattern: string, limit: bigint): string[] {
  const found = text.match(regex(pattern, "gu")) ?? [];
  return limit < 0n ? [...found] : found.slice(0, Number(limit));
}

function replace(text: string, [from, to]: readonly [string, string], limit: bigint): string {
  if (limit < 0n) return text.replaceAll(from, () => to);
  let result = text;
  let start = 0;
  for (let count = 0n; count < limit; count++) {
    const at = result.indexOf(from, start);
    if (at < 0) break;
    result = result.slice(0, at) + to + result.slice(at + from.length);
    start = at + to.length;
  }
  return result;
}

const verbs: Readonly<Record<string, (value: unknown, precision: number | undefined) => string>> = {
  s: (value) => show(value),
  d: (value) => String(value),
  f: (value, precision) => Number(value).toFixed(precision ?? 6),
  e: (value, precision) =>
    Number(value)
      .toExponential(precision ?? 6)
      .replace(/e([+-])(\d)$/, "e$10$2"),
  b: (value) => (typeof value === "boolean" ? (value ? "1" : "0") : BigInt(value as bigint).toString(2)),
  o: (value) => BigInt(value as bigint).toString(8),
  x: (value) => hex(value),
  X: (value) => hex(value).toUpperCase(),
};

const hex = (value: unknown): string =>
  typeof value === "bigint" ? value.toString(16) : Buffer.from(value as string | Uint8Array).toString("hex");

function show(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, "Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (value !== null && typeof value === "object" && value.constructor === Object) {
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([key, each]) => `${key}: ${show(each)}`).join(", ")}}`;
  }
  return String(value);
}

function format(template: string, values: readonly unknown[]): string {
  let next = 0;
  return template.replace(/%(?:%|(?:\.(\d+))?([a-zA-Z]))/g, (found, precision: string | undefined, verb: string) => {
    if (found === "%%") return "%";
    const print = verbs[verb];
    if (!print)
      throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
    if (next >= values.length) throw new EvaluationError(`index ${next} out of range`);
    return print(values[next++], precision === undefined ? undefined : Number(precision));
  });
}

function charAt(text: string, index: bigint): string {
  if (index < 0n || index > BigInt(text.length)) throw new EvaluationError(`index out of range: ${index}`);
  return text.charAt(Number(index));
}

/** Kubernetes' and CEL's string functions that the library does not bring along. */
export function registerTexts(environment: Environment): void {
  const find = (text: string, pattern: string): string => regex(pattern, "u").exec(text)?.[0] ?? "";
  environment
    .registerFunction("string.find(string): string", find)
    .registerFunction("string.findAll(string): list<string>", (text, pattern) => findAll(text, pattern, -1n))
    .registerFunction("string.findAll(string, int): list<string>", findAll)
    .registerFunction("string.replace(string, string): string", (text, from, to) => replace(text, [from, to], -1n))
    .registerFunction("string.replace(string, string, int): string", (text, from, to, limit) =>
      replace(text, [from, to], limit),
    )
    .registerFunction("string.charAt(int): string", charAt)
    .registerFunction("string.reverse(): string", (text: string) => [...text].reverse().join(""))
    .registerFunction("string.format(list): string", format);
}
