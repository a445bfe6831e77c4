/** A part of a text, by offsets of UTF-16 code units: `start` is in it, `end` is not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The entry of a top-level key in a YAML block mapping, with its value: from the key's line up to the next line that
 * begins in the first column and is neither empty, a comment, nor an item of a list. It can be parsed by
 * itself, which makes reading one value of a large file cheap.
 *
 * Undefined where the entry is not certain to be found this way: several documents, directives, a key that is written
 * in another way than plain, or twice.
 */
export function sectionOf(text: string, key: string): Span | undefined {
  let start: number | undefined;
  let end: number | undefined;
  for (let at = afterMarker(text); at < text.length; at = nextLine(text, at)) {
    const kind = lineKind(text, at);
    if (kind === "inner") continue;
    if (kind === "unsure") return undefined;
    if (isKey(text, at, key)) {
      if (start !== undefined) return undefined;
      start = at;
    } else if (start !== undefined) {
      end ??= at;
    }
  }
  return start === undefined ? undefined : { start, end: end ?? text.length };
}

/** Where the document begins: behind the marker, if that is the first line. */
const afterMarker = (text: string): number => (/^---[ \t]*\r?\n/.exec(text) ?? [""])[0].length;

function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** What a line that begins here is: part of the entry above it, the beginning of an entry, or something else. */
function lineKind(text: string, at: number): "inner" | "entry" | "unsure" {
  switch (text[at]) {
    case " ":
    case "\n":
    case "#":
      return "inner";
    case "\r":
      return text[at + 1] === "\n" ? "inner" : "unsure";
    case "-":
      return /[ \r\n]/.test(text[at + 1] ?? "\n") ? "inner" : "unsure";
    default:
      return /[A-Za-z0-9_]/.test(text[at]!) ? "entry" : "unsure";
  }
}

function isKey(text: string, at: number, key: string): boolean {
  return text.startsWith(key, at) && /^:[ \r\n]?$/.test(text.slice(at + key.length, at + key.length + 2));
}
