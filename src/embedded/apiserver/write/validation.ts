import type { Call } from "../http/call.ts";
import { badRequest, invalid } from "../http/status.ts";
import type { KubeObject } from "../object.ts";
import type { Served } from "../resource/resource.ts";
import type { FieldError } from "../schema/field-error.ts";
import type { JsonObject } from "../schema/json.ts";
import { finalizerWarnings, validateMetadata, validateMetadataUpdate } from "../schema/metadata.ts";
import { validate } from "../schema/validate.ts";
import { base64Flaw } from "./base64.ts";

/** Throws 422 with everything that is wrong with a new object. */
export function checkNew(call: Call, object: KubeObject): void {
  const { resource, version } = call.served;
  const metadata = object.metadata as JsonObject;
  const found = validateMetadata(metadata, {
    namespaced: resource.namespaced,
    ...(resource.behaviour.nameErrors && { nameErrors: resource.behaviour.nameErrors }),
  });
  const errors = version.structural ? validate(version.structural, object, undefined, { found }) : found;
  refuse(call, object, [...errors, ...(resource.behaviour.validate?.(object, undefined) ?? [])]);
  if (resource.custom) call.warnings.push(...finalizerWarnings(metadata, undefined));
}

/** Throws 422 with everything that is wrong with a changed object. */
export function checkChange(call: Call, object: KubeObject, before: KubeObject): void {
  const { resource, version } = call.served;
  const [metadata, old] = [object.metadata as JsonObject, before.metadata as JsonObject];
  const subresource = call.subresource === "status" ? "status" : undefined;
  const found = validateMetadataUpdate(metadata, old);
  const errors = version.structural ? validate(version.structural, object, before, { subresource, found }) : found;
  refuse(call, object, [...errors, ...(resource.behaviour.validate?.(object, before) ?? [])]);
  if (resource.custom && !subresource) call.warnings.push(...finalizerWarnings(metadata, old));
}

function refuse({ served }: Call, { metadata }: KubeObject, errors: readonly FieldError[]): void {
  if (!served.resource.custom) refuseTypes(served, errors);
  if (errors.length > 0) throw invalid(served.resource, metadata.name ?? metadata.generateName ?? "", errors);
}

/** Built-in kinds are decoded into types, so a wrong type is found before anything else is looked at. */
function refuseTypes({ resource: { kind }, version }: Served, errors: readonly FieldError[]): void {
  for (const { type, field, message } of errors) {
    const wrong = /: "(?<actual>\w+)": .* must be of type (?<wanted>\w+): /.exec(message)?.groups;
    if (type !== "FieldValueTypeInvalid" && !message.includes("must be of type byte")) continue;
    const value = /Invalid value: "(?<text>.*?)": /.exec(message)?.groups?.["text"] ?? "";
    const why = message.includes("must be of type byte")
      ? `illegal base64 data at input byte ${base64Flaw(value, /[^A-Za-z0-9+/=]/) ?? value.length}`
      : `json: cannot unmarshal ${goKinds[wrong?.["actual"] ?? ""] ?? "value"} into Go struct field ${kind}.${bare(field)} of type ${wrong?.["wanted"] ?? "string"}`;
    throw badRequest(`${kind} in version "${version.name}" cannot be handled as a ${kind}: ${why}`);
  }
}

/** The names that Go's decoder has for JSON types. */
const goKinds: Readonly<Record<string, string>> = {
  integer: "number",
  number: "number",
  boolean: "bool",
  string: "string",
  array: "array",
  object: "object",
};

/** A path of fields without indexes and the keys of maps. */
const bare = (path: string): string => path.replace(/\[[^\]]*\]/g, "").replace(/^data\..*$/, "data");
