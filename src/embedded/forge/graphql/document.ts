import { GraphQLProblem, parseProblem, type Token, tokensOf } from "./token.ts";

/** A value as it is written: with variables in it. */
export type Value =
  | { readonly is: "variable"; readonly name: string }
  | { readonly is: "constant"; readonly value: string | number | boolean | null }
  | { readonly is: "list"; readonly items: readonly Value[] }
  | { readonly is: "object"; readonly fields: Readonly<Record<string, Value>> };

export interface Field {
  readonly is: "field";
  readonly name: string;
  /** Under which name it is answered. */
  readonly alias: string;
  readonly args: Readonly<Record<string, Value>>;
  readonly selections: readonly Selection[];
  readonly at: { readonly line: number; readonly column: number };
}

export type Selection =
  | Field
  | { readonly is: "fragment"; readonly on: string | undefined; readonly selections: readonly Selection[] };

export interface Operation {
  readonly type: "query" | "mutation";
  /** By name: whether one must be given. */
  readonly variables: Readonly<Record<string, { readonly type: string; readonly required: boolean }>>;
  readonly selections: readonly Selection[];
}

/** Reads a document with one operation and inline fragments: what clients of this forge send. */
export function parseDocument(text: string): Operation {
  return new Parser(tokensOf(text)).operation();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  operation(): Operation {
    const type = this.#next.text === "{" ? "query" : this.#name();
    if (type !== "query" && type !== "mutation") throw parseProblem(this.#tokens[this.#at - 1] ?? this.#next);
    if (this.#next.is === "name") this.#name();
    const variables = this.#take("(") ? this.#variables() : {};
    const selections = this.#selections();
    if (this.#next.is !== "end")
      throw new GraphQLProblem("This forge reads one operation at a time, with inline fragments.");
    return { type, variables, selections };
  }

  #variables(): Operation["variables"] {
    const variables: Record<string, { readonly type: string; readonly required: boolean }> = {};
    while (!this.#take(")")) {
      this.#demand("$");
      const name = this.#name();
      this.#demand(":");
      variables[name] = this.#type();
    }
    return variables;
  }

  #type(): { readonly type: string; readonly required: boolean } {
    const isList = this.#take("[");
    const inner = isList ? this.#type().type : this.#name();
    if (isList) this.#demand("]");
    const isRequired = this.#take("!");
    const hasDefault = this.#take("=");
    if (hasDefault) this.#value();
    return { type: isList ? `[${inner}]` : inner, required: isRequired && !hasDefault };
  }

  #selections(): readonly Selection[] {
    this.#demand("{");
    const selections: Selection[] = [];
    do selections.push(this.#selection());
    while (!this.#take("}"));
    return selections;
  }

  #selection(): Selection {
    const { line, column } = this.#next;
    if (this.#take("...")) {
      const on = this.#next.text === "on" ? this.#typeCondition() : undefined;
      return { is: "fragment", on, selections: this.#selections() };
    }
    const first = this.#name();
    const name = this.#take(":") ? this.#name() : first;
    const args = this.#take("(") ? this.#arguments(")") : {};
    const selections = this.#next.text === "{" ? this.#selections() : [];
    return { is: "field", name, alias: first, args, selections, at: { line, column } };
  }

  #typeCondition(): string {
    this.#name();
    return this.#name();
  }

  #arguments(end: string): Readonly<Record<string, Value>> {
    const args: Record<string, Value> = {};
    while (!this.#take(end)) {
      const name = this.#name();
      this.#demand(":");
      args[name] = this.#value();
    }
    return args;
  }

  #value(): Value {
    if (this.#take("$")) return { is: "variable", name: this.#name() };
    if (this.#take("{")) return { is: "object", fields: this.#arguments("}") };
    if (this.#take("[")) {
      const items: Value[] = [];
      while (!this.#take("]")) items.push(this.#value());
      return { is: "list", items };
    }
    const { is, text } = this.#tokens[this.#at++] ?? this.#next;
    if (is === "string" || is === "number") return { is: "constant", value: JSON.parse(text) as string | number };
    if (is !== "name") throw parseProblem(this.#tokens[this.#at - 1] ?? this.#next);
    const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
    // Every other word is a value of an enumeration.
    return { is: "constant", value: Object.hasOwn(words, text) ? words[text]! : text };
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? this.#tokens.at(-1)!;
  }

  #take(sign: string): boolean {
    const { is, text } = this.#next;
    const isIt = is === "sign" && text === sign;
    if (isIt) this.#at += 1;
    return isIt;
  }

  #demand(sign: string): void {
    if (!this.#take(sign)) throw parseProblem(this.#next);
  }

  #name(): string {
    const token = this.#next;
    if (token.is !== "name") throw parseProblem(token);
    this.#at += 1;
    return token.text;
  }
}
