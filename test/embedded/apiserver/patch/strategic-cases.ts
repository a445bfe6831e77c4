import { PatchError } from "../../../../src/embedded/apiserver/patch/patch-error.ts";
import { isObject, type JsonObject } from "../../../../src/embedded/apiserver/schema/json.ts";

/** A patch of one of the objects below. */
export interface StrategicCase {
  readonly name: string;
  readonly of: keyof typeof originals;
  readonly patch: unknown;
}

const container = (name: string, more: object = {}): object => ({
  name,
  image: `${name}:1`,
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  imagePullPolicy: "IfNotPresent",
  ...more,
});

const template = (spec: object): object => ({ template: { spec } });

export const originals = {
  podtemplates: {
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name: "x", labels: { a: "1", b: "2" }, finalizers: ["example.com/a", "example.com/b"] },
    ...template({
      containers: [
        container("one", {
          env: [
            { name: "A", value: "1" },
            { name: "B", value: "2" },
            { name: "C", value: "3" },
          ],
          ports: [
            { containerPort: 80, protocol: "TCP" },
            { containerPort: 90, protocol: "TCP" },
          ],
          args: ["a", "b"],
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        }),
        container("two"),
        container("three"),
      ],
      volumes: [
        { name: "data", emptyDir: {} },
        { name: "config", configMap: { name: "c", defaultMode: 420 } },
      ],
      imagePullSecrets: [{ name: "s1" }, { name: "s2" }],
      nodeSelector: { disk: "ssd", zone: "a" },
      tolerations: [{ key: "k", operator: "Exists" }],
    }),
  },
  services: {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "x" },
    spec: {
      selector: { a: "b" },
      ports: [
        { name: "http", port: 80, protocol: "TCP", targetPort: 80 },
        { name: "https", port: 443, protocol: "TCP", targetPort: 443 },
      ],
    },
  },
  serviceaccounts: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "x" },
    secrets: [{ name: "a" }, { name: "b" }],
    imagePullSecrets: [{ name: "p" }],
  },
  configmaps: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { a: "1", b: "2" } },
} as const;

const pod = (name: string, spec: object): StrategicCase => ({ name, of: "podtemplates", patch: template(spec) });

export const strategicCases: readonly StrategicCase[] = [
  pod("changes an item by its key", { containers: [{ name: "two", image: "two:2" }] }),
  pod("adds an item", { containers: [container("four")] }),
  pod("deletes an item", { containers: [{ $patch: "delete", name: "two" }] }),
  pod("replaces a list", { containers: [container("only"), { $patch: "replace" }] }),
  pod("merges lists inside items", {
    containers: [
      {
        name: "one",
        env: [
          { name: "B", value: "9" },
          { name: "D", value: "4" },
          { $patch: "delete", name: "A" },
        ],
      },
    ],
  }),
  pod("replaces plain lists", { containers: [{ name: "one", args: ["c"] }] }),
  pod("merges ports by number", {
    containers: [
      {
        name: "one",
        ports: [
          { containerPort: 90, name: "metrics" },
          { containerPort: 100, protocol: "TCP" },
        ],
      },
    ],
  }),
  pod("merges mounts by path", {
    containers: [{ name: "one", volumeMounts: [{ mountPath: "/data", readOnly: true, name: "data" }] }],
  }),
  pod("orders the items that it names", {
    $setElementOrder: undefined,
    "$setElementOrder/containers": [{ name: "three" }, { name: "one" }],
    containers: [{ name: "one", image: "one:2" }],
  }),
  pod("orders and adds", {
    "$setElementOrder/containers": [{ name: "four" }, { name: "two" }, { name: "one" }, { name: "three" }],
    containers: [container("four")],
  }),
  pod("orders what is inside items", {
    "$setElementOrder/containers": [{ name: "one" }],
    containers: [
      { name: "one", "$setElementOrder/env": [{ name: "C" }, { name: "A" }], env: [{ name: "A", value: "0" }] },
    ],
  }),
  pod("keeps only some keys", {
    volumes: [{ name: "data", $retainKeys: ["name", "hostPath"], hostPath: { path: "/d", type: "" } }],
  }),
  pod("deletes keys by null", { nodeSelector: { disk: null, arch: "arm" }, tolerations: null }),
  pod("replaces a map", { nodeSelector: { $patch: "replace", only: "this" } }),
  pod("empties a map", { nodeSelector: { $patch: "delete" } }),
  pod("merges secrets by name", { imagePullSecrets: [{ name: "s3" }, { $patch: "delete", name: "s1" }] }),
  pod("replaces lists without a key", { tolerations: [{ key: "z", operator: "Exists" }] }),
  pod("refuses items without their key", { containers: [{ image: "x" }] }),
  pod("refuses unknown directives", { nodeSelector: { $patch: "dance" } }),
  pod("refuses unknown directives in lists", { containers: [{ $patch: "dance", name: "one" }] }),
  pod("refuses keys outside of those it keeps", {
    volumes: [{ name: "data", $retainKeys: ["name"], hostPath: { path: "/d", type: "" } }],
  }),
  {
    name: "merges labels",
    of: "podtemplates",
    patch: { metadata: { labels: { b: null, c: "3" }, annotations: { n: "1" } } },
  },
  {
    name: "merges finalizers by value",
    of: "podtemplates",
    patch: { metadata: { finalizers: ["example.com/c", "example.com/a"] } },
  },
  {
    name: "deletes finalizers by value",
    of: "podtemplates",
    patch: { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"], finalizers: ["example.com/z"] } },
  },
  {
    name: "orders finalizers",
    of: "podtemplates",
    patch: {
      metadata: { "$setElementOrder/finalizers": ["example.com/c", "example.com/b"], finalizers: ["example.com/c"] },
    },
  },
  {
    name: "merges a service's ports by port",
    of: "services",
    patch: { spec: { ports: [{ port: 443, name: "tls" }] } },
  },
  { name: "deletes a service's port", of: "services", patch: { spec: { ports: [{ port: 80, $patch: "delete" }] } } },
  {
    name: "merges secrets of an account",
    of: "serviceaccounts",
    patch: { secrets: [{ name: "c" }, { name: "a" }], imagePullSecrets: [{ name: "q" }] },
  },
  { name: "merges data", of: "configmaps", patch: { data: { a: null, c: "3" } } },
  {
    name: "adds what was not there",
    of: "configmaps",
    patch: { binaryData: { x: "AA==" }, immutable: null, data: { n: null } },
  },
];

/** What is compared: everything that a client wrote. */
export function written(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { metadata, ...rest } = object;
  const { labels, annotations, finalizers } = (metadata ?? {}) as JsonObject;
  const some = Object.entries({ labels, annotations, finalizers }).filter(([, value]) => value !== undefined);
  const whole = { ...rest, metadata: Object.fromEntries(some) };
  // Empty selectors are not written by the real server, whose types leave them out.
  const text = JSON.stringify(whole, (key, value: unknown) =>
    key === "nodeSelector" && isObject(value) && Object.keys(value).length === 0 ? undefined : value,
  );
  return JSON.parse(text) as unknown;
}

/** Whether an error is this refusal of the real server. */
export const refusal =
  (expected: unknown) =>
  (error: unknown): boolean => {
    const { refused, code } = expected as { readonly refused: string; readonly code: number };
    return error instanceof PatchError && error.code === code && error.message === refused;
  };
