import { parse, printParseErrorCode, visit } from "jsonc-parser";
import { hasSaying, numbered } from "../list-item.ts";
import {
  type EditedText,
  lastOf,
  placeOf,
  type Refused,
  refuse,
  type Setting,
  type Splice,
  spliced,
} from "./refused.ts";
import { type Sought, soughtIn, unmet } from "./sought.ts";

/** Deepest nesting that is read. */
const deepest = 200;

/** A single value in a JSON text. */
interface Literal {
  readonly start: number;
  readonly end: number;
  readonly value: string | number | boolean | null;
}

/**
 * The JSON text with these values; comments and trailing commas are allowed, as many tools do. The text must be sound as a whole.
 * Every byte outside of the values stays; a string stays a string, and a number, a boolean or null does not become one.
 */
export function setJson(text: string, settings: readonly Setting[]): EditedText {
  const sought = soughtIn<Literal>(lastOf(byNumber(text, settings)));
  // A byte order mark is none of JSON's, and of no harm.
  const shift = text.startsWith("\ufeff") ? 1 : 0;
  const fault = find(text.slice(shift), sought.root);
  if (fault) return fault;
  const splices: Splice[] = [];
  for (const { setting, target } of sought.targets) {
    const refusal = unmet(setting.field, sought.root);
    if (refusal) return refusal;
    const literal = target.found!;
    const source = text.slice(literal.start + shift, literal.end + shift);
    const written = writtenAs(setting, literal.value, source);
    if (typeof written === "object") return written;
    if (written !== source) splices.push({ start: literal.start + shift, end: literal.end + shift, written });
  }
  return { is: "edited", text: spliced(text, splices) };
}

/** Items that go by what they say, by their number. What is wrong with the text is found afterwards. */
function byNumber(text: string, settings: readonly Setting[]): readonly Setting[] {
  if (!settings.some(({ field }) => hasSaying(field))) return settings;
  try {
    const data: unknown = parse(text.replace(/^\ufeff/, ""), [], { allowTrailingComma: true });
    return settings.map((setting) => ({ ...setting, field: numbered(data, setting.field) }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return settings;
  }
}

/** What a value is written as; as it is already, where it says so. */
function writtenAs({ field, value }: Setting, before: Literal["value"], source: string): string | Refused {
  if (typeof before === "string") return before === value ? source : JSON.stringify(value);
  if (/^(true|false|null)$/.test(value) ? kindOf(before) !== "a number" || value === "null" : isNumber(before, value))
    return value;
  const what = `${field.join(".")} is ${kindOf(before)}, and ${JSON.stringify(value)} is not`;
  return refuse("FieldUnsupported", `${what}: make it a string in the file first, or give ${kindOf(before)}`);
}

const isNumber = (before: Literal["value"], value: string): boolean =>
  typeof before !== "boolean" && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value);

const kindOf = (value: Literal["value"]): string =>
  value === null ? "null" : typeof value === "boolean" ? "a boolean" : "a number";

/** Where one container of the text stands: what is sought in it, and which item or key is next. */
interface Frame {
  readonly node: Sought<Literal> | undefined;
  readonly seen: Set<string>;
  index: number | undefined;
  key: string;
}

/** Looks for everything at once, in one pass over the text, and gives what is wrong with it. */
function find(text: string, root: Sought<Literal>): Refused | undefined {
  const frames: Frame[] = [];
  let fault: Refused | undefined;
  const here = (): Sought<Literal> | undefined => {
    const top = frames.at(-1);
    return top ? top.node?.below.get(top.index === undefined ? top.key : String(top.index)) : root;
  };
  const begin = (index: number | undefined): void => {
    const node = here();
    // The parser calls itself for each level: it is stopped long before it runs out of stack.
    if (frames.length === deepest) throw new RangeError("too deep");
    if (node) node.is = index === undefined ? "keys" : "items";
    frames.push({ node, seen: new Set(), index, key: "" });
  };
  const note = (refusal: Refused): void => {
    fault ??= refusal;
  };
  const visitor = {
    onObjectBegin: () => begin(undefined),
    onArrayBegin: () => begin(0),
    onObjectEnd: () => void frames.pop(),
    onArrayEnd: () => void frames.pop(),
    onSeparator(character: string) {
      const top = frames.at(-1);
      if (character === "," && top?.index !== undefined) top.index++;
    },
    onObjectProperty(key: string, offset: number) {
      const top = frames.at(-1)!;
      top.key = key;
      if (!top.node?.below.has(key)) return;
      if (top.seen.has(key)) note(refuse("InvalidJson", `${key} is there twice: ${placeOf(text, offset)}`));
      top.seen.add(key);
    },
    onLiteralValue(value: Literal["value"], start: number, length: number) {
      const node = here();
      if (!node) return;
      node.is = "value";
      node.found = { start, end: start + length, value };
    },
    onError: (code: number, offset: number) =>
      note(refuse("InvalidJson", `it is no valid JSON: ${printParseErrorCode(code)} at ${placeOf(text, offset)}`)),
  };
  try {
    visit(text, visitor, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse("InvalidJson", "it is nested too deeply to be read");
  }
  return fault;
}
