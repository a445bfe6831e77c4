import { groupVersion, type Resource, type Served, type Version } from "../resource/resource.ts";
import type { JSONSchema } from "../schema/json-schema.ts";
import { referencedSchemas } from "../wire/schema.ts";
import { apiVersionField, kindField, metadataField, metaSchemas } from "./meta.ts";

/** The OpenAPI 3.0 document of one group and version: what kubectl validates with, and what `explain` prints. */
export function openApiDocument(group: string, version: string, served: readonly Served[]): object {
  const schemas: Record<string, object> = { ...metaSchemas };
  const paths: Record<string, object> = {};
  for (const { resource, version: each } of served) {
    Object.assign(schemas, schemasOf(resource, each));
    Object.assign(paths, pathsOf(resource, each));
  }
  return {
    openapi: "3.0.0",
    info: { title: "Millrace embedded control plane", version: groupVersion(group, version) },
    paths,
    components: { schemas },
  };
}

/** The schemas of a kind, and of what it is made of. */
function schemasOf(resource: Resource, version: Version): Record<string, object> {
  const own = schemaName(resource, version.name, resource.kind);
  if (!version.message) return { [own]: objectSchema(resource, version, version.schema ?? anything) };
  const shared = new Set(["ObjectMeta", "OwnerReference"]);
  const nameOf = (name: string): string =>
    shared.has(name) ? `io.k8s.apimachinery.pkg.apis.meta.v1.${name}` : schemaName(resource, version.name, name);
  const parts = [...referencedSchemas(version.message, nameOf)].filter(([name]) => !(name in metaSchemas));
  const root = nameOf(version.message.name);
  const schemas = Object.fromEntries(parts.filter(([name]) => name !== root));
  return { ...schemas, [own]: objectSchema(resource, version, Object.fromEntries(parts)[root] ?? anything) };
}

const anything: JSONSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function schemaName({ group, custom }: Resource, version: string, name: string): string {
  if (!custom) return `io.k8s.api.${(group || "core").split(".")[0]}.${version}.${name}`;
  return [...group.split(".").reverse(), version, name].join(".");
}

function objectSchema(resource: Resource, version: Version, schema: Pick<JSONSchema, "properties">): object {
  return {
    ...schema,
    properties: { apiVersion: apiVersionField, kind: kindField, ...schema.properties, metadata: metadataField },
    "x-kubernetes-group-version-kind": [gvk(resource, version)],
  };
}

const gvk = ({ group, kind }: Resource, { name }: Version): object => ({ group, kind, version: name });

const parameter = (name: string, description: string, type = "string"): object => ({
  name,
  in: "query",
  description,
  schema: { type, uniqueItems: true },
});

const writeParameters = [
  parameter("dryRun", "When present with the value All, the change is checked and not made."),
  parameter("fieldManager", "Who makes this change, as it will stand in metadata.managedFields."),
  parameter("fieldValidation", "What to do with unknown and duplicate fields: Ignore, Warn or Strict."),
];
const force = parameter("force", "Take over fields that other managers own, in a server-side apply.", "boolean");

function pathsOf(resource: Resource, version: Version): Record<string, object> {
  const root = resource.group === "" ? `/api/${version.name}` : `/apis/${resource.group}/${version.name}`;
  const collection = `${root}${resource.namespaced ? "/namespaces/{namespace}" : ""}/${resource.plural}`;
  const operation = (action: string, parameters: readonly object[] = []): object => ({
    operationId: `${action}${resource.namespaced ? "Namespaced" : ""}${resource.kind}`,
    parameters,
    responses: { "200": { description: "OK" }, "401": { description: "Unauthorized" } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk(resource, version),
  });
  const item = {
    get: operation("get"),
    put: operation("put", writeParameters),
    patch: operation("patch", [...writeParameters, force]),
  };
  return {
    [collection]: {
      get: operation("list"),
      post: operation("post", writeParameters),
      delete: operation("deletecollection"),
    },
    [`${collection}/{name}`]: { ...item, delete: operation("delete", writeParameters.slice(0, 1)) },
    ...(version.hasStatus && { [`${collection}/{name}/status`]: item }),
  };
}
