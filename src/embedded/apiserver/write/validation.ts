import type { Call } from "../http/call.ts";
import { invalid } from "../http/status.ts";
import type { KubeObject } from "../object.ts";
import type { FieldError } from "../schema/field-error.ts";
import type { JsonObject } from "../schema/json.ts";
import { validateMetadata, validateMetadataUpdate } from "../schema/metadata.ts";
import { validate } from "../schema/validate.ts";

/** Throws 422 with everything that is wrong with a new object. */
export function checkNew(call: Call, object: KubeObject): void {
  const { resource, version } = call.served;
  const errors = [
    ...validateMetadata(object.metadata as JsonObject, {
      namespaced: resource.namespaced,
      ...(resource.behaviour.nameErrors && { nameErrors: resource.behaviour.nameErrors }),
    }),
    ...(version.structural ? validate(version.structural, object) : []),
    ...(resource.behaviour.validate?.(object, undefined) ?? []),
  ];
  refuse(call, object, errors);
}

/** Throws 422 with everything that is wrong with a changed object. */
export function checkChange(call: Call, object: KubeObject, before: KubeObject): void {
  const { resource, version } = call.served;
  const subresource = call.subresource === "status" ? "status" : undefined;
  const errors = [
    ...validateMetadataUpdate(object.metadata as JsonObject, before.metadata as JsonObject),
    ...(version.structural ? validate(version.structural, object, before, { subresource }) : []),
    ...(resource.behaviour.validate?.(object, before) ?? []),
  ];
  refuse(call, object, errors);
}

function refuse({ served }: Call, { metadata }: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(served.resource, metadata.name ?? metadata.generateName ?? "", errors);
}
