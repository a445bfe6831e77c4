/** A kind of the script's own, with what our kinds do not use. */
export const gadgets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "gadgets", singular: "gadget", kind: "Gadget", shortNames: ["gd"], categories: ["toys"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        selectableFields: [{ jsonPath: ".spec.color" }],
        additionalPrinterColumns: [
          { name: "Size", type: "integer", jsonPath: ".spec.size" },
          { name: "Color", type: "string", jsonPath: ".spec.color" },
          { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: "Since", type: "date", jsonPath: ".spec.since" },
          { name: "Parts", type: "string", jsonPath: ".spec.parts[*].name", priority: 1 },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: {
          openAPIV3Schema: {
            type: "object",
            description: "A thing to play with.",
            properties: {
              spec: {
                type: "object",
                description: "What it should be.",
                required: ["size"],
                properties: {
                  size: { type: "integer", minimum: 1, maximum: 100, description: "How big it is." },
                  color: { type: "string", enum: ["red", "green", "blue"], default: "red", description: "Its color." },
                  since: { type: "string", format: "date-time" },
                  note: { type: "string", maxLength: 20, pattern: "^[a-z ]*$" },
                  any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  port: { "x-kubernetes-int-or-string": true },
                  tags: { type: "array", "x-kubernetes-list-type": "set", maxItems: 4, items: { type: "string" } },
                  parts: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    maxItems: 8,
                    items: {
                      type: "object",
                      required: ["name"],
                      properties: { name: { type: "string", maxLength: 20 }, count: { type: "integer", default: 1 } },
                    },
                  },
                },
                "x-kubernetes-validations": [
                  { rule: "self.color != 'blue' || self.size > 5", message: "blue gadgets are big" },
                  {
                    rule: "self.size >= oldSelf.size",
                    message: "must not shrink",
                    fieldPath: ".size",
                    reason: "FieldValueForbidden",
                  },
                ],
              },
              status: {
                type: "object",
                properties: {
                  size: { type: "integer" },
                  conditions: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["type"],
                    items: {
                      type: "object",
                      required: ["type", "status"],
                      properties: {
                        type: { type: "string" },
                        status: { type: "string" },
                        reason: { type: "string" },
                        message: { type: "string" },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
} as const;

/** A cluster-scoped kind without a schema worth the name, in two versions. */
export const planets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "planets.example.com" },
  spec: {
    group: "example.com",
    scope: "Cluster",
    names: { plural: "planets", kind: "Planet" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
      {
        name: "v1beta1",
        served: true,
        storage: false,
        deprecated: true,
        deprecationWarning: "example.com/v1beta1 Planet is deprecated; use v1",
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
} as const;

export const gadget = (name: string, spec: object, metadata: object = {}): object => ({
  apiVersion: "example.com/v1",
  kind: "Gadget",
  metadata: { name, namespace: "lab", ...metadata },
  spec,
});

export const planet = (name: string, version = "v1"): object => ({
  apiVersion: `example.com/${version}`,
  kind: "Planet",
  metadata: { name },
  moons: 2,
});

export const forge = {
  apiVersion: "millrace.dev/v1alpha1",
  kind: "Forge",
  metadata: { name: "github", namespace: "lab" },
  spec: { url: "https://git.example.com", credentials: { tokenSecretRef: { name: "github", key: "token" } } },
} as const;

export const repository = (name: string, spec: object = {}): object => ({
  apiVersion: "millrace.dev/v1alpha1",
  kind: "Repository",
  metadata: { name, namespace: "lab", labels: { fleet: "sdk" } },
  spec: { forgeRef: { name: "github" }, owner: "acme", name, ...spec },
});
