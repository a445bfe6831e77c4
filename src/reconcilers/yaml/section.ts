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
  // A carriage return alone is a line break as well, in files that nobody writes any more.
  if (/\r(?!\n)/.test(text)) return undefined;
  let start: number | undefined;
  let end: number | undefined;
  for (const at of firstColumn(text)) {
    if (isItem(text, at)) continue;
    if (!/[A-Za-z0-9_]/.test(text[at]!)) return undefined;
    if (isKey(text, at, key)) {
      if (start !== undefined) return undefined;
      start = at;
    } else if (start !== undefined) {
      end ??= at;
    }
  }
  return start === undefined ? undefined : { start, end: end ?? text.length };
}

/** Where lines begin that say something in their first column: no space, no comment. */
function* firstColumn(text: string): Generator<number> {
  // The document begins behind its marker, if that is the first line.
  const begin = (/^---[ \t]*\r?\n/.exec(text) ?? [""])[0].length;
  if (/[^ \n#\r]/.test(text[begin] ?? " ")) yield begin;
  const lines = /\n[^ \n#\r]/g;
  // The line break before the first line after the marker was looked at already.
  lines.lastIndex = begin;
  for (let found = lines.exec(text); found; found = lines.exec(text)) yield found.index + 1;
}

/** An item of a list, which belongs to the key above it. */
const isItem = (text: string, at: number): boolean => text[at] === "-" && /[ \r\n]/.test(text[at + 1] ?? "\n");

function isKey(text: string, at: number, key: string): boolean {
  return text.startsWith(key, at) && /^:[ \r\n]?$/.test(text.slice(at + key.length, at + key.length + 2));
}
