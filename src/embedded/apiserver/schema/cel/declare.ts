import type { Environment } from "@marcbachmann/cel-js";
import { type JSONSchema, propertiesOf } from "../json-schema.ts";
import { escapeName } from "./escape.ts";

const scalars: Readonly<Record<string, string>> = { integer: "int", number: "double", boolean: "bool" };
const texts: Readonly<Record<string, string>> = {
  byte: "bytes",
  date: "google.protobuf.Timestamp",
  "date-time": "google.protobuf.Timestamp",
  datetime: "google.protobuf.Timestamp",
  duration: "google.protobuf.Duration",
};

/** What every resource has, and all that rules may read of its metadata. */
const resource: Readonly<Record<string, JSONSchema>> = {
  apiVersion: { type: "string" },
  kind: { type: "string" },
  metadata: { type: "object", properties: { name: { type: "string" }, generateName: { type: "string" } } },
};

/** The schema as rules see it: a resource shows its type and its name, whatever it says about metadata. */
export function visibleSchema(schema: JSONSchema, root: boolean): JSONSchema {
  if (!root && schema["x-kubernetes-embedded-resource"] !== true) return schema;
  return { ...schema, type: "object", properties: { ...schema.properties, ...resource } };
}

/** Declares the types of a schema in an environment, so that a rule about a field that does not exist fails early. */
export class Declarations {
  private readonly environment: Environment;
  private count = 0;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  /** The name of the schema's type; undefined for a field of unknown shape, which rules cannot see. */
  typeOf(schema: JSONSchema): string | undefined {
    if (schema["x-kubernetes-int-or-string"]) return "dyn";
    const seen = visibleSchema(schema, false);
    switch (seen.type) {
      case "string":
        return texts[seen.format ?? ""] ?? "string";
      case "array":
        return within("list<", seen.items && this.typeOf(seen.items));
      case "object":
        return this.objectType(seen);
      default:
        return scalars[seen.type ?? ""];
    }
  }

  private objectType(schema: JSONSchema): string | undefined {
    const more = schema.additionalProperties;
    if (typeof more === "object") return within("map<string, ", this.typeOf(more));
    const fields: Record<string, string> = {};
    for (const [key, child] of propertiesOf(schema)) {
      const name = escapeName(key);
      const type = this.typeOf(child);
      if (name !== undefined && type !== undefined) fields[name] = type;
    }
    if (Object.keys(fields).length === 0 && schema["x-kubernetes-preserve-unknown-fields"]) return undefined;
    return this.register(fields);
  }

  private register(fields: Record<string, string>): string {
    this.count += 1;
    const name = `Object${this.count}`;
    // The class only names the type for the checker: values are plain objects.
    this.environment.registerType(name, { ctor: class {}, fields });
    const equal = (): boolean => false;
    this.environment.registerOperator(`${name} == ${name}`, equal);
    this.environment.registerOperator(`${name} == null`, equal);
    return name;
  }
}

const within = (prefix: string, type: string | undefined): string | undefined => type && `${prefix}${type}>`;
