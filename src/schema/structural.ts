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

function assertStructural(schema: Json, path: string): void {
  const at = path || ".";
  const wrong = forbidden.find((key) => key in schema) ?? (schema["type"] ? undefined : "a value without a type");
  if (wrong) throw new Error(`${at}: ${wrong} cannot be expressed in a CRD`);
  if (schema["additionalProperties"] === false) throw new Error(`${at}: use z.object, a CRD prunes by itself`);
  if (path && !path.endsWith("[]") && !schema["description"]) throw new Error(`${at}: a field needs a description`);
  if (schema["type"] === "array" && !schema["maxItems"]) throw new Error(`${at}: a list needs a bound`);
  if (schema["type"] === "string" && !bounded(schema)) throw new Error(`${at}: a text needs a bound`);
  if (/\(\?[=!<]/.test(String(schema["pattern"])))
    throw new Error(`${at}: the API server's patterns have no look-around`);
  for (const [name, child] of Object.entries((schema["properties"] ?? {}) as Json)) {
    assertStructural(child as Json, `${path}.${name}`);
  }
  if (schema["items"]) assertStructural(schema["items"] as Json, `${path}[]`);
}

const bounded = (schema: Json): boolean =>
  "maxLength" in schema || "enum" in schema || schema["format"] === "date-time";
