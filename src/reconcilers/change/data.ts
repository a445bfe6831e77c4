import { type ParseError, parse as parseJson } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { parseDocument } from "yaml";
import { isTooDeep } from "../yaml/depth.ts";
import { isExcessive } from "../yaml/excess.ts";
import { formatOf } from "./set.ts";

/** Keys of an object, whatever they hold. */
export type Data = Readonly<Record<string, unknown>>;

/** Longest text that is read, in characters. */
const longest = 4 << 20;

/**
 * What a JSON, TOML or YAML file says, by the ending of its name; undefined where it is broken, too long or no object. For
 * reading only: whoever edits finds out what is wrong, and where.
 */
export function dataIn(path: string, text: string): Data | undefined {
  if (text.length > longest) return undefined;
  try {
    const data = parsed(path, text.replace(/^\ufeff/, ""));
    return isData(data) ? data : undefined;
  } catch (error) {
    if (error instanceof TomlError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function parsed(path: string, text: string): unknown {
  switch (formatOf(path)) {
    case "Json": {
      const errors: ParseError[] = [];
      const data: unknown = parseJson(text, errors, { allowTrailingComma: true });
      return errors.length === 0 ? data : undefined;
    }
    case "Toml":
      return parseToml(text, { maxDepth: 200 });
    case "Yaml": {
      if (isTooDeep(text)) return undefined;
      const document = parseDocument(text);
      return document.errors.length > 0 || isExcessive(document.contents) ? undefined : document.toJS();
    }
    case "Xml":
      return undefined;
  }
}

export const isData = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What keys lead to; undefined where they lead nowhere. */
export function valueAt(data: unknown, keys: readonly string[]): unknown {
  let at = data;
  for (const key of keys) at = isData(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

/** The text that keys lead to. */
export function textAt(data: unknown, keys: readonly string[]): string | undefined {
  const value = valueAt(data, keys);
  return typeof value === "string" ? value : undefined;
}
