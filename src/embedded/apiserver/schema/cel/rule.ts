import type { ASTNode, Environment, ParseResult } from "@marcbachmann/cel-js";
import { isObject } from "../json.ts";
import type { JSONSchema, ValidationRule } from "../json-schema.ts";
import { type Convert, conversionOf } from "./convert.ts";
import { Declarations, visibleSchema } from "./declare.ts";
import { checking, running, runningOptional } from "./environment.ts";
import { fieldPathOf } from "./field-path.ts";

/** A validation rule that does not compile. */
export class RuleError extends Error {
  override readonly name = "RuleError";
  /** Where the rule stands in the schema: `.properties[spec].x-kubernetes-validations[0].rule`. */
  readonly path: string;
  readonly rule: string;

  constructor(path: string, rule: string, reason: string) {
    super(`${path}: ${JSON.stringify(rule)} does not compile: ${reason}`);
    this.path = path;
    this.rule = rule;
  }
}

/** A rule, ready to run. */
export interface CompiledRule {
  readonly source: ValidationRule;
  readonly run: (context: Context) => unknown;
  readonly message: ((context: Context) => unknown) | undefined;
  readonly usesOldSelf: boolean;
  /** What is appended to the object's path: `.name` of a `fieldPath`, without the leading dot. */
  readonly fieldPath: string;
  /** From JSON to what the rule sees. */
  readonly convert: Convert | undefined;
}

export interface Context {
  readonly self: unknown;
  readonly oldSelf?: unknown;
}

/** Compiles a node's rules. Throws a RuleError. */
export function compileRules(
  schema: JSONSchema,
  place: { readonly path: string; readonly root: boolean },
): CompiledRule[] {
  const rules = schema["x-kubernetes-validations"] ?? [];
  if (rules.length === 0) return [];
  const seen = visibleSchema(schema, place.root);
  const environments = declare(seen);
  const convert = conversionOf(seen);
  return rules.map((source, index) => {
    const path = `${place.path}.x-kubernetes-validations[${index}]`;
    const target = source.optionalOldSelf ? environments.optional : environments.plain;
    const run = compile(source.rule, { path: `${path}.rule`, ...target, wants: "bool" });
    const message =
      source.messageExpression === undefined
        ? undefined
        : compile(source.messageExpression, { path: `${path}.messageExpression`, ...target, wants: "string" });
    return {
      source,
      run,
      message,
      usesOldSelf: mentions(run.ast, "oldSelf"),
      fieldPath: source.fieldPath === undefined ? "" : fieldPathOf(source.fieldPath, seen),
      convert,
    };
  });
}

/** Where a rule is checked, and where it runs. */
interface Environments {
  readonly check: Environment;
  readonly run: Environment;
}

function declare(schema: JSONSchema): { plain: Environments; optional: Environments } {
  const types = checking.clone();
  const type = new Declarations(types).typeOf(schema) ?? "dyn";
  const typed = types.clone().registerVariable("self", type);
  return {
    plain: { check: typed.clone().registerVariable("oldSelf", type), run: running },
    optional: { check: typed.clone().registerVariable("oldSelf", `optional<${type}>`), run: runningOptional },
  };
}

interface Target extends Environments {
  readonly path: string;
  readonly wants: "bool" | "string";
}

function compile(rule: string, { path, check, run, wants }: Target): ParseResult {
  const { valid, type, error } = check.check(rule);
  if (!valid) throw new RuleError(path, rule, (error as { summary?: string } | undefined)?.summary ?? String(error));
  if (type !== wants && type !== "dyn") throw new RuleError(path, rule, `it gives ${type}, and must give ${wants}`);
  return run.parse(rule);
}

/** Whether an expression names a variable. */
function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((each) => mentions(each, name));
  if (!isObject(node) || !("op" in node)) return false;
  const { op, args } = node as unknown as ASTNode;
  return op === "id" ? args === name : mentions(args, name);
}
