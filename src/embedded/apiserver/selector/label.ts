import { badRequest } from "../http/status.ts";

/** Decides on an object's labels. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

const lexeme = /\s*(?:(?<word>[A-Za-z0-9][A-Za-z0-9._/-]*)|(?<symbol>==|!=|=|!|\(|\)|,|>|<))\s*/y;

/**
 * Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`. Undefined when it selects everything.
 * Throws 400 for what is not a selector.
 */
export function parseLabelSelector(text: string | null): LabelSelector | undefined {
  if (text === null || text.trim() === "") return undefined;
  const words = lex(text);
  const requirements: LabelSelector[] = [];
  let at = 0;
  const next = (): string => words[at++] ?? "";
  do requirements.push(requirement(next, () => words[at] ?? "", text));
  while (next() === ",");
  if (at <= words.length) throw unreadable(text, words[at - 1] ?? "");
  return (labels) => requirements.every((each) => each(labels));
}

function lex(text: string): string[] {
  const words: string[] = [];
  lexeme.lastIndex = 0;
  while (lexeme.lastIndex < text.length) {
    const at = lexeme.lastIndex;
    const match = lexeme.exec(text);
    if (!match) throw unreadable(text, text.slice(at));
    words.push(match.groups!["word"] ?? match.groups!["symbol"]!);
  }
  return words;
}

const unreadable = (text: string, found: string): Error =>
  badRequest(`unable to parse requirement: found '${found}' in selector ${JSON.stringify(text)}`);
const isWord = (word: string): boolean => /^[A-Za-z0-9]/.test(word);

function requirement(next: () => string, peek: () => string, text: string): LabelSelector {
  const first = next();
  if (first === "!") {
    const absent = next();
    if (!isWord(absent)) throw unreadable(text, absent);
    return (labels) => labels[absent] === undefined;
  }
  if (!isWord(first)) throw unreadable(text, first);
  const operator = peek();
  if (operator === "" || operator === ",") return (labels) => labels[first] !== undefined;
  next();
  if (operator === "in" || operator === "notin") {
    const values = listed(next, text);
    return operator === "in"
      ? (labels) => labels[first] !== undefined && values.has(labels[first])
      : (labels) => labels[first] === undefined || !values.has(labels[first]);
  }
  return comparison(first, operator, isWord(peek()) ? next() : "", text);
}

function listed(next: () => string, text: string): ReadonlySet<string> {
  const values = new Set<string>();
  if (next() !== "(") throw unreadable(text, "(");
  for (;;) {
    const word = next();
    if (word === ")") return values.size === 0 ? new Set([""]) : values;
    if (isWord(word)) values.add(word);
    else if (word !== ",") throw unreadable(text, word);
  }
}

function comparison(key: string, operator: string, value: string, text: string): LabelSelector {
  switch (operator) {
    case "=":
    case "==":
      return (labels) => labels[key] === value;
    case "!=":
      return (labels) => labels[key] !== value;
    case ">":
      return (labels) => labels[key] !== undefined && Number(labels[key]) > Number(value);
    case "<":
      return (labels) => labels[key] !== undefined && Number(labels[key]) < Number(value);
    default:
      throw unreadable(text, operator);
  }
}
