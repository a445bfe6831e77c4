import { type Environment, EvaluationError, Optional } from "@marcbachmann/cel-js";
import { isObject } from "../json.ts";

/** A type in the library's checker. */
interface Type {
  readonly kind: string;
  readonly name: string;
  readonly keyType?: Type;
  readonly valueType?: Type;
}

/** Where names are looked up; a fork knows one more. */
interface Scope {
  forkWithVariable(name: string, type: Type): Scope;
  reuse(parent: Scope): Scope;
  setIterValue(value: unknown, evaluator: Evaluator): Scope;
}

interface Node {
  readonly op: string;
  readonly args: unknown;
}

interface Checker {
  check(node: Node, scope: Scope): Type;
  getType(name: string): Type;
}

interface Evaluator {
  run(node: Node, scope: Scope): unknown;
}

interface Call {
  readonly args: readonly Node[];
  readonly receiver: Node;
}

/** A macro after parsing: the library calls its hooks with itself. */
interface Macro {
  scopes: readonly Scope[];
  typeCheck(checker: Checker, macro: Macro, scope: Scope): Type;
  evaluate(evaluator: Evaluator, macro: Macro, scope: Scope): unknown;
}

function nameOf(node: Node | undefined): string {
  if (node?.op === "id") return String(node.args);
  throw new EvaluationError("a macro's variable must be a simple name");
}

/** What a macro makes of the values of its expressions for each pair of key and value. */
interface TwoVariables {
  /** How many expressions follow the two names. */
  readonly expressions: 1 | 2;
  readonly type: (checker: Checker, result: Type) => Type;
  readonly evaluate: (pairs: readonly Pair[], run: (pair: Pair, expression: number) => unknown) => unknown;
}

type Pair = readonly [unknown, unknown];

function pairsOf(collection: unknown): Pair[] {
  if (Array.isArray(collection)) return collection.map((value, index) => [BigInt(index), value]);
  if (collection instanceof Map) return [...collection];
  if (isObject(collection)) return Object.entries(collection);
  throw new EvaluationError("expression cannot be range of a comprehension (must be list, map, or dynamic)");
}

function twoVariables({ expressions, type, evaluate }: TwoVariables): (call: Call) => Macro {
  return ({ args, receiver }) => {
    const [key, value] = [nameOf(args[0]), nameOf(args[1])];
    const bodies = args.slice(2, 2 + expressions);
    return {
      scopes: [],
      typeCheck(checker, macro, scope) {
        const { kind, keyType, valueType } = checker.check(receiver, scope);
        const dyn = checker.getType("dyn");
        const outer = scope.forkWithVariable(key, kind === "list" ? checker.getType("int") : (keyType ?? dyn));
        const inner = outer.forkWithVariable(value, valueType ?? dyn);
        macro.scopes = [outer, inner];
        const types = bodies.map((body) => checker.check(body, inner));
        return type(checker, types.at(-1) ?? dyn);
      },
      evaluate(evaluator, { scopes: [outer, inner] }, scope) {
        return evaluate(pairsOf(evaluator.run(receiver, scope)), ([first, second], expression) => {
          const middle = outer!.reuse(scope).setIterValue(first, evaluator);
          return evaluator.run(bodies[expression]!, inner!.reuse(middle).setIterValue(second, evaluator));
        });
      },
    };
  };
}

const bool = (checker: Checker): Type => checker.getType("bool");
const listOf = (checker: Checker, { name }: Type): Type => checker.getType(`list<${name}>`);
const mapOf = (checker: Checker, { name }: Type): Type => checker.getType(`map<dyn, ${name}>`);

const macros: Readonly<Record<string, TwoVariables>> = {
  "list.all(ast, ast, ast): bool": {
    expressions: 1,
    type: bool,
    evaluate: (pairs, run) => pairs.every((pair) => run(pair, 0)),
  },
  "list.exists(ast, ast, ast): bool": {
    expressions: 1,
    type: bool,
    evaluate: (pairs, run) => pairs.some((pair) => run(pair, 0)),
  },
  "list.existsOne(ast, ast, ast): bool": {
    expressions: 1,
    type: bool,
    evaluate: (pairs, run) => pairs.filter((pair) => run(pair, 0)).length === 1,
  },
  "list.transformList(ast, ast, ast): list<dyn>": {
    expressions: 1,
    type: listOf,
    evaluate: (pairs, run) => pairs.map((pair) => run(pair, 0)),
  },
  "list.transformList(ast, ast, ast, ast): list<dyn>": {
    expressions: 2,
    type: listOf,
    evaluate: (pairs, run) => pairs.filter((pair) => run(pair, 0)).map((pair) => run(pair, 1)),
  },
  "list.transformMap(ast, ast, ast): map": {
    expressions: 1,
    type: mapOf,
    evaluate: (pairs, run) => new Map(pairs.map((pair) => [pair[0], run(pair, 0)])),
  },
  "list.transformMap(ast, ast, ast, ast): map": {
    expressions: 2,
    type: mapOf,
    evaluate: (pairs, run) => new Map(pairs.filter((pair) => run(pair, 0)).map((pair) => [pair[0], run(pair, 1)])),
  },
};

/** `optional.optMap(name, expression)`: the expression of the value, if there is one. */
function optional(wrap: boolean): (call: Call) => Macro {
  return ({ args, receiver }) => {
    const [name, body] = [nameOf(args[0]), args[1]!];
    return {
      scopes: [],
      typeCheck(checker, macro, scope) {
        const { valueType } = checker.check(receiver, scope);
        const inner = scope.forkWithVariable(name, valueType ?? checker.getType("dyn"));
        macro.scopes = [inner];
        const result = checker.check(body, inner);
        return wrap ? checker.getType(`optional<${result.name}>`) : result;
      },
      evaluate(evaluator, { scopes: [inner] }, scope) {
        const value = evaluator.run(receiver, scope);
        if (!(value instanceof Optional)) throw new EvaluationError("no such overload");
        if (!value.hasValue()) return Optional.none();
        const result = evaluator.run(body, inner!.reuse(scope).setIterValue(value.value(), evaluator));
        return wrap ? Optional.of(result) : result;
      },
    };
  };
}

/** The macros of Kubernetes' CEL that the library does not bring along. */
export function registerMacros(environment: Environment): void {
  for (const [signature, macro] of Object.entries(macros)) environment.registerFunction(signature, twoVariables(macro));
  environment
    .registerFunction("optional.optMap(ast, ast): optional<dyn>", optional(true))
    .registerFunction("optional.optFlatMap(ast, ast): optional<dyn>", optional(false));
}
