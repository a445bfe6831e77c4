import { Ajv2019, type ErrorObject, type ValidateFunction } from "ajv/dist/2019.js";
import addFormatsModule from "ajv-formats";

/** A piece of an OpenAPI 3.0 description, as parsed from JSON. */
export type Json = { readonly [key: string]: unknown };

/** Keywords of OpenAPI 3.0 that hold one schema, and those that hold several. */
const one = ["items", "not", "additionalProperties"] as const;
const several = ["allOf", "anyOf", "oneOf"] as const;
/** Keywords that validate and mean the same in both dialects. */
const same = [
  ...["type", "enum", "format", "pattern", "required", "minimum", "maximum", "minLength", "maxLength"],
  ...["minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"],
];
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const component = /^#\/components\/schemas\/(?<name>.+)$/;

/** A schema is closed when it refuses properties that it does not name; parts of an allOf cannot be. */
type Closed = "closed" | "open";

/**
 * Translates OpenAPI 3.0 schemas to JSON schema 2019-09 and compiles them, a component only once it is referred to.
 *
 * - `nullable` becomes an alternative of type null, also where GitHub puts it beside a reference.
 * - `oneOf` becomes `anyOf`: GitHub's branches overlap (a file is also a valid symlink), so "exactly one" never holds.
 * - An object that names its properties takes no others: an answer has only what GitHub documents.
 */
export class SchemaCompiler {
  readonly #components: Json;
  readonly #ajv: Ajv2019;
  readonly #known = new Set<string>();
  /** Addresses of schemas that were written out in place, by their text. */
  readonly #inlined = new Map<string, string>();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(components: Json) {
    this.#components = components;
    this.#ajv = new Ajv2019({
      strict: false,
      allErrors: true,
      inlineRefs: false,
      code: { optimize: false },
      logger: false,
      validateSchema: false,
    });
    const addFormats = addFormatsModule as unknown as (ajv: Ajv2019) => void;
    addFormats(this.#ajv);
    for (const format of ["repo.nwo", "timestamp"]) this.#ajv.addFormat(format, true);
  }

  /** The problems of `value`, one readable line each; `key` names the schema for the next time. */
  problems(key: string, schema: Json, value: unknown): readonly string[] {
    let validate = this.#compiled.get(key);
    if (!validate) {
      validate = this.#ajv.compile(this.#translate(schema, "closed"));
      this.#compiled.set(key, validate);
    }
    if (validate(value)) return [];
    return [...new Set((validate.errors ?? []).map((error) => describe(error, value)))];
  }

  #translate(schema: Json, closed: Closed): Json {
    const reference = component.exec(String(schema["$ref"] ?? ""))?.groups?.["name"];
    const translated = reference ? { $ref: this.#reference(reference, closed) } : this.#translateOwn(schema, closed);
    return schema["nullable"] === true ? { anyOf: [{ type: "null" }, translated] } : translated;
  }

  #translateOwn(schema: Json, closed: Closed): Json {
    const out: Record<string, unknown> = Object.fromEntries(
      Object.entries(schema).filter(([key]) => same.includes(key)),
    );
    for (const key of one.filter((each) => schema[each] !== undefined)) out[key] = this.#inner(schema[key]);
    const properties = isObject(schema["properties"]) ? withUserView(schema["properties"]) : undefined;
    const composed = several.filter((key) => Array.isArray(schema[key]));
    const inParts: Closed = properties || composed.includes("allOf") ? "open" : closed;
    for (const key of composed) {
      const parts = (schema[key] as readonly Json[]).map((part) => this.#translate(part, inParts));
      out[key === "oneOf" ? "anyOf" : key] = parts;
    }
    if (!properties && !composed.includes("allOf")) return out;
    out["properties"] = Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, each]) => [name, this.#inner(each)]),
    );
    if (closed === "closed" && schema["additionalProperties"] === undefined) out["unevaluatedProperties"] = false;
    return out;
  }

  /** A value's schema inside another one: its own properties are complete again, whatever the outer one is. */
  #inner(schema: unknown): unknown {
    return isObject(schema) ? this.#shared(this.#translate(schema, "closed")) : schema;
  }

  /** GitHub writes the same user and the same repository out in hundreds of places: each is compiled once. */
  #shared(schema: Json): Json {
    const text = "properties" in schema ? JSON.stringify(schema) : "";
    if (text.length < 300) return schema;
    let id = this.#inlined.get(text);
    if (id === undefined) {
      id = `https://schemas.test/inlined/${this.#inlined.size}`;
      this.#inlined.set(text, id);
      this.#ajv.addSchema({ $id: id, ...schema });
    }
    return { $ref: id };
  }

  #reference(name: string, closed: Closed): string {
    const id = `https://schemas.test/${encodeURIComponent(name)}/${closed}`;
    if (this.#known.has(id)) return id;
    this.#known.add(id);
    const schema = this.#components[name];
    if (!isObject(schema)) throw new Error(`The description refers to the schema ${name}, which it does not have.`);
    this.#ajv.addSchema({ $id: id, ...this.#translate(schema, closed) });
    return id;
  }
}

/** GitHub sends `user_view_type` with every user; its description knows it in most of the places where it stands. */
function withUserView(properties: Json): Json {
  return "login" in properties && "gravatar_id" in properties ? { user_view_type: {}, ...properties } : properties;
}

function describe({ instancePath, message, params, keyword }: ErrorObject, value: unknown): string {
  const place = instancePath === "" ? "the body" : instancePath.slice(1).replaceAll("/", ".");
  if (keyword === "unevaluatedProperties") {
    return `${place}: ${String((params as Json)["unevaluatedProperty"])} is not in GitHub's description`;
  }
  if (keyword === "required") return `${place}: ${message}`;
  const allowed = keyword === "enum" ? `: ${((params as Json)["allowedValues"] as unknown[]).join(", ")}` : "";
  return `${place}: ${message ?? keyword}${allowed}, but it is ${show(valueAt(value, instancePath))}`;
}

function valueAt(value: unknown, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<unknown>(
    (inner, step) => (inner as Json)[step.replaceAll("~1", "/").replaceAll("~0", "~")],
    value,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
