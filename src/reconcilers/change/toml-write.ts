import { parse, TomlDate, type TomlValue } from "smol-toml";
import { type Refused, refuse } from "./refused.ts";
import type { TomlKind } from "./toml-scan.ts";

/** What a bare TOML value or a string says; undefined where the text is none. */
export function valueIn(written: string): TomlValue | undefined {
  if (/[\r\n]/.test(written) && !/^("""|''')/.test(written)) return undefined;
  try {
    const table = parse(`x = ${written}\n`, { integersAsBigInt: true });
    return Object.keys(table).length === 1 ? table["x"] : undefined;
  } catch {
    // Whatever is wrong with it, it is no value.
    return undefined;
  }
}

/** A value in the style of what it replaces: strings stay strings of their kind where it can hold the value, the rest keeps its type. */
export function writtenToml(name: string, value: string, before: { kind: TomlKind; source: string }): string | Refused {
  if (before.kind !== "bare") return before.kind.startsWith("many") ? many(value, before) : one(value, before.kind);
  const type = typeOf(valueIn(before.source));
  const isBare = /^[0-9A-Za-z_+.:-]+( \d\d:[0-9.:Z+-]+)?$/.test(value);
  if (isBare && typeOf(valueIn(value)) === type) return value;
  const what = `${name} is ${type}, and ${JSON.stringify(value)} is not`;
  return refuse("FieldUnsupported", `${what}: make it a string in the file first, or give ${type}`);
}

function typeOf(value: TomlValue | undefined): string {
  if (value instanceof TomlDate) {
    if (value.isDate()) return "a date";
    if (value.isTime()) return "a time";
    return value.isLocal() ? "a local date-time" : "a date-time";
  }
  if (typeof value === "bigint") return "an integer";
  if (typeof value === "number") return "a float";
  return typeof value === "boolean" ? "a boolean" : "something else";
}

const isPlain = (value: string): boolean => !/[^\t\P{Cc}]/u.test(value);

const one = (value: string, kind: TomlKind): string =>
  kind === "literal" && isPlain(value) && !value.includes("'") ? `'${value}'` : basic(value);

/** JSON's strings are TOML's, but for one control character. */
const basic = (value: string): string => JSON.stringify(value).replaceAll("\x7f", "\\u007f");

/** Over several lines: in a literal one where it can hold the value, with the line break after the quotes where there is one. */
function many(value: string, { kind, source }: { kind: TomlKind; source: string }): string {
  const [, opening = ""] = /^(?:"""|''')(\r?\n)?/.exec(source) ?? [];
  // The first line break after the quotes does not count, so one that does needs another before it.
  const lead = opening || (value.startsWith("\n") ? "\n" : "");
  const lines = opening || (/\r\n/.test(source) ? "\r\n" : "\n");
  const broken = (text: string): string => lead + text.replaceAll("\n", lines);
  const literal = kind === "manyLiteral" && !/'''|'$/.test(value) && value.split("\n").every(isPlain);
  if (literal && lines === "\n") return `'''${broken(value)}'''`;
  const escaped = basic(value).slice(1, -1);
  // In a file with Windows' line ends a break would become two characters.
  return `"""${lines === "\n" ? broken(escaped.replaceAll("\\n", "\n")) : opening + escaped}"""`;
}
