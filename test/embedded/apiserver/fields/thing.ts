/** A kind with every way of owning fields, and most ways of being wrong. */
export const thingSchema = {
  type: "object",
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    spec: {
      type: "object",
      properties: {
        owner: { type: "string" },
        n: { type: "integer" },
        deep: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } },
        map: { type: "object", additionalProperties: { type: "string" } },
        maps: { type: "object", additionalProperties: { type: "object", properties: { x: { type: "string" } } } },
        atom: {
          type: "object",
          "x-kubernetes-map-type": "atomic",
          properties: { a: { type: "string" }, b: { type: "string" } },
        },
        list: { type: "array", items: { type: "string" } },
        set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        edges: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, w: { type: "integer" }, d: { type: "string", default: "dd" } },
          },
        },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port", "protocol"],
          items: {
            type: "object",
            required: ["port"],
            properties: {
              port: { type: "integer" },
              protocol: { type: "string", default: "TCP" },
              name: { type: "string" },
            },
          },
        },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        nothing: { type: "string", nullable: true },
      },
    },
    status: { type: "object", properties: { phase: { type: "string" }, message: { type: "string" } } },
  },
};
