import type { Client, KubeObject, ObjectKey, Resource, WantedObject, WriteOptions } from "./client.ts";
import { apiVersionOf, pathOf, queryOf } from "./path.ts";
import { malformed } from "./refusal.ts";
import type { Call, Transport } from "./transport.ts";

const json = "application/json";

/** Everything of a client that is one request and one answer. */
export function createCalls(transport: Transport): Omit<Client, "list" | "watch"> {
  const send: Send = async (call) => {
    const { body } = await transport.send(call);
    try {
      return JSON.parse(body) as KubeObject;
    } catch (cause) {
      throw malformed(call, "the answer is not JSON", cause);
    }
  };
  return {
    ...patches(send),

    get: (resource, key, { subresource, signal } = {}) =>
      send({ method: "GET", path: pathOf(resource, { ...key, subresource }), repeatable: true, signal }),

    create: (resource, object, options = {}) => {
      const { namespace, name } = object.metadata;
      const { subresource, signal } = options;
      const path = pathOf(resource, subresource ? { namespace, name, subresource } : { namespace });
      return send({ method: "POST", path, query: writeQuery(options), ...bodyOf(resource, object), signal });
    },

    update: (resource, object, options = {}) => {
      const { subresource, signal } = options;
      const path = pathOf(resource, { ...keyOf(object), subresource });
      return send({ method: "PUT", path, query: writeQuery(options), ...bodyOf(resource, object), signal });
    },

    delete: async (resource, key, { uid, resourceVersion, propagationPolicy = "Background", signal } = {}) => {
      const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
      const body = JSON.stringify({ kind: "DeleteOptions", apiVersion: "v1", preconditions, propagationPolicy });
      await transport.send({ method: "DELETE", path: pathOf(resource, key), body, contentType: json, signal });
    },

    raw: (method, path, { query = {}, body, accept, signal } = {}) =>
      transport.send({
        method,
        path,
        query: queryOf(query),
        ...(body === undefined ? {} : { body: JSON.stringify(body), contentType: json }),
        ...(accept === undefined ? {} : { accept }),
        repeatable: method === "GET",
        signal,
      }),
  };
}

type Send = (call: Call) => Promise<KubeObject>;

function patches(send: Send): Pick<Client, "mergePatch" | "jsonPatch" | "apply"> {
  const patch = (resource: Resource, key: ObjectKey, change: object, options: WriteOptions & Partial<Call> = {}) => {
    const { subresource, contentType = json, repeatable = false, signal } = options;
    const path = pathOf(resource, { ...key, subresource });
    const body = JSON.stringify(change);
    return send({ method: "PATCH", path, query: writeQuery(options), body, contentType, repeatable, signal });
  };
  return {
    mergePatch: (resource, key, change, options) =>
      patch(resource, key, change, { ...options, contentType: "application/merge-patch+json" }),
    jsonPatch: (resource, key, change, options) =>
      patch(resource, key, change, { ...options, contentType: "application/json-patch+json" }),
    apply: (resource, object, options) =>
      patch(resource, keyOf(object), typed(resource, object), {
        ...options,
        // JSON is YAML, and the server has no other name for an apply.
        contentType: "application/apply-patch+yaml",
        repeatable: true,
      }),
  };
}

const keyOf = ({ metadata: { namespace, name } }: WantedObject): ObjectKey => ({ namespace, name });

const typed = (resource: Resource, object: WantedObject): object => ({
  ...object,
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

const bodyOf = (resource: Resource, object: WantedObject): { body: string; contentType: string } => ({
  body: JSON.stringify(typed(resource, object)),
  contentType: json,
});

function writeQuery(options: WriteOptions & { readonly force?: boolean | undefined }): string {
  const { fieldManager, dryRun, fieldValidation = "Strict", force } = options;
  return queryOf({ fieldManager, fieldValidation, dryRun: dryRun ? "All" : undefined, force });
}
