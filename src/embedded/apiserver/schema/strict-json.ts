import { type JsonObject, put } from "./json.ts";

/** JSON that does not parse. The message is the reason and the offset. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

export interface Decoded {
  readonly value: unknown;
  /** Paths of fields that occur more than once (`spec.owner`, `spec.edges[0].name`); the last one won. */
  readonly duplicates: string[];
}

/** The API server names at most this many. */
const mostDuplicates = 100;

/**
 * JSON, with the fields that occur twice in one object named as the API server names them.
 * Rejects with a JsonSyntaxError.
 */
export function decodeStrict(text: string): Decoded {
  const value = parse(text);
  // Almost no text has duplicates, and the native parser is much faster than ours: count members first.
  if (members(value) === separators(text)) return { value, duplicates: [] };
  const walker = new Walker(text);
  return { value: walker.value(""), duplicates: [...walker.duplicates].slice(0, mostDuplicates) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonSyntaxError(goMessage(text, (error as Error).message), { cause: error });
  }
}

/** What the engine's parser calls a mistake, and what Go's decoder calls it. */
const mistakes: readonly (readonly [RegExp, string])[] = [
  [/^Expected property name/, "looking for beginning of object key string"],
  [/^Expected double-quoted property name/, "looking for beginning of object key string"],
  [/^Expected ':'/, "after object key"],
  [/^Expected ',' or '}'/, "after object key:value pair"],
  [/^Expected ',' or ']'/, "after array element"],
  [/^Bad control character/, "in string literal"],
  [/^Bad escaped character/, "in string escape code"],
  [/^Unexpected non-whitespace character/, "after top-level value"],
];

/** Why a text is no JSON, in the words of the API server. */
function goMessage(text: string, message: string): string {
  const position = Number(/position (?<at>\d+)/.exec(message)?.groups?.["at"] ?? text.length);
  if (/end of JSON input|Unterminated string/.test(message) || text.slice(position).trim() === "") {
    return "unexpected end of JSON input";
  }
  const place = mistakes.find(([pattern]) => pattern.test(message))?.[1] ?? "looking for beginning of value";
  return `invalid character ${quoteChar(text, position, message)} ${place}`;
}

function quoteChar(text: string, position: number, message: string): string {
  const char = /^Unexpected token '(?<char>.)'/u.exec(message)?.groups?.["char"] ?? text.charAt(position);
  return char === "'" ? "'\\''" : `'${JSON.stringify(char).slice(1, -1).replace('\\"', '"')}'`;
}

function members(value: unknown): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const each of value) if (typeof each === "object") count += members(each);
  } else if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) {
      const member = (value as JsonObject)[key];
      count += typeof member === "object" ? 1 + members(member) : 1;
    }
  }
  return count;
}

/** How many colons stand outside of strings: one for each member of an object. */
function separators(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) count++;
    else if (code === 0x22) at = endOfString(text, at);
  }
  return count;
}

/** The offset of the quote that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

/** Walks a text that is known to be valid JSON. */
class Walker {
  readonly duplicates = new Set<string>();
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(path: string): unknown {
    const next = this.peek();
    if (next === "{") return this.object(path);
    if (next === "[") return this.list(path);
    return JSON.parse(this.scalar());
  }

  private peek(): string {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
    return this.text.charAt(this.at);
  }

  private scalar(): string {
    const start = this.at;
    if (this.text.charAt(start) === '"') this.at = endOfString(this.text, start) + 1;
    else while (this.at < this.text.length && !/[\s,\]}:]/.test(this.text.charAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  private object(path: string): JsonObject {
    const result: JsonObject = {};
    this.at++;
    while (this.peek() !== "}") {
      const key = JSON.parse(this.scalar()) as string;
      const field = path === "" ? key : `${path}.${key}`;
      if (Object.hasOwn(result, key)) this.duplicates.add(field);
      this.peek();
      this.at++;
      put(result, key, this.value(field));
      if (this.peek() === ",") this.at++;
    }
    this.at++;
    return result;
  }

  private list(path: string): unknown[] {
    const result: unknown[] = [];
    this.at++;
    while (this.peek() !== "]") {
      result.push(this.value(`${path}[${result.length}]`));
      if (this.peek() === ",") this.at++;
    }
    this.at++;
    return result;
  }
}
