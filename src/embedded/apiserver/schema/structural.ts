import { type CompiledRule, compileRules } from "./cel/rule.ts";
import { knownFormat } from "./format.ts";
import { type JSONSchema, propertiesOf } from "./json-schema.ts";

/** One node of a compiled schema. Everything that a write needs is looked up once, here. */
export interface Structural {
  readonly schema: JSONSchema;
  /** JSON types that are accepted; empty accepts all. */
  readonly types: readonly string[];
  /** The schema's format if it means something for the type, else empty. */
  readonly format: string;
  readonly properties: ReadonlyMap<string, Structural>;
  /** The schema of all other keys; true admits anything. */
  readonly additional: Structural | true | undefined;
  readonly items: Structural | undefined;
  readonly preserve: boolean;
  readonly embedded: boolean;
  readonly pattern: RegExp | undefined;
  readonly allOf: readonly Structural[];
  readonly anyOf: readonly Structural[];
  readonly oneOf: readonly Structural[];
  readonly not: Structural | undefined;
  readonly rules: readonly CompiledRule[];
  /** What this node or one below it has; a walk skips the parts that have nothing for it. */
  readonly holds: Holds;
}

export interface Holds {
  readonly defaults: boolean;
  /** Lists that are sets or maps. */
  readonly keyedLists: boolean;
  readonly embedded: boolean;
  /** Validation rules, and among them those that compare with the old object. */
  readonly rules: boolean;
  readonly transitions: boolean;
}

/**
 * Compiles `openAPIV3Schema` of one version of a CustomResourceDefinition.
 * Throws a RuleError for a validation rule that does not compile.
 */
export function compileStructural(openAPIV3Schema: object): Structural {
  return node(openAPIV3Schema as JSONSchema, { path: "", root: true });
}

interface Place {
  /** Where the node stands in the schema, as field errors of definitions name it. */
  readonly path: string;
  /** Whether it is the whole resource. */
  readonly root: boolean;
}

function node(schema: JSONSchema, { path, root }: Place): Structural {
  const inside = (child: JSONSchema, name: string): Structural => node(child, { path: `${path}${name}`, root: false });
  const list = (children: readonly JSONSchema[] | undefined, name: string): Structural[] =>
    (children ?? []).map((child, index) => inside(child, `.${name}[${index}]`));
  const properties = new Map(propertiesOf(schema).map(([key, child]) => [key, inside(child, `.properties[${key}]`)]));
  const { additionalProperties: more, items, not } = schema;
  const types = typesOf(schema);
  const parts = {
    properties,
    additional: typeof more === "object" ? inside(more, ".additionalProperties") : more === true ? true : undefined,
    items: items === undefined ? undefined : inside(items, ".items"),
    allOf: list(schema.allOf, "allOf"),
    rules: compileRules(schema, { path, root }),
    embedded: schema["x-kubernetes-embedded-resource"] === true,
  } as const;
  return {
    schema,
    types,
    format: knownFormat(types, schema.format),
    preserve: schema["x-kubernetes-preserve-unknown-fields"] === true,
    pattern: schema.pattern === undefined ? undefined : compilePattern(schema.pattern),
    anyOf: list(schema.anyOf, "anyOf"),
    oneOf: list(schema.oneOf, "oneOf"),
    not: not === undefined ? undefined : inside(not, ".not"),
    ...parts,
    holds: holdsOf(schema, parts),
  };
}

const typesOf = (schema: JSONSchema): string[] => {
  if (schema["x-kubernetes-int-or-string"]) return ["integer", "string"];
  return schema.type ? [schema.type] : [];
};

/** Go's patterns are RE2: no lookaround, so what compiles there compiles here, except for inline flags. */
function compilePattern(pattern: string): RegExp {
  const flags = /^\(\?(?<flags>[ims]+)\)/.exec(pattern);
  const source = flags ? pattern.slice(flags[0].length) : pattern;
  return new RegExp(source.replace(/\\z/g, "$").replace(/\\A/g, "^"), `u${flags?.groups?.["flags"] ?? ""}`);
}

type Parts = Pick<Structural, "properties" | "additional" | "items" | "allOf" | "rules" | "embedded">;

function holdsOf(schema: JSONSchema, parts: Parts): Holds {
  const below = [...parts.properties.values(), ...parts.allOf];
  if (parts.items) below.push(parts.items);
  if (typeof parts.additional === "object") below.push(parts.additional);
  const listType = schema["x-kubernetes-list-type"];
  return {
    defaults: schema.default !== undefined || below.some(({ holds }) => holds.defaults),
    keyedLists: listType === "set" || listType === "map" || below.some(({ holds }) => holds.keyedLists),
    embedded: parts.embedded || below.some(({ holds }) => holds.embedded),
    rules: parts.rules.length > 0 || below.some(({ holds }) => holds.rules),
    transitions: parts.rules.some(({ usesOldSelf }) => usesOldSelf) || below.some(({ holds }) => holds.transitions),
  };
}
