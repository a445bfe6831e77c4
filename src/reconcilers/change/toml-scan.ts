import { parse } from "smol-toml";

/** How a value is written: the four kinds of strings, or bare, as numbers, booleans and dates are. */
export type TomlKind = "basic" | "literal" | "manyBasic" | "manyLiteral" | "bare";

/** A single value of a TOML text. Items of arrays, and of arrays of tables, go by their number. */
export interface TomlScalar {
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly kind: TomlKind;
}

/** Something that no valid TOML text leads to. */
export class TomlScanError extends Error {
  override readonly name = "TomlScanError";
}

/** All single values of a TOML text, in their order. The text must be valid; where it is not, this throws or misreads. */
export function* scalarsIn(text: string): Generator<TomlScalar> {
  const cursor: Cursor = { text, at: text.startsWith("\ufeff") ? 1 : 0 };
  const tables = new Map<string, number>();
  let table: readonly string[] = [];
  for (blank(cursor); cursor.at < text.length; blank(cursor)) {
    if (takes(cursor, "[[")) {
      const name = keyAt(cursor);
      const outer = resolved(name.slice(0, -1), tables);
      const array = [...outer, name.at(-1)!];
      const index = tables.get(JSON.stringify(array)) ?? 0;
      tables.set(JSON.stringify(array), index + 1);
      table = [...array, String(index)];
      expect(cursor, "]]");
    } else if (takes(cursor, "[")) {
      table = resolved(keyAt(cursor), tables);
      expect(cursor, "]");
    } else {
      yield* assigned(cursor, table);
    }
  }
}

interface Cursor {
  readonly text: string;
  at: number;
}

/** The table that a header means: in an array of tables it is the last one so far. */
function resolved(name: readonly string[], tables: ReadonlyMap<string, number>): readonly string[] {
  const path: string[] = [];
  for (const key of name) {
    path.push(key);
    const count = tables.get(JSON.stringify(path));
    if (count !== undefined) path.push(String(count - 1));
  }
  return path;
}

function* assigned(cursor: Cursor, table: readonly string[]): Generator<TomlScalar> {
  const key = keyAt(cursor);
  expect(cursor, "=");
  yield* valueAt(cursor, [...table, ...key]);
}

function* valueAt(cursor: Cursor, path: readonly string[]): Generator<TomlScalar> {
  blank(cursor);
  if (takes(cursor, "[")) return yield* itemsOf(cursor, path);
  if (takes(cursor, "{")) return yield* pairsOf(cursor, path);
  const start = cursor.at;
  const kind = kindAt(cursor);
  cursor.at = endOf(cursor.text, start, shapes[kind]);
  if (cursor.at === start) fail(cursor);
  yield { path, start, end: cursor.at, kind };
}

function* itemsOf(cursor: Cursor, path: readonly string[]): Generator<TomlScalar> {
  for (let index = 0; !takes(cursor, "]"); index++) {
    yield* valueAt(cursor, [...path, String(index)]);
    takes(cursor, ",");
  }
}

function* pairsOf(cursor: Cursor, path: readonly string[]): Generator<TomlScalar> {
  while (!takes(cursor, "}")) {
    yield* assigned(cursor, path);
    takes(cursor, ",");
  }
}

/** Steps over white space, line ends and comments. */
function blank(cursor: Cursor): void {
  cursor.at = endOf(cursor.text, cursor.at, space);
}

/** Steps over a sign, with the space around it, if it is there. */
function takes(cursor: Cursor, sign: string): boolean {
  blank(cursor);
  if (!cursor.text.startsWith(sign, cursor.at)) return false;
  cursor.at += sign.length;
  return true;
}

function expect(cursor: Cursor, sign: string): void {
  if (!takes(cursor, sign)) fail(cursor);
}

const fail = ({ at }: Cursor): never => {
  throw new TomlScanError(`cannot make sense of offset ${at}`);
};

/** A key and its dotted parts. */
function keyAt(cursor: Cursor): readonly string[] {
  const parts: string[] = [];
  do {
    blank(cursor);
    const start = cursor.at;
    const kind = kindAt(cursor);
    cursor.at = endOf(cursor.text, start, kind === "bare" ? bareKey : shapes[kind]);
    if (cursor.at === start) fail(cursor);
    const written = cursor.text.slice(start, cursor.at);
    parts.push(kind === "bare" ? written : String(parse(`x = ${written}`)["x"]));
  } while (takes(cursor, "."));
  return parts;
}

function kindAt({ text, at }: Cursor): TomlKind {
  if (text.startsWith('"""', at)) return "manyBasic";
  if (text.startsWith("'''", at)) return "manyLiteral";
  if (text[at] === '"') return "basic";
  return text[at] === "'" ? "literal" : "bare";
}

// Sticky, and set to where they begin before each use. Repetitions are unrolled, so that long texts need no deep stack.
const shapes: Readonly<Record<TomlKind, RegExp>> = {
  basic: /"[^"\\]*(?:\\.[^"\\]*)*"/y,
  literal: /'[^']*'/y,
  // Up to two quotes may stand before the three that end it.
  manyBasic: /"""[^"\\]*(?:(?:\\[\s\S]|"{1,2}(?!"))[^"\\]*)*"{3,5}/y,
  manyLiteral: /'''[^']*(?:'{1,2}(?!')[^']*)*'{3,5}/y,
  // A date and a time may have a space between them.
  bare: /[^\s,\]}#]+(?: (?=\d\d:)[^\s,\]}#]+)?/y,
};
const bareKey = /[^\s.=\][{}"'#,]+/y;
const space = /[ \t\r\n]*(?:#[^\n]*[ \t\r\n]*)*/y;

/** Where what begins at `start` ends; `start` where nothing of the shape does. */
function endOf(text: string, start: number, shape: RegExp): number {
  shape.lastIndex = start;
  return shape.test(text) ? shape.lastIndex : start;
}
