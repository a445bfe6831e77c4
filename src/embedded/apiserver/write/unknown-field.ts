import type { Call } from "../http/call.ts";
import { badRequest, invalid } from "../http/status.ts";
import type { KubeObject } from "../object.ts";
import { prune } from "../schema/prune.ts";

/**
 * Removes what the schema does not know, and does with such fields and with duplicate ones what `fieldValidation`
 * asks for: `Strict` refuses them, `Warn` (the default) says so in headers, `Ignore` is silent.
 */
export function dropUnknown(call: Call, object: KubeObject, duplicates: readonly string[]): void {
  const { structural } = call.served.version;
  const unknown = structural ? prune(structural, object) : [];
  if (unknown.length + duplicates.length === 0) return;
  const texts = [
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
    ...duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
  switch (call.query.get("fieldValidation") ?? "Warn") {
    case "Strict": {
      const { resource, version } = call.served;
      const what = `${resource.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${resource.kind}`;
      throw badRequest(`${what}: strict decoding error: ${texts.join(", ")}`);
    }
    case "Ignore":
      return;
    default:
      call.warnings.push(...texts);
  }
}

/** Checks the `fieldValidation` parameter itself. Throws 422. */
export function checkFieldValidation({ query, verb }: Call): void {
  const asked = query.get("fieldValidation");
  if (asked === null || ["", "Strict", "Warn", "Ignore"].includes(asked)) return;
  const kind = verb === "patch" ? "PatchOptions" : verb === "update" ? "UpdateOptions" : "CreateOptions";
  const supported = '"", "Ignore", "Strict", "Warn"';
  const message = `Unsupported value: ${JSON.stringify(asked)}: supported values: ${supported}`;
  const error = { type: "FieldValueNotSupported", field: "fieldValidation", message };
  throw invalid({ group: "meta.k8s.io", plural: "", kind }, "", [error]);
}
