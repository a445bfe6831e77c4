import { createHash } from "node:crypto";

const begin = "<!-- millrace:notes -->";
const end = "<!-- /millrace:notes -->";

/** Forges trim text and change its line breaks, which does not count; and nothing in the notes ends them. */
const plain = (text: string): string => text.replaceAll("\r\n", "\n").replaceAll(begin, "").replaceAll(end, "").trim();

/** Digest of notes, by which our own words are known again. */
export const digestOf = (notes: string): string => createHash("sha256").update(plain(notes)).digest("hex").slice(0, 24);

/** The body of a forge's release with our notes between two marks that nobody sees. What stands around them is people's. */
export const bodyOf = (notes: string): string => `${begin}\n${plain(notes)}\n${end}`;

/** What stands between our marks; undefined where they are not there. */
export function notesIn(body: string): string | undefined {
  const text = body.replaceAll("\r\n", "\n");
  const [from, to] = [text.indexOf(begin), text.lastIndexOf(end)];
  return from < 0 || to < from ? undefined : plain(text.slice(from + begin.length, to));
}

/**
 * The body with these notes; undefined where it has them, or people wrote what is there: notes that are not as we wrote them (`wrote`
 * is their digest), or a page without our marks that says something.
 */
export function revisedBody(body: string, notes: string, wrote: string | undefined): string | undefined {
  const there = notesIn(body);
  if (there === undefined) return plain(body) === "" ? bodyOf(notes) : undefined;
  if (digestOf(there) === digestOf(notes) || digestOf(there) !== wrote) return undefined;
  const text = body.replaceAll("\r\n", "\n");
  return `${text.slice(0, text.indexOf(begin))}${bodyOf(notes)}${text.slice(text.lastIndexOf(end) + end.length)}`;
}
