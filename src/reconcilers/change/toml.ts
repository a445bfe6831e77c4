import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from "smol-toml";
import { numbered } from "../list-item.ts";
import { type EditedText, lastOf, type Refused, refuse, type Setting, type Splice, spliced } from "./refused.ts";
import { scalarsIn, type TomlScalar, TomlScanError } from "./toml-scan.ts";
import { valueIn, writtenToml } from "./toml-write.ts";

/**
 * The TOML text with these values. The text must be sound as a whole; every byte outside of the values stays, and what comes
 * out is read again: it says the same but for these values, or the text is refused.
 */
export function setToml(text: string, settings: readonly Setting[]): EditedText {
  const before = read(text);
  if (before.is === "refused") return before;
  const byNumber = settings.map((each) => ({ ...each, field: numbered(before.table, each.field) }));
  const wanted = new Map(lastOf(byNumber).map((setting) => [JSON.stringify(setting.field), setting]));
  const found = locate(text, wanted);
  const splices: Splice[] = [];
  const values = new Map<string, TomlValue>();
  for (const [at, { field, value }] of wanted) {
    const scalar = found.get(at);
    if (!scalar) return whyNot(before.table, field);
    const source = text.slice(scalar.start, scalar.end);
    if (says(source, scalar, value)) continue;
    const written = writtenToml(field.join("."), value, { kind: scalar.kind, source });
    if (typeof written === "object") return written;
    splices.push({ start: scalar.start, end: scalar.end, written });
    values.set(at, scalar.kind === "bare" ? (valueIn(written) ?? "") : value);
  }
  if (splices.length === 0) return { is: "edited", text };
  const result = spliced(text, splices);
  const after = read(result);
  if (after.is === "read" && isSame(before.table, after.table, [], values)) return { is: "edited", text: result };
  const fields = [...values.keys()].map((at) => (JSON.parse(at) as string[]).join(".")).join(" and ");
  return refuse("FieldUnsupported", `${fields} cannot be changed without changing more than that`);
}

const says = (source: string, { kind }: TomlScalar, value: string): boolean =>
  kind === "bare" ? source === value : valueIn(source) === value;

function read(text: string): { readonly is: "read"; readonly table: TomlTable } | Refused {
  try {
    return { is: "read", table: parse(text, { integersAsBigInt: true, maxDepth: 200 }) };
  } catch (error) {
    if (error instanceof RangeError) return refuse("InvalidToml", "it is nested too deeply to be read");
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n", 1);
    return refuse("InvalidToml", `it is no valid TOML: ${first} at line ${error.line}, column ${error.column}`);
  }
}

function locate(text: string, wanted: ReadonlyMap<string, Setting>): ReadonlyMap<string, TomlScalar> {
  const depths = new Set([...wanted.values()].map(({ field }) => field.length));
  const found = new Map<string, TomlScalar>();
  try {
    for (const scalar of scalarsIn(text)) {
      const at = depths.has(scalar.path.length) ? JSON.stringify(scalar.path) : "";
      if (wanted.has(at)) found.set(at, scalar);
    }
  } catch (error) {
    // Valid TOML that we cannot follow: what was not found is told as such.
    if (!(error instanceof TomlScanError)) throw error;
  }
  return found;
}

/** Why there is no single value that we can set. */
function whyNot(table: TomlTable, field: readonly string[]): Refused {
  let value: TomlValue | undefined = table;
  for (const [depth, key] of field.entries()) {
    const name = field.slice(0, depth + 1).join(".");
    if (typeof value !== "object" || value instanceof TomlDate) {
      const at = field.slice(0, depth).join(".");
      return refuse("FieldMissing", `there is no ${field.join(".")}: ${at} has no keys`);
    }
    if (!Object.hasOwn(value, key)) return refuse("FieldMissing", `there is no ${name}`);
    value = (value as Readonly<Record<string, TomlValue>>)[key];
  }
  const why = typeof value === "object" && !(value instanceof TomlDate) ? "is no single value" : "cannot be located";
  return refuse("FieldUnsupported", `${field.join(".")} ${why}`);
}

/** Whether two values say the same, but for these, by their place. */
function isSame(a: TomlValue, b: TomlValue, path: readonly string[], but: ReadonlyMap<string, TomlValue>): boolean {
  const wanted = but.size > 0 && typeof a !== "object" ? but.get(JSON.stringify(path)) : undefined;
  if (wanted !== undefined) return isSame(wanted, b, path, none);
  if (a instanceof TomlDate || b instanceof TomlDate) {
    const date = but.get(JSON.stringify(path)) ?? a;
    return date instanceof TomlDate && b instanceof TomlDate && date.toISOString() === b.toISOString();
  }
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  const [one, other] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    one.length === other.length &&
    one.every(([key, value], index) => {
      const [name, now] = other[index]!;
      return key === name && isSame(value as TomlValue, now as TomlValue, [...path, key], but);
    })
  );
}

const none: ReadonlyMap<string, TomlValue> = new Map();
