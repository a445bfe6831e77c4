import { applyServerSide } from "../../../../src/embedded/apiserver/fields/apply.ts";
import { type ConflictStatus, conflictStatus } from "../../../../src/embedded/apiserver/fields/conflict.ts";
import { undeclared } from "../../../../src/embedded/apiserver/fields/declared.ts";
import { trackUpdate } from "../../../../src/embedded/apiserver/fields/track.ts";
import { applyDefaults } from "../../../../src/embedded/apiserver/schema/default.ts";
import { compileStructural } from "../../../../src/embedded/apiserver/schema/structural.ts";
import { thingSchema } from "./thing.ts";

export interface Tree {
  [key: string]: unknown;
  metadata: Record<string, unknown>;
  spec: Record<string, unknown>;
}

/** What a step says of the object. */
type Words = Partial<Omit<Tree, "metadata">> & { readonly metadata?: Record<string, unknown> };

export interface Step {
  readonly by: string;
  readonly apply?: Words;
  readonly put?: (object: Tree) => void;
  readonly force?: boolean;
  readonly status?: boolean;
}

/** One object's life, written by many. Every step is done by the real server and by ours, from the same state. */
export const steps: readonly Step[] = [
  { by: "a", apply: { spec: { owner: "x", deep: { a: "1" }, map: { k: "v" }, set: ["p", "q"], list: ["1"] } } },
  {
    by: "a",
    apply: {
      spec: {
        owner: "x",
        deep: { a: "1" },
        map: { k: "v" },
        set: ["p", "q"],
        edges: [{ name: "e1", w: 1 }, { name: "e2" }],
        ports: [{ port: 80 }, { port: 80, protocol: "UDP" }],
        atom: { a: "1" },
        free: { z: [1], y: { q: 1 } },
      },
    },
  },
  { by: "a", apply: { spec: { nothing: 1, owner: "x" } } },
  { by: "a", apply: { metadata: { nothing: 1 } } },
  { by: "a", apply: { spec: { owner: 5 } } },
  { by: "a", apply: { spec: { owner: { a: "x" } } } },
  { by: "a", apply: { spec: { n: "x" } } },
  { by: "a", apply: { spec: { deep: "x" } } },
  { by: "a", apply: { spec: { list: "x" } } },
  { by: "a", apply: { spec: { list: [1] } } },
  { by: "a", apply: { spec: { set: ["p", "p"] } } },
  { by: "a", apply: { spec: { set: [null] } } },
  { by: "a", apply: { spec: { set: [{}] } } },
  { by: "a", apply: { spec: { edges: [{ name: "e1" }, { name: "e1" }] } } },
  { by: "a", apply: { spec: { edges: [{ w: 1 }] } } },
  { by: "a", apply: { spec: { edges: [null] } } },
  { by: "a", apply: { spec: { edges: [{ name: "e1", w: "x" }] } } },
  { by: "b", apply: { spec: { owner: "y", map: { k: "w", l: "1" } } } },
  {
    by: "b",
    apply: {
      spec: { owner: "x", map: { k: "v", l: "1" }, set: ["r", "p"], edges: [{ name: "e3", w: 3 }, { name: "e1" }] },
    },
  },
  { by: "b", apply: { spec: { owner: "z", atom: { b: "2" }, ports: [{ port: 80, name: "http" }] } } },
  { by: "b", apply: { spec: { owner: "z", atom: { b: "2" }, ports: [{ port: 80, name: "http" }] } }, force: true },
  { by: "a", apply: { spec: { deep: { a: "1" }, edges: [{ name: "e2", w: 5 }] } } },
  { by: "a", apply: { spec: { deep: { b: "1" } } } },
  { by: "a", apply: { spec: {} } },
  { by: "a", apply: {} },
  {
    by: "u",
    put: (object) => {
      object.spec["n"] = 5;
      object.spec["map"] = { q: "1" };
      object.metadata["labels"] = { l: "1" };
      object.metadata["finalizers"] = ["example.com/f"];
    },
  },
  {
    by: "u",
    put: (object) => {
      object.spec["n"] = 6;
      delete object.spec["map"];
      object.metadata["labels"] = { l: "1", m: "2" };
    },
  },
  {
    by: "w",
    put: (object) => {
      object.spec["maps"] = { a: { x: "1" }, b: {} };
      object.spec["nothing"] = null;
      object.spec["deep"] = {};
    },
  },
  { by: "st", status: true, put: (object) => (object["status"] = { phase: "Ready" }) },
  { by: "u", put: (object) => (object.metadata["managedFields"] = [{}]) },
  { by: "u", put: (object) => (object.spec["n"] = 9) },
  { by: "a", apply: { spec: { n: 10, owner: "me" } } },
  {
    by: "a",
    force: true,
    apply: {
      metadata: { labels: { l: "1" }, annotations: { "x/y": "1" }, finalizers: ["example.com/g"] },
      spec: { n: 10, owner: "me" },
    },
  },
  { by: "ctl", status: true, force: true, apply: { status: { phase: "P", message: "m" } } },
  { by: "other", status: true, apply: { status: { phase: "Q" } } },
  { by: "ctl", status: true, apply: { status: { phase: "P" } } },
  {
    by: "c",
    apply: { spec: { maps: { a: { x: "2" } }, edges: [{ name: "n1" }, { name: "e3", w: 4 }], set: ["r", "s"] } },
  },
  {
    by: "c",
    force: true,
    apply: { spec: { maps: { a: { x: "2" } }, edges: [{ name: "n1" }, { name: "e3", w: 4 }], set: ["r", "s"] } },
  },
  {
    by: "c",
    apply: { spec: { maps: { a: { x: "2" } }, edges: [{ name: "n2" }, { name: "e3" }, { name: "n1" }], set: [] } },
  },
  ...Array.from({ length: 13 }, (_, index) => ({
    by: `m${index}`,
    put: (object: Tree) => {
      object.spec["n"] = 100 + index;
      object.metadata["annotations"] = { ...(object.metadata["annotations"] as object), [`k${index}`]: "v" };
    },
  })),
  {
    by: "u",
    put: (object) => {
      object.spec["edges"] = [{ name: "z" }, { name: "e3", w: 7 }];
      object.spec["free"] = { a: 1, b: [1, 2] };
    },
  },
  { by: "u", put: (object) => (object.spec["free"] = { a: { c: 1 }, b: { d: 2 } }) },
  { by: "kubectl", apply: { spec: { n: 1, list: ["a", "b"] } } },
  { by: "kubectl", force: true, apply: { spec: { n: 1, list: ["a", "b"] } } },
  { by: "kubectl", apply: { spec: { n: 1 } } },
  { by: "u", put: (object) => delete object.metadata["managedFields"] },
];

/** What came of a step: the object, or why it was refused. */
export type Outcome = { readonly object: Tree } | { readonly conflict: ConflictStatus } | { readonly refused: string };

const structural = compileStructural(thingSchema);
const place = (step: Step) =>
  step.status ? { subresource: "status", reset: ["metadata", "spec"] } : { subresource: undefined, reset: ["status"] };

/** The configuration of a step that applies. */
export const configuration = (step: Step): Tree => ({
  apiVersion: "example.com/v1",
  kind: "Thing",
  ...(step.apply as Tree),
  metadata: { name: "x", ...step.apply?.metadata },
});

/** The whole object of a step that puts. */
export function replacement(step: Step, live: Tree): Tree {
  const object = structuredClone(live);
  step.put?.(object);
  return object;
}

/** What a step does with us. What a put stores is taken from the other server; we only say who owns it. */
export function outcomeOf(step: Step, live: Tree | undefined, stored: Tree | undefined): Outcome {
  const common = { manager: step.by, now: newestOf(stored), structural, ...place(step) };
  if (step.apply) {
    const applied = configuration(step);
    const reason = undeclared(structural, applied);
    if (reason !== undefined) return { refused: reason };
    const result = applyServerSide({ ...common, live, applied, force: step.force ?? false });
    if ("conflicts" in result) return { conflict: conflictStatus(result.conflicts) };
    applyDefaults(structural, result.object);
    return { object: shown(result.object as Tree) };
  }
  const sent = replacement(step, live!).metadata["managedFields"];
  const { managedFields: _, ...metadata } = stored!.metadata;
  const after = { ...stored!, metadata: { ...metadata, ...(sent !== undefined && { managedFields: sent }) } };
  const owners = trackUpdate({ ...common, before: live, after, apiVersion: "example.com/v1" });
  const managedFields = owners.length > 0 && { managedFields: owners };
  return { object: shown({ ...stored!, metadata: { ...metadata, ...managedFields } }) };
}

function newestOf(object: Tree | undefined): string {
  const entries = (object?.metadata["managedFields"] ?? []) as { readonly time: string }[];
  const times = entries.map(({ time }) => time).sort();
  return times.at(-1) ?? "2026-01-01T00:00:00Z";
}

/** The object without what only one of two servers can know. */
export function shown(object: Tree): Tree {
  const {
    uid: _u,
    resourceVersion: _r,
    creationTimestamp: _c,
    generation: _g,
    namespace: _n,
    ...rest
  } = object.metadata;
  return { ...object, metadata: rest };
}
