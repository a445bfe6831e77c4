import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { itemHint, itemIn } from "../list-item.ts";
import { isTooDeep } from "./depth.ts";
import { isExcessive } from "./excess.ts";
import type { Span } from "./section.ts";

/** Why a value cannot be read or set: the reason in CamelCase, and a sentence with the place and the remedy. */
export interface Refusal {
  readonly is: "refused";
  readonly reason: "InvalidYaml" | "FieldMissing" | "FieldUnsupported";
  readonly message: string;
}

/** A scalar in a text. `text` is its value as people read it; a plain scalar's is as it is written. */
export interface Located extends Span {
  readonly is: "found";
  readonly text: string;
  readonly style: "plain" | "single" | "double";
  /** Whether YAML reads it as a string, and not as a number, a boolean or null. */
  readonly isText: boolean;
}

/** A text and what it says. */
export interface Parsed {
  readonly is: "parsed";
  readonly text: string;
  readonly document: Document.Parsed;
}

/** Parses a text that must be one document without faults. */
export function parseOne(text: string): Parsed | Refusal {
  if (isTooDeep(text)) return refused("InvalidYaml", "it is nested too deeply to be read");
  // Version 1.2 without merge keys: a `<<` is a key like any other here, and what comes by it is not found.
  const documents = parseAllDocuments(text, { prettyErrors: true, keepSourceTokens: false });
  const [document, second] = documents as readonly Document.Parsed[];
  if (!document) return refused("InvalidYaml", "it is empty");
  if (second) return refused("FieldUnsupported", "it has several YAML documents, so it is not clear which is meant");
  const [error] = document.errors;
  if (error) return refused("InvalidYaml", `it is no valid YAML: ${firstLine(error.message)}`);
  if (isExcessive(document.contents))
    return refused("InvalidYaml", "its aliases come to millions of values when they are written out");
  return { is: "parsed", text, document };
}

/** Finds the scalar that the keys lead to; items of a list go by their number, or by what they say. */
export function locate({ text, document }: Parsed, field: readonly string[]): Located | Refusal {
  let node: Node | null = document.contents;
  for (const [depth, key] of field.entries()) {
    const at = field.slice(0, depth).join(".");
    const shared = sharing(node, at || "the document");
    if (shared) return shared;
    if (!isMap(node) && !isSeq(node))
      return refused("FieldMissing", `there is no ${field.join(".")}: ${at || "the document"} has no keys`);
    const next = isMap(node) ? pairOf(node, key)?.value : itemOf(node, key);
    if (next === undefined) return absent(field.slice(0, depth + 1), isSeq(node));
    node = next;
  }
  return describe(node, field.join("."), text);
}

function pairOf(map: YAMLMap, key: string): Pair<unknown, Node | null> | undefined {
  const pairs = map.items as unknown as readonly Pair<unknown, Node | null>[];
  return pairs.find((pair) => isScalar(pair.key) && (pair.key.source ?? String(pair.key.value)) === key);
}

function absent(field: readonly string[], inList: boolean): Refusal {
  const list = field.slice(0, -1).join(".") || "the document";
  const hint = inList ? `: ${list} ${itemHint}` : "";
  return refused("FieldMissing", `there is no ${field.join(".")}${hint}`);
}

const itemOf = (list: YAMLSeq, key: string): Node | undefined =>
  itemIn(list.items as readonly Node[], key, (item, name) => {
    const value = isMap(item) ? pairOf(item, name)?.value : undefined;
    return isScalar(value) ? textOf(value) : undefined;
  });

/** A change of what other places share would change those as well. */
function sharing(node: Node | null, name: string): Refusal | undefined {
  if (isAlias(node)) return refused("FieldUnsupported", `${name} is an alias (*${node.source}): write the value out`);
  if (node && "anchor" in node && node.anchor) {
    return refused(
      "FieldUnsupported",
      `${name} has an anchor (&${String(node.anchor)}), so others may share it: take it off`,
    );
  }
  return undefined;
}

function describe(node: Node | null, name: string, source: string): Located | Refusal {
  const shared = sharing(node, name);
  if (shared) return shared;
  if (!isScalar(node) || !node.range) return refused("FieldUnsupported", `${name} is no single value`);
  if (node.tag) return refused("FieldUnsupported", `${name} has a tag (${node.tag}): take it off`);
  const [start, end] = node.range;
  const style = styles[node.type ?? ""];
  if (!style) return refused("FieldUnsupported", `${name} is written as a block: write it on one line`);
  if (/[\r\n]/.test(source.slice(start, end)))
    return refused("FieldUnsupported", `${name} goes over several lines: write it on one`);
  if (start === end) return refused("FieldMissing", `${name} has no value`);
  const isText = typeof node.value === "string";
  return { is: "found", start, end, style, isText, text: textOf(node) };
}

const styles: Readonly<Record<string, Located["style"]>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
};

const textOf = ({ value, source }: Scalar): string => (typeof value === "string" ? value : (source ?? String(value)));

/** Says no, with a message that goes on after `PATH: `. */
export const refused = (reason: Refusal["reason"], message: string): Refusal => ({ is: "refused", reason, message });

const firstLine = (message: string): string => message.split("\n", 1)[0]!.replace(/:$/, "");
