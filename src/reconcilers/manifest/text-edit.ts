import type { Edit } from "../../schema/edit.ts";
import { setLines } from "../change/line.ts";
import { type Splice, spliced } from "../change/refused.ts";

type Line = NonNullable<Edit["line"]>;

/** What stays true while others change the file: the text in front of the part, or the part itself. */
export type Anchor = "Head" | "Itself";

/** Longest marker, and longest content, that an edit takes. */
const longest = { marker: 200, content: 32_768 } as const;

/**
 * Edits that replace these parts of a text and nothing else, each of them on one line. They hold on to a text that stays while
 * others edit the file elsewhere, and are tried before they are given. No more than one part on a line.
 */
export function textEdits(path: string, text: string, parts: readonly Splice[], anchor: Anchor): readonly Edit[] {
  const edits: Edit[] = [];
  let now = text;
  const alike = new Map<string, Splice[]>();
  for (const part of parts) {
    const { line, from } = lineAt(text, part.start);
    const key = JSON.stringify([line, part.start - from, part.written]);
    alike.set(key, [...(alike.get(key) ?? []), part]);
  }
  const whole = spliced(text, parts);
  const done: Splice[] = [];
  for (const group of alike.values()) {
    done.push(...group);
    const wanted = spliced(text, done);
    if (wanted === now) continue;
    const ways = candidates(text, group[0]!, anchor);
    // One that is right for all parts at once says the rest as well.
    const forAll = ways.find((each) => says(setLines(now, each), whole));
    if (forAll) return [...edits, { path, line: forAll }];
    const line = ways.find((each) => says(setLines(now, each), wanted));
    if (line) edits.push({ path, line });
    else if (wanted.length <= longest.content) edits.push({ path, content: wanted });
    now = wanted;
  }
  return edits;
}

const says = (edited: ReturnType<typeof setLines>, wanted: string): boolean =>
  edited.is === "edited" && edited.text === wanted;

/** Ways to say it, those that hold longest first. */
function candidates(text: string, { start, end, written }: Splice, anchor: Anchor): readonly Line[] {
  const { line, from } = lineAt(text, start);
  const head = line.slice(0, start - from);
  const old = text.slice(start, end);
  const tail = line.slice(end - from);
  const phrase = head.trimStart();
  const byHead: Line[] = /["'`]$/.test(head)
    ? [{ marker: head.slice(0, -1), what: "Quoted", value: written }]
    : [{ marker: /^v\d/.test(old) ? `${head}v` : head, what: "Version", value: written }];
  const byItself: Line[] = [
    { marker: old, what: "Marker", value: written },
    { marker: phrase + old, what: "Marker", value: phrase + written },
    { marker: phrase + old + tail, what: "Marker", value: phrase + written + tail },
  ];
  const all = anchor === "Head" ? [...byHead, ...byItself.slice(1)] : byItself;
  return all.filter(({ marker }) => marker !== "" && marker.length <= longest.marker);
}

function lineAt(text: string, at: number): { readonly line: string; readonly from: number } {
  const from = Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
  const rest = text.slice(from).search(/[\r\n]/);
  return { line: rest < 0 ? text.slice(from) : text.slice(from, from + rest), from };
}

/**
 * What a pattern with the groups `value`, and with the flags `dgm`, finds in a text, to be written anew. `written` gives the new
 * text, or undefined to leave it.
 */
export function partsIn(
  text: string,
  pattern: RegExp,
  written: (found: Readonly<Record<string, string>>) => string | undefined,
): readonly Splice[] {
  return [...text.matchAll(pattern)].flatMap((found) => {
    const [start, end] = found.indices!.groups!["value"]!;
    const value = written(found.groups!);
    return value === undefined ? [] : [{ start, end, written: value }];
  });
}
