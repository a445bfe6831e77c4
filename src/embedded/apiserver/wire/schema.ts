import type { JSONSchema } from "../schema/json-schema.ts";
import { type Field, type Message, messages } from "./message.ts";

const anything: JSONSchema = { "x-kubernetes-preserve-unknown-fields": true };

const scalars: Readonly<Record<string, JSONSchema>> = {
  string: { type: "string" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  bool: { type: "boolean" },
  bytes: { type: "string", format: "byte" },
  Time: { type: "string", format: "date-time" },
  MicroTime: { type: "string", format: "date-time" },
  NullTime: { type: "string", format: "date-time", nullable: true },
  IntOrString: { "x-kubernetes-int-or-string": true },
  strings: { type: "array", items: { type: "string" } },
  Quantity: anything,
  Any: anything,
};

/** Gives the schema of a message that a field holds: the schema itself, or a reference to it. */
type Resolve = (message: Message) => JSONSchema;

/** The structural schema of a message, with everything in it. */
export function inlineSchema(message: Message): JSONSchema {
  return messageSchema(message, inlineSchema);
}

/** The schemas of a message and of all that it holds, by name, with references between them. */
export function referencedSchemas(message: Message, nameOf: (name: string) => string): Map<string, JSONSchema> {
  const schemas = new Map<string, JSONSchema>();
  const visit = (each: Message): JSONSchema => {
    const name = nameOf(each.name);
    if (!schemas.has(name)) {
      schemas.set(name, {});
      schemas.set(name, messageSchema(each, visit));
    }
    return { allOf: [{ $ref: `#/components/schemas/${name}` } as JSONSchema], default: {} };
  };
  visit(message);
  return schemas;
}

function messageSchema(message: Message, resolve: Resolve): JSONSchema {
  const properties: Record<string, JSONSchema> = {};
  const required: string[] = [];
  for (const field of flatten(message)) {
    properties[field.name] = fieldSchema(field, resolve);
    if (field.required) required.push(field.name);
  }
  return {
    type: "object",
    properties,
    ...(required.length > 0 && { required }),
    ...(message.atomic && { "x-kubernetes-map-type": "atomic" }),
  };
}

/** The fields of a message as JSON has them. */
export function flatten({ fields }: Message): Field[] {
  return fields.flatMap((field) => (field.inline ? flatten(messages.get(field.type)!) : [field]));
}

function fieldSchema(field: Field, resolve: Resolve): JSONSchema {
  const { type, shape, keys, atomic } = field;
  const one = scalars[type] ?? resolve(messages.get(type)!);
  const plain = field.fallback === undefined ? {} : { default: field.fallback };
  const whole = atomic ? ({ "x-kubernetes-map-type": "atomic" } as const) : {};
  if (shape === "one") return { ...one, ...plain, ...whole };
  if (shape === "map") return { type: "object", additionalProperties: one, ...whole };
  if (keys === undefined) return { type: "array", items: one };
  if (keys.length === 0) return { type: "array", items: one, "x-kubernetes-list-type": "set" };
  return { type: "array", items: one, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys };
}
