import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { applyServerSide } from "../../../src/embedded/apiserver/fields/apply.ts";
import { conflictStatus } from "../../../src/embedded/apiserver/fields/conflict.ts";
import { trackUpdate } from "../../../src/embedded/apiserver/fields/track.ts";
import { applyDefaults } from "../../../src/embedded/apiserver/schema/default.ts";
import { compileStructural } from "../../../src/embedded/apiserver/schema/structural.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../../support/control-plane.ts";
import { type Answer, Rest } from "../../support/rest.ts";
import { define, pathOf, thingSchema } from "./thing.ts";

interface Tree {
  [key: string]: unknown;
  metadata: Record<string, unknown>;
  spec: Record<string, unknown>;
}

/** What a step says of the object. */
type Words = Partial<Omit<Tree, "metadata">> & { readonly metadata?: Record<string, unknown> };

interface Step {
  readonly by: string;
  readonly apply?: Words;
  readonly put?: (object: Tree) => void;
  readonly force?: boolean;
  readonly status?: boolean;
}

/** One object's life, written by many. Every step is done by the real server and by ours, from the same state. */
const steps: readonly Step[] = [
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

describe("fields are owned as on a real API server", { skip: missingAssets() }, () => {
  const structural = compileStructural(thingSchema);
  const path = `${pathOf("things")}/x`;
  let plane: ControlPlane;
  let rest: Rest;
  let live: Tree | undefined;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    rest = new Rest(plane);
    await define(rest, "things", "Thing", thingSchema);
  });
  after(async () => {
    rest?.close();
    await plane?.close();
  });

  const now = (answer: Answer): string => {
    const { metadata } = answer.body as Partial<Tree>;
    const entries = (metadata?.["managedFields"] ?? []) as { time: string }[];
    return (
      entries
        .map(({ time }) => String(time))
        .sort()
        .at(-1) ?? "2026-01-01T00:00:00Z"
    );
  };
  const endpoint = (step: Step): { url: string; subresource: string | undefined; reset: readonly string[] } =>
    step.status
      ? { url: `${path}/status`, subresource: "status", reset: ["metadata", "spec"] }
      : { url: path, subresource: undefined, reset: ["status"] };

  async function apply(step: Step): Promise<void> {
    const { url, ...place } = endpoint(step);
    const applied = {
      apiVersion: "example.com/v1",
      kind: "Thing",
      ...step.apply,
      metadata: { name: "x", ...step.apply?.metadata },
    };
    const force = step.force ?? false;
    const query = `?fieldManager=${step.by}&force=${force}`;
    const theirs = await rest.call("PATCH", `${url}${query}`, { body: applied, type: "application/apply-patch+yaml" });
    const ours = applyServerSide({ live, applied, manager: step.by, force, now: now(theirs), structural, ...place });
    if ("conflicts" in ours) {
      const { message, details } = theirs.body as { message: string; details?: { causes?: unknown } };
      assert.deepEqual(conflictStatus(ours.conflicts), { message, causes: details?.causes });
      return;
    }
    applyDefaults(structural, ours.object);
    compareObjects(ours.object as Tree, theirs);
  }

  async function put(step: Step): Promise<void> {
    const { url, ...place } = endpoint(step);
    const sent = structuredClone(live!);
    step.put!(sent);
    const theirs = await rest.call("PUT", `${url}?fieldManager=${step.by}`, { body: sent });
    const stored = theirs.body as Tree;
    const { managedFields } = sent.metadata;
    const { managedFields: _, ...metadata } = stored.metadata;
    const result = { ...stored, metadata: { ...metadata, ...(managedFields !== undefined && { managedFields }) } };
    const common = { manager: step.by, apiVersion: "example.com/v1", now: now(theirs), structural };
    const owners = trackUpdate({ before: live, after: result, ...common, ...place });
    compareObjects(
      { ...stored, metadata: { ...metadata, ...(owners.length > 0 && { managedFields: owners }) } },
      theirs,
    );
  }

  /** Names and numbers that only one of the two servers can know are left out. */
  function compareObjects(ours: Tree, theirs: Answer): void {
    assert.ok(theirs.status < 300, `the real server refuses: ${String(theirs.body["message"])}`);
    const shown = (object: Tree): Tree => {
      const {
        uid: _u,
        resourceVersion: _r,
        creationTimestamp: _c,
        generation: _g,
        namespace: _n,
        ...metadata
      } = object.metadata;
      return { ...object, metadata };
    };
    assert.deepEqual(shown(ours), shown(theirs.body as Tree));
    live = theirs.body as Tree;
  }

  for (const [index, step] of steps.entries()) {
    const what = step.apply ? `applies ${JSON.stringify(step.apply)}` : `puts ${String(step.put)}`;
    test(`${index + 1}: ${step.by} ${what}${step.force ? " by force" : ""}`, () =>
      step.apply ? apply(step) : put(step));
  }
});
