/** A mistake in a request, as GraphQL tells it: with a sort, a path and where it stands, as far as that is known. */
export class GraphQLProblem extends Error {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "GraphQLProblem";
    this.details = details;
  }
}

/** One word, number, string or sign of a document. */
export interface Token {
  readonly is: "name" | "number" | "string" | "sign" | "end";
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

const pattern =
  /(?<skip>[\s,\ufeff]+|#[^\n\r]*)|(?<name>[_A-Za-z][_0-9A-Za-z]*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?!"")(?:[^"\\\n\r]|\\.)*"|"")|(?<sign>\.\.\.|[!$():=@[\]{|}])/uy;

/** Cuts a document into tokens; throws a GraphQLProblem at what is none. The last one is the end. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let [line, start] = [1, 0];
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    const column = at - start + 1;
    if (!groups) throw parseProblem({ text: text[at] ?? "", line, column });
    const [is, found] = Object.entries(groups).find(([, value]) => value !== undefined)!;
    if (is !== "skip") tokens.push({ is: is as Token["is"], text: found!, line, column });
    for (const [offset, character] of [...found!].entries())
      if (character === "\n") [line, start] = [line + 1, at + offset + 1];
    at += found!.length;
  }
  return [...tokens, { is: "end", text: "", line, column: text.length - start + 1 }];
}

/** What GitHub answers to a document that nobody can read. */
export function parseProblem({ text, line, column }: Pick<Token, "text" | "line" | "column">): GraphQLProblem {
  const message =
    text === "" ? "Unexpected end of document" : `Parse error on ${JSON.stringify(text)} at [${line}, ${column}]`;
  return new GraphQLProblem(message, { locations: [{ line, column }] });
}
