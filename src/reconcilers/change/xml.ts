import { itemHint, itemIn } from "../list-item.ts";
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
import { rootOf, type XmlElement, XmlError } from "./xml-scan.ts";

/** A single value in an XML text: characters between two tags, or an attribute. */
interface Value {
  readonly start: number;
  readonly end: number;
}

/**
 * The XML text with these values. A field names elements from the one at the top on, each by itself, or followed by which of
 * several; an attribute goes by `@name`. Every byte outside of the values stays, also the white space around them.
 */
export function setXml(text: string, settings: readonly Setting[]): EditedText {
  const before = readXml(text);
  if (before.is === "refused") return before;
  const splices: Splice[] = [];
  for (const { field, value } of lastOf(settings)) {
    const found = locateXml(text, before.root, field);
    if ("is" in found) return found;
    if (decoded(text.slice(found.start, found.end)) === value) continue;
    if (/[^\t\r\n\P{Cc}]/u.test(value) || value !== value.trim()) {
      const message = `${JSON.stringify(value)} has control characters, or space around it: correct set.value`;
      return refuse("FieldUnsupported", message);
    }
    splices.push({ ...found, written: encoded(value) });
  }
  return { is: "edited", text: spliced(text, splices) };
}

/** The element at the top, or what is wrong. */
export function readXml(text: string): { readonly is: "read"; readonly root: XmlElement } | Refused {
  try {
    return { is: "read", root: rootOf(text) };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return refuse("InvalidXml", `it is no XML that can be edited: ${error.message} at ${placeOf(text, error.at)}`);
  }
}

/** What an element says, without the space around it; undefined where it holds elements. */
export function textIn(text: string, { content, isText }: XmlElement): string | undefined {
  return content && isText ? decoded(text.slice(content.start, content.end).trim()) : undefined;
}

/** Children of an element with this name. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

function locateXml(text: string, root: XmlElement, field: readonly string[]): Value | Refused {
  const attribute = field.length > 1 && field.at(-1)!.startsWith("@") ? field.at(-1)!.slice(1) : undefined;
  let children: readonly XmlElement[] = [root];
  let element = root;
  for (const { name, which, path } of stepsOf(attribute === undefined ? field : field.slice(0, -1))) {
    const named = children.filter((each) => each.name === name);
    if (which === undefined && named.length > 1) {
      return refuse("FieldUnsupported", `there are ${named.length} of ${path}: it ${itemHint}`);
    }
    const found = itemIn(named, which ?? "0", (each, child) => childText(text, each, child));
    if (!found) return refuse("FieldMissing", `there is no ${path}`);
    element = found;
    children = found.children;
  }
  if (attribute === undefined) return scalarOf(text, element, field.join("."));
  return element.attributes.get(attribute) ?? refuse("FieldMissing", `there is no ${field.join(".")}`);
}

/** No name begins with a digit or a bracket: such a key says which of several is meant. */
function* stepsOf(field: readonly string[]): Generator<{ name: string; which: string | undefined; path: string }> {
  for (let at = 0; at < field.length; ) {
    const name = field[at]!;
    const which = /^[\d[]/.test(field[at + 1] ?? "") ? field[at + 1] : undefined;
    at += which === undefined ? 1 : 2;
    yield { name, which, path: field.slice(0, at).join(".") };
  }
}

/** What the only child of this name says; of an attribute where the name begins with `@`. */
function childText(text: string, element: XmlElement, name: string): string | undefined {
  const attribute = element.attributes.get(name.slice(1));
  if (name.startsWith("@")) return attribute && decoded(text.slice(attribute.start, attribute.end));
  const [only, ...more] = childrenOf(element, name);
  return only && more.length === 0 ? textIn(text, only) : undefined;
}

function scalarOf(text: string, { name, content, isText }: XmlElement, path: string): Value | Refused {
  if (!content) return refuse("FieldUnsupported", `${path} is empty: write <${name}></${name}>`);
  if (!isText) return refuse("FieldUnsupported", `${path} is no single value`);
  const inner = text.slice(content.start, content.end);
  const start = inner.trim() === "" ? content.start : content.start + inner.search(/\S/);
  return { start, end: start + inner.trim().length };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const encoded = (value: string): string =>
  value.replace(/[&<>"']/g, (each) => `&${Object.keys(entities).find((name) => entities[name] === each)};`);

/** Entities of other definitions stay as they are written. */
const decoded = (source: string): string =>
  source.replace(/&(?:#(\d+)|#x([0-9A-Fa-f]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = Number.parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
