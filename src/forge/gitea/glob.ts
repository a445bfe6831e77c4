/** A piece of a pattern: any letters, one letter of a kind, or a part of the braces around alternatives. */
type Token = "Any" | "Open" | "Comma" | "Close" | ((letter: string) => boolean);
/** A piece of a pattern without braces. */
type Part = "Any" | ((letter: string) => boolean);

/** A pattern with its braces written out has at most so many alternatives. */
const maxAlternatives = 64;

/**
 * Whether names fit a pattern as Gitea means it for required checks: `*` and `**` are any letters, `?` is one, `[a-z]` and
 * `[!a]` are classes, `{a,b}` are alternatives, a backslash takes the next letter as it is. Undefined where the pattern
 * is malformed, which Gitea passes over. It takes time in proportion to both lengths, whatever the pattern.
 */
export function globOf(pattern: string): ((name: string) => boolean) | undefined {
  try {
    const alternatives = writtenOut(tokensOf([...pattern]));
    return (name) => alternatives.some((parts) => fits(parts, [...name]));
  } catch (error) {
    if (error instanceof MalformedPattern) return undefined;
    throw error;
  }
}

class MalformedPattern extends Error {
  override readonly name = "MalformedPattern";
}

const signs: Readonly<Record<string, Token>> = {
  "*": "Any",
  "{": "Open",
  ",": "Comma",
  "}": "Close",
  "?": () => true,
};

const literal =
  (wanted: string): Part =>
  (letter) =>
    letter === wanted;

function tokensOf(pattern: readonly string[]): readonly Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const { token, end } = tokenAt(pattern, at, depth > 0);
    tokens.push(token);
    if (token === "Open") depth += 1;
    if (token === "Close") depth -= 1;
    at = end;
  }
  if (depth > 0) throw new MalformedPattern();
  return tokens;
}

/** The piece that begins there, and where it ends. */
function tokenAt(pattern: readonly string[], at: number, isInBraces: boolean): { token: Token; end: number } {
  const letter = pattern[at]!;
  if (letter === "\\") return { token: literal(escaped(pattern, at + 1)), end: at + 1 };
  if (letter === "[") {
    const end = endOfClass(pattern, at);
    return { token: classOf(pattern.slice(at + 1, end)), end };
  }
  const sign = signs[letter];
  // Outside of braces these are letters like any other.
  const isLetter = sign === undefined || (!isInBraces && (sign === "Comma" || sign === "Close"));
  return { token: isLetter ? literal(letter) : sign, end: at };
}

function escaped(pattern: readonly string[], at: number): string {
  const letter = pattern[at];
  if (letter === undefined) throw new MalformedPattern();
  return letter;
}

function endOfClass(pattern: readonly string[], from: number): number {
  for (let at = from + 1; at < pattern.length; at++) {
    if (pattern[at] === "\\") at += 1;
    else if (pattern[at] === "]") return at;
  }
  throw new MalformedPattern();
}

/** The letters between the brackets of a class. */
function classOf(text: readonly string[]): Part {
  const isNot = text[0] === "!" || text[0] === "^";
  const ranges: (readonly [string, string])[] = [];
  for (let at = isNot ? 1 : 0; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    const first = escaped(text, at);
    const isRange = text[at + 1] === "-" && at + 2 < text.length;
    if (isRange) at += text[at + 2] === "\\" ? 3 : 2;
    ranges.push([first, escaped(text, at)]);
  }
  return (letter) => ranges.some(([first, last]) => first <= letter && letter <= last) !== isNot;
}

/** The pattern once for each way through its braces, innermost first. */
function writtenOut(tokens: readonly Token[]): readonly (readonly Part[])[] {
  const to = tokens.indexOf("Close");
  if (to === -1) return [tokens as readonly Part[]];
  const from = tokens.lastIndexOf("Open", to);
  const commas = tokens.flatMap((token, at) => (token === "Comma" && from < at && at < to ? [at] : []));
  const ends = [from, ...commas, to];
  const ways = ends.slice(1).map((end, index) => tokens.slice(ends[index]! + 1, end));
  const all = ways.flatMap((way) => writtenOut([...tokens.slice(0, from), ...way, ...tokens.slice(to + 1)]));
  if (all.length > maxAlternatives) throw new MalformedPattern();
  return all;
}

/** Walks both at once; after a mismatch it takes up again at the last `*`, one letter further on. */
function fits(parts: readonly Part[], name: readonly string[]): boolean {
  let [part, letter, star, mark] = [0, 0, -1, 0];
  while (letter < name.length) {
    const here = parts[part];
    if (here === "Any") {
      star = part++;
      mark = letter;
    } else if (here?.(name[letter]!)) {
      part += 1;
      letter += 1;
    } else if (star !== -1) {
      part = star + 1;
      letter = ++mark;
    } else return false;
  }
  while (parts[part] === "Any") part += 1;
  return part === parts.length;
}
