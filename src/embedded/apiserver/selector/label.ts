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
  const words = new Words(text);
  const requirements = [requirement(words)];
  while (words.peek() !== "") {
    const separator = words.next();
    if (separator !== ",") throw unreadable(`found '${separator}', expected: ',' or 'end of string'`);
    if (!isWord(words.peek()) && words.peek() !== "!") {
      throw unreadable(`found '${words.peek()}', expected: identifier after ','`);
    }
    requirements.push(requirement(words));
  }
  return (labels) => requirements.every((each) => each(labels));
}

/** The words of a selector, one after the other; an empty one at the end. */
class Words {
  readonly #words: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#words = lex(text);
  }

  peek = (): string => this.#words[this.#at] ?? "";
  next = (): string => this.#words[this.#at++] ?? "";
}

function lex(text: string): string[] {
  const words: string[] = [];
  lexeme.lastIndex = 0;
  while (lexeme.lastIndex < text.length) {
    const at = lexeme.lastIndex;
    const match = lexeme.exec(text);
    if (!match)
      throw unreadable(`found '${text.slice(at).split(/[\s,]/, 1)[0]}', expected: !, identifier, or 'end of string'`);
    words.push(match.groups!["word"] ?? match.groups!["symbol"]!);
  }
  return words;
}

const unreadable = (why: string): Error => badRequest(`unable to parse requirement: ${why}`);
const isWord = (word: string): boolean => /^[A-Za-z0-9]/.test(word);
const operators = ["in", "notin", "=", "==", "!=", "gt", "lt"] as const;

function requirement(words: Words): LabelSelector {
  const first = words.next();
  if (first === "!") {
    const absent = words.next();
    if (!isWord(absent)) throw unreadable(`found '${absent}', expected: identifier`);
    return (labels) => labels[absent] === undefined;
  }
  if (!isWord(first)) throw unreadable(`found '${first}', expected: !, identifier, or 'end of string'`);
  if (words.peek() === "" || words.peek() === ",") return (labels) => labels[first] !== undefined;
  const operator = words.next();
  if (operator === "in" || operator === "notin") {
    const values = listed(words);
    return operator === "in"
      ? (labels) => labels[first] !== undefined && values.has(labels[first])
      : (labels) => labels[first] === undefined || !values.has(labels[first]);
  }
  return comparison(first, operator, isWord(words.peek()) ? words.next() : "");
}

function listed(words: Words): ReadonlySet<string> {
  const open = words.next();
  if (open !== "(") throw unreadable(`found '${open}' expected: '('`);
  const values = new Set<string>();
  for (;;) {
    const word = words.next();
    if (word === ")") return values.size === 0 ? new Set([""]) : values;
    if (isWord(word)) values.add(word);
    else if (word !== ",") throw unreadable(`found '${word}', expected: ',', or identifier`);
  }
}

function comparison(key: string, operator: string, value: string): LabelSelector {
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
      throw unreadable(`found '${operator}', expected: ${operators.join(", ")}`);
  }
}
