/** A piece of an XML text, by offsets: `start` is in it, `end` is not. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface XmlElement {
  readonly name: string;
  /** Values by name, without their quotes. */
  readonly attributes: ReadonlyMap<string, Span>;
  readonly children: readonly XmlElement[];
  /** What is between its tags; undefined for `<name/>`. */
  readonly content: Span | undefined;
  /** Whether there is nothing but characters between its tags: no element, comment or CDATA. */
  readonly isText: boolean;
}

/** What is wrong with a text, and where. */
export class XmlError extends Error {
  override readonly name = "XmlError";
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Deepest nesting that is read. */
const deepest = 200;

const nameText = "[\\p{L}_:][\\p{L}\\p{N}_:.-]*";
// Sticky, and set to where they begin before each use.
const opening = new RegExp(`<(${nameText})`, "yu");
const closing = new RegExp(`</(${nameText})\\s*>`, "yu");
const attribute = new RegExp(`\\s+(${nameText})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, "yu");
const tagEnd = /\s*(\/?)>/y;
const loneAmpersand = new RegExp(`&(?!(?:${nameText}|#\\d+|#x[0-9A-Fa-f]+);)`, "u");

/** What is no element, by how it begins and ends. */
const asides = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

interface Open {
  readonly name: string;
  readonly attributes: Map<string, Span>;
  readonly children: XmlElement[];
  readonly start: number;
  isText: boolean;
}

/** The only element at the top of an XML text. Throws an XmlError for what is not well-formed, or defines entities. */
export function rootOf(text: string): XmlElement {
  const top: Open = { name: "", attributes: new Map(), children: [], start: 0, isText: true };
  const open: Open[] = [top];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const begin = text.indexOf("<", at);
    checkText(text, { start: at, end: begin < 0 ? text.length : begin }, open.length > 1);
    if (begin < 0) break;
    at = stepOver(text, begin, open);
  }
  const last = open.at(-1)!;
  if (last !== top) throw new XmlError(`<${last.name}> is not closed`, text.length);
  const [root, ...more] = top.children;
  if (!root || more.length > 0) throw new XmlError(root ? "there are several elements at the top" : "it is empty", 0);
  return root;
}

function checkText(text: string, { start, end }: Span, isInside: boolean): void {
  const part = text.slice(start, end);
  if (!isInside && part.trim() !== "") throw new XmlError("there is text outside of the element at the top", start);
  const fault = loneAmpersand.exec(part);
  if (fault) throw new XmlError("an & stands by itself", start + fault.index);
}

/** Takes in what begins here, and gives where it ends. */
function stepOver(text: string, at: number, open: Open[]): number {
  const inside = open.at(-1)!;
  const aside = asides.find(([begin]) => text.startsWith(begin, at));
  if (aside) {
    const end = text.indexOf(aside[1], at + aside[0].length);
    if (end < 0) throw new XmlError(`${aside[0]} has no end`, at);
    inside.isText = false;
    return end + aside[1].length;
  }
  if (text.startsWith("<!DOCTYPE", at)) {
    const end = text.indexOf(">", at);
    if (end < 0 || text.slice(at, end).includes("[")) throw new XmlError("it has definitions of its own", at);
    return end + 1;
  }
  return text.startsWith("</", at) ? close(text, at, open) : begin(text, at, open);
}

function begin(text: string, at: number, open: Open[]): number {
  const name = matchAt(opening, text, at)?.[1];
  if (name === undefined) throw new XmlError("there is a < that begins nothing", at);
  let end = opening.lastIndex;
  const attributes = new Map<string, Span>();
  for (let found = matchAt(attribute, text, end); found; found = matchAt(attribute, text, end)) {
    end = attribute.lastIndex;
    if (attributes.has(found[1]!)) throw new XmlError(`${found[1]} is there twice`, end);
    attributes.set(found[1]!, { start: end - 1 - (found[2] ?? found[3]!).length, end: end - 1 });
  }
  const ended = matchAt(tagEnd, text, end);
  if (!ended) throw new XmlError(`the tag <${name}> is broken`, at);
  const inside = open.at(-1)!;
  inside.isText = false;
  if (ended[1]) inside.children.push({ name, attributes, children: [], content: undefined, isText: false });
  else if (open.length > deepest) throw new XmlError("it is nested too deeply", at);
  else open.push({ name, attributes, children: [], start: tagEnd.lastIndex, isText: true });
  return tagEnd.lastIndex;
}

function close(text: string, at: number, open: Open[]): number {
  const name = matchAt(closing, text, at)?.[1];
  const ended = open.at(-1)!;
  if (name === undefined || name !== ended.name || open.length === 1)
    throw new XmlError(`${text.slice(at, at + 40).split("\n", 1)[0]} closes nothing`, at);
  open.pop();
  const { start, ...element } = ended;
  open.at(-1)!.children.push({ ...element, content: { start, end: at } });
  return closing.lastIndex;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
