/** What Gitea takes for the mark of a draft, unless its operator says otherwise: these, in any case of letters. */
const drafts = /^\s*(?:wip:|\[wip\])\s*/i;
const prefix = "WIP: ";
/** Gitea cuts longer titles, by a width that it guesses. What is no longer in bytes is left alone. */
const mostBytes = 255;

/** A title without the mark of a draft. */
export const shownTitle = (title: string): string => title.replace(drafts, "");

/**
 * A title as Gitea will keep it. A draft is one whose title begins with `WIP:`; one that is to be none, although its
 * title begins so, cannot be told from it and is one.
 */
export function storedTitle(title: string, draft: boolean): string {
  const line = title.replaceAll(/\s+/g, " ").trim();
  return cut(draft ? `${prefix}${shownTitle(line)}` : line);
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  let kept = "";
  let bytes = Buffer.byteLength("…");
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > mostBytes) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}
