import type { JSONSchema } from "../schema/json-schema.ts";

export const apiVersionField: JSONSchema = {
  type: "string",
  description:
    "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
};
export const kindField: JSONSchema = {
  type: "string",
  description:
    "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
};

export const objectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
export const listMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
const ownerReferenceName = "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference";
const managedFieldsName = "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry";
const timeName = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
const fieldsName = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1";

/** A reference to a schema of the same document, as OpenAPI 3.0 wants it beside a description. */
export const reference = (name: string): object => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} });

export const metadataField = {
  description:
    "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  ...reference(objectMetaName),
};

const text = { type: "string" };
const texts = { type: "object", additionalProperties: { type: "string", default: "" } };
const time = { allOf: [{ $ref: `#/components/schemas/${timeName}` }] };
const list = (items: object): object => ({ type: "array", items });

/** The schemas of `metadata`, which every document holds. */
export const metaSchemas: Readonly<Record<string, object>> = {
  [objectMetaName]: {
    description:
      "ObjectMeta is metadata that all persisted resources must have, which includes all objects users must create.",
    type: "object",
    properties: {
      annotations: {
        description:
          "Annotations is an unstructured key value map stored with a resource that may be set by external tools to store and retrieve arbitrary metadata. They are not queryable and should be preserved when modifying objects. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations",
        ...texts,
      },
      creationTimestamp: { description: "When the server created this object. Read-only.", ...time },
      deletionGracePeriodSeconds: {
        description: "Seconds that the object may take to terminate. Read-only.",
        type: "integer",
        format: "int64",
      },
      deletionTimestamp: { description: "When the object was asked to go. Read-only.", ...time },
      finalizers: {
        description: "Must be empty before the object is deleted from the registry.",
        ...list({ ...text, default: "" }),
        "x-kubernetes-list-type": "set",
        "x-kubernetes-patch-strategy": "merge",
      },
      generateName: {
        description: "A prefix from which the server makes a unique name, used only if name is absent.",
        ...text,
      },
      generation: {
        description: "A sequence number of the desired state. Read-only.",
        type: "integer",
        format: "int64",
      },
      labels: {
        description:
          "Map of string keys and values that can be used to organize and categorize (scope and select) objects.",
        ...texts,
      },
      managedFields: {
        description: "Which manager set which fields, in which version of the API.",
        ...list(reference(managedFieldsName)),
        "x-kubernetes-list-type": "atomic",
      },
      name: { description: "Name must be unique within a namespace. Cannot be updated.", ...text },
      namespace: {
        description: "Namespace defines the space within which each name must be unique. Cannot be updated.",
        ...text,
      },
      ownerReferences: {
        description: "Objects that this one depends on. When all of them are gone, it is collected.",
        ...list(reference(ownerReferenceName)),
        "x-kubernetes-list-map-keys": ["uid"],
        "x-kubernetes-list-type": "map",
        "x-kubernetes-patch-merge-key": "uid",
        "x-kubernetes-patch-strategy": "merge",
      },
      resourceVersion: {
        description: "An opaque value that represents the internal version of this object. Read-only.",
        ...text,
      },
      selfLink: {
        description: "Deprecated: selfLink is a legacy read-only field that is no longer populated by the system.",
        ...text,
      },
      uid: { description: "UID is the unique in time and space value for this object. Read-only.", ...text },
    },
  },
  [ownerReferenceName]: {
    description: "OwnerReference identifies an owning object in the same namespace, or a cluster-wide one.",
    type: "object",
    required: ["apiVersion", "kind", "name", "uid"],
    properties: {
      apiVersion: { description: "API version of the referent.", ...text, default: "" },
      blockOwnerDeletion: {
        description: "Whether the owner waits for this object when it is deleted in the foreground.",
        type: "boolean",
      },
      controller: { description: "Whether this reference points to the managing controller.", type: "boolean" },
      kind: { description: "Kind of the referent.", ...text, default: "" },
      name: { description: "Name of the referent.", ...text, default: "" },
      uid: { description: "UID of the referent.", ...text, default: "" },
    },
    "x-kubernetes-map-type": "atomic",
  },
  [managedFieldsName]: {
    description:
      "ManagedFieldsEntry is a workflow-id, a FieldSet and the group version of the resource that the fieldset applies to.",
    type: "object",
    properties: {
      apiVersion: text,
      fieldsType: text,
      fieldsV1: { allOf: [{ $ref: `#/components/schemas/${fieldsName}` }] },
      manager: text,
      operation: text,
      subresource: text,
      time,
    },
  },
  [listMetaName]: {
    description:
      "ListMeta describes metadata that synthetic resources must have, including lists and various status objects.",
    type: "object",
    properties: {
      continue: text,
      remainingItemCount: { type: "integer", format: "int64" },
      resourceVersion: text,
      selfLink: text,
    },
  },
  [timeName]: {
    description: "Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.",
    type: "string",
    format: "date-time",
  },
  [fieldsName]: {
    description: "FieldsV1 stores a set of fields in a data structure like a Trie, in JSON format.",
    type: "object",
  },
};
