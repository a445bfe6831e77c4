import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, start } from "./harness.ts";

const core = "/api/v1/namespaces/default";

test("a secret takes plain text, and keeps it encoded", async (context) => {
  const client = await start(context);
  const { body } = await client.post(`${core}/secrets`, {
    metadata: { name: "s" },
    stringData: { a: "b" },
    data: { c: "ZA==" },
  });
  assert.deepEqual(
    [body.kind, body.type, body.data, body.stringData],
    ["Secret", "Opaque", { a: "Yg==", c: "ZA==" }, undefined],
  );
});

test("an event is the same in the words of both its groups", async (context) => {
  const client = await start(context);
  const regarding = { apiVersion: "v1", kind: "ConfigMap", name: "c", namespace: "default", uid: "u" };
  const created = await client.post("/apis/events.k8s.io/v1/namespaces/default/events", {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "e" },
    eventTime: "2026-01-02T03:04:00.000000Z",
    reportingController: "test.dev/miller",
    reportingInstance: "one",
    action: "Grind",
    reason: "Ground",
    type: "Normal",
    note: "flour is ready",
    regarding,
  });
  assert.deepEqual([created.code, created.body.note, created.body.regarding], [201, "flour is ready", regarding]);
  const { body } = await client.get(`${core}/events/e`);
  assert.deepEqual([body.apiVersion, body.message, body.involvedObject], ["v1", "flour is ready", regarding]);
  assert.equal(body.reportingComponent, "test.dev/miller");
  for (const [root, field] of [
    ["/api/v1", "involvedObject"],
    ["/apis/events.k8s.io/v1", "regarding"],
  ] as const) {
    const list = async (uid: string) =>
      (await client.get(`${root}/namespaces/default/events?fieldSelector=${field}.uid%3D${uid}`)).body.items;
    assert.equal((await list("u")).length, 1);
    assert.equal((await list("v")).length, 0);
  }
  const series = { series: { count: 2, lastObservedTime: "2026-01-02T03:04:04.000000Z" } };
  const updated = await client.merge("/apis/events.k8s.io/v1/namespaces/default/events/e", series);
  assert.equal(updated.body.series.count, 2);
  const table = await client.get(`${core}/events`, { Accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
  assert.deepEqual(table.body.rows[0].cells.slice(0, 4), ["1s", "Normal", "Ground", "configmap/c"]);
});

test("a deployment gets the defaults of a real server", async (context) => {
  const client = await start(context);
  const template = {
    metadata: { labels: { app: "w" } },
    spec: { containers: [{ name: "w", image: "nginx:1", ports: [{ containerPort: 80 }] }] },
  };
  const { body } = await client.post("/apis/apps/v1/namespaces/default/deployments", {
    metadata: { name: "w" },
    spec: { selector: { matchLabels: { app: "w" } }, template },
  });
  assert.equal(body.spec.replicas, 1);
  assert.deepEqual(body.spec.strategy, {
    rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
    type: "RollingUpdate",
  });
  const [container] = body.spec.template.spec.containers;
  assert.deepEqual(
    [container.imagePullPolicy, container.ports],
    ["IfNotPresent", [{ containerPort: 80, protocol: "TCP" }]],
  );
  assert.deepEqual([body.metadata.generation, body.status], [1, {}]);
});

test("lists of built-in kinds merge by their keys", async (context) => {
  const client = await start(context);
  const path = "/apis/apps/v1/namespaces/default/deployments/w";
  const deployment = (name: string, image: string): object => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "w" },
    spec: {
      selector: { matchLabels: { app: "w" } },
      template: {
        metadata: { labels: { app: "w" } },
        spec: { containers: [{ name, image, ports: [{ containerPort: 80 }] }] },
      },
    },
  });
  await client.apply(`${path}?fieldManager=ada`, deployment("a", "one"));
  const { body } = await client.apply(`${path}?fieldManager=bob`, deployment("b", "two"));
  assert.deepEqual(
    body.spec.template.spec.containers.map((each: Json) => each.name),
    ["a", "b"],
  );
  const again = await client.apply(`${path}?fieldManager=bob`, deployment("b", "two"));
  assert.equal(again.body.metadata.resourceVersion, body.metadata.resourceVersion, "the same apply changes nothing");
  const patch = { spec: { template: { spec: { containers: [{ name: "a", image: "three" }] } } } };
  const patched = await client.send("PATCH", path, patch, { type: "application/strategic-merge-patch+json" });
  assert.deepEqual(patched.body.spec.template.spec.containers.map((each: Json) => each.image).sort(), ["three", "two"]);
});

test("a wrong type or an unknown field of a built-in kind is refused", async (context) => {
  const client = await start(context);
  const wrong = await client.post(`${core}/configmaps`, { metadata: { name: "c" }, data: { a: 1 } });
  assert.equal(wrong.code, 400);
  assert.equal(
    wrong.body.message,
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  );
  const unknown = await client.post(`${core}/configmaps?fieldValidation=Strict`, { metadata: { name: "c" }, dato: {} });
  assert.match(unknown.body.message, /strict decoding error: unknown field "dato"$/);
});

test("a namespace that the cluster needs stays, and another can be finalized by hand", async (context) => {
  const client = await start(context);
  const kept = await client.delete("/api/v1/namespaces/default");
  assert.deepEqual(
    [kept.code, kept.body.message],
    [403, 'namespaces "default" is forbidden: this namespace may not be deleted'],
  );
  await client.post("/api/v1/namespaces", { metadata: { name: "team" } });
  await client.post("/api/v1/namespaces/team/configmaps", { metadata: { name: "c", finalizers: ["test.dev/hold"] } });
  const { body } = await client.delete("/api/v1/namespaces/team");
  assert.equal((await client.get("/api/v1/namespaces/team")).code, 200);
  const forced = await client.put("/api/v1/namespaces/team/finalize", {
    ...body,
    metadata: { name: "team" },
    spec: { finalizers: [] },
  });
  assert.equal(forced.code, 200);
  assert.equal((await client.get("/api/v1/namespaces/team")).code, 404);
});
