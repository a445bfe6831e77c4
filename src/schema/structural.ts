import { z } from "zod";

/** JSON, as far as a schema is. */
export type Json = { [key: string]: unknown };

const forbidden = ["$ref", "anyOf", "oneOf", "allOf", "not", "patternProperties", "if", "prefixItems", "const"];

/**
 * A zod schema as the structural OpenAPI v3 schema that a CustomResourceDefinition takes. Throws, with the path,
 * on what a CRD cannot express, on a field without a description, and on a list or text without a bound, which
 * the API server's cost limit for CEL rules would refuse.
 */
export function structural(schema: z.ZodType): Json {
  const json = z.toJSONSchema(schema, {
    target: "openapi-3.0",
    io: "input",
    unrepresentable: "throw",
    override: ({ jsonSchema }) => {
      // z.int() means "a safe JavaScript integer"; the bounds that say so are noise in a CRD.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.type === "integer") jsonSchema.format = "int64";
      if (jsonSchema.additionalProperties) delete jsonSchema.propertyNames;
    },
  }) as Json;
  assertStructural(json, "");
  return json;
}

/** kubectl and helm read YAML 1.1, in which these are booleans, as keys too. */
const booleans = /^(on|off|yes|no|y|n|true|false)$/i;

function assertStructural(schema: Json, path: string): void {
  const at = path || ".";
  const wrong = wrongWith(schema, path);
  if (wrong) throw new Error(`${at}: ${wrong}`);
  for (const [name, child] of Object.entries((schema["properties"] ?? {}) as Json)) {
    if (booleans.test(name)) throw new Error(`${at}: ${name} is no name for a field in YAML 1.1`);
    assertStructural(child as Json, `${path}.${name}`);
  }
  if (schema["items"]) assertStructural(schema["items"] as Json, `${path}[]`);
}

function wrongWith(schema: Json, path: string): string | undefined {
  const foreign = forbidden.find((key) => key in schema) ?? (schema["type"] ? undefined : "a value without a type");
  if (foreign) return `${foreign} cannot be expressed in a CRD`;
  if (schema["additionalProperties"] === false) return "use z.object, a CRD prunes by itself";
  if (path && !path.endsWith("[]") && !schema["description"]) return "a field needs a description";
  if (schema["type"] === "array" && !schema["maxItems"]) return "a list needs a bound";
  if (schema["type"] === "string" && !bounded(schema)) return "a text needs a bound";
  if (/\(\?[=!<]/.test(String(schema["pattern"]))) return "the API server's patterns have no look-around";
  return undefined;
}

const bounded = (schema: Json): boolean =>
  "maxLength" in schema || "enum" in schema || schema["format"] === "date-time";
