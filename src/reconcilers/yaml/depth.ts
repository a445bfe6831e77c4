import { type CST, Parser } from "yaml";

/** Deepest nesting that is read. Real files are far from it; the parser's stack is not. */
const deepest = 200;

/**
 * Whether a text is nested too deeply to be parsed. The parser calls itself for each level, and where it runs out of stack in
 * the wrong place (a regular expression that is compiled there) the whole process goes with it, so it is never let there.
 */
export function isTooDeep(text: string): boolean {
  // Breaking a text into tokens costs half of parsing it, so it is only done where the text could be that deep.
  if (bracketsIn(text) + 2 * indentIn(text) < deepest) return false;
  for (const token of new Parser().parse(text)) if (depthOf(token) > deepest) return true;
  return false;
}

/** No less than the depth of flow collections: most brackets that are open at once, those in texts and comments included. */
function bracketsIn(text: string): number {
  let [open, most] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    if (bracket === "[" || bracket === "{") most = Math.max(most, ++open);
    else if (open > 0) open--;
  }
  return most;
}

/** No less than half of the depth of block collections: the column of a line's first text behind spaces, dashes and the like. */
const indentIn = (text: string): number =>
  [...text.matchAll(/^(?:[-?:]?[ \t]+)+/gm)].reduce((most, [lead]) => Math.max(most, lead.length), 0);

/** Levels of collections in a token. It must not call itself, for the reason above. */
function depthOf(token: CST.Token): number {
  let most = 0;
  const left: { readonly token: CST.Token; readonly depth: number }[] = [{ token, depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { token: at, depth } = next;
    most = Math.max(most, depth);
    if (at.type === "document" && at.value) left.push({ token: at.value, depth });
    if (!("items" in at)) continue;
    for (const { key, value } of at.items) {
      if (key) left.push({ token: key, depth: depth + 1 });
      if (value) left.push({ token: value, depth: depth + 1 });
    }
  }
  return most;
}
