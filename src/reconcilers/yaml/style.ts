import { isScalar, parseDocument } from "yaml";
import type { Located } from "./locate.ts";

/**
 * A value as YAML on one line, in the style of what it replaces. Where plain style cannot hold it, or would turn a
 * text into a number, a boolean or null, it is quoted.
 */
export function written(value: string, before: Pick<Located, "style" | "isText">): string {
  if (before.style === "double" || !isPrintable(value)) return doubleQuoted(value);
  if (before.style === "single") return singleQuoted(value);
  return plainHolds.test(value) && (!before.isText || readsAsText(value)) ? value : singleQuoted(value);
}

// Stricter than YAML: words of harmless characters. Everything else is quoted, which is right as well.
const plainHolds = /^[A-Za-z0-9_](?:[A-Za-z0-9_./+^~=@-]|:(?=[^ ])| (?=[A-Za-z0-9_./]))*$/;

function readsAsText(value: string): boolean {
  const { contents } = parseDocument(value);
  return isScalar(contents) && typeof contents.value === "string";
}

/** Whether it can stand in single quotes: no line breaks, no control characters, no broken surrogates. */
const isPrintable = (value: string): boolean =>
  !/[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(value);

const singleQuoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

// JSON's strings are YAML's, but for the few line breaks that JSON leaves as they are.
const doubleQuoted = (value: string): string =>
  JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
