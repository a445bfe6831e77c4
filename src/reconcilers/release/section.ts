import type { Release } from "../../schema/release.ts";

/** Longest section of a changelog, in bytes: it is part of an object, and objects stay small. */
const mostBytes = 20_000;

/** What the changelog will say about a version: the notes, with the words of people between heading and changes. */
export function sectionText({ notes, version, day }: SectionParts, { highlights }: Release["spec"]): string {
  const text = plain(notes);
  const own = highlights === undefined ? "" : plain(highlights);
  const [first = "", ...rest] = text.split("\n");
  const hasHeading = /^#{1,4}\s/.test(first) && first.includes(version);
  if (hasHeading && own === "") return cut(text, mostBytes);
  const [head, body] = hasHeading ? [first, rest.join("\n").trim()] : [`## ${version} (${day})`, text];
  return cut([head, own, body].filter(Boolean).join("\n\n"), mostBytes);
}

const plain = (text: string): string => text.replaceAll("\r\n", "\n").trim();

export interface SectionParts {
  readonly notes: string;
  readonly version: string;
  readonly day: string;
}

/** At most so many bytes of UTF-8, in whole lines, and the last one says what is missing. */
export function cut(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const kept = Buffer.from(text)
    .subarray(0, most - 40)
    .toString();
  const lines = kept.slice(0, Math.max(0, kept.lastIndexOf("\n")));
  const left = text
    .slice(lines.length)
    .split("\n")
    .filter((line) => /^\s*[*-] /.test(line)).length;
  return `${lines.trimEnd()}\n* and ${left} more`.trimStart();
}
