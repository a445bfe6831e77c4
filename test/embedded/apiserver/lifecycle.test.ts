import assert from "node:assert/strict";
import { test } from "node:test";
import { startApiServer } from "../../../src/embedded/apiserver/server.ts";
import { Client, eventually, folder, type Json, mill, millDefinition, mills, start, TestClock } from "./harness.ts";

const preload = [millDefinition];
const cms = "/api/v1/namespaces/default/configmaps";

const gone = (client: Client, path: string): Promise<true> =>
  eventually(async () => (await client.get(path)).code === 404 || undefined);

/** A config map that belongs to these owners. */
const owned = (name: string, owners: readonly Json[], more: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name,
    ownerReferences: owners.map(({ apiVersion, kind, metadata }) => ({
      apiVersion,
      kind,
      name: metadata.name,
      uid: metadata.uid,
      ...more,
    })),
  },
});

test("an object without finalizers goes at once, and the answer says what went", async (context) => {
  const client = await start(context, { preload });
  const { metadata } = (await client.post(mills, mill("one"))).body;
  const { code, body } = await client.delete(`${mills}/one`);
  assert.deepEqual(
    [code, body],
    [
      200,
      {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: { name: "one", group: "test.dev", kind: "mills", uid: metadata.uid },
      },
    ],
  );
  assert.equal((await client.get(`${mills}/one`)).code, 404);
});

test("an object with finalizers stays until the last one is taken from it", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one", { river: "Kern" }, { finalizers: ["test.dev/a", "test.dev/b"] }));
  const { body } = await client.delete(`${mills}/one`);
  assert.equal(body.metadata.deletionTimestamp, "2026-01-02T03:04:05Z");
  assert.equal(body.metadata.deletionGracePeriodSeconds, 0);
  assert.equal(body.metadata.generation, 2);
  const added = await client.merge(`${mills}/one`, { metadata: { finalizers: ["test.dev/a", "test.dev/c"] } });
  assert.equal(added.code, 422, "a dying object takes no new finalizers");
  await client.merge(`${mills}/one`, { metadata: { finalizers: ["test.dev/b"] } });
  assert.equal((await client.get(`${mills}/one`)).code, 200);
  await client.merge(`${mills}/one`, { metadata: { finalizers: [] } });
  assert.equal((await client.get(`${mills}/one`)).code, 404);
});

test("a deletion can ask for a certain uid and version", async (context) => {
  const client = await start(context, { preload });
  const { metadata } = (await client.post(mills, mill("one"))).body;
  const { code, body } = await client.delete(`${mills}/one`, { preconditions: { uid: "other" } });
  assert.equal(code, 409);
  assert.match(body.message, /Precondition failed: UID in precondition: other, UID in object meta: [0-9a-f-]+$/);
  assert.equal((await client.delete(`${mills}/one`, { preconditions: { resourceVersion: "1" } })).code, 409);
  const { uid, resourceVersion } = metadata;
  assert.equal((await client.delete(`${mills}/one`, { preconditions: { uid, resourceVersion } })).code, 200);
});

test("a collection is deleted by selector", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one", { river: "Kern" }, { labels: { a: "x" } }));
  await client.post(mills, mill("two", { river: "Kern" }, { labels: { a: "y" } }));
  const { body } = await client.delete(`${mills}?labelSelector=a%3Dx`);
  assert.deepEqual(
    body.items.map((item: Json) => item.metadata.name),
    ["one"],
  );
  assert.deepEqual(
    (await client.get(mills)).body.items.map((item: Json) => item.metadata.name),
    ["two"],
  );
});

test("what an object owns goes after it", async (context) => {
  const client = await start(context, { preload });
  const { body: owner } = await client.post(mills, mill("one"));
  const { body: child } = await client.post(cms, owned("child", [owner]));
  await client.post(cms, owned("grandchild", [{ ...child, apiVersion: "v1", kind: "ConfigMap" }]));
  await client.delete(`${mills}/one`, { propagationPolicy: "Background" });
  await gone(client, `${cms}/child`);
  await gone(client, `${cms}/grandchild`);
});

test("an object with another owner stays, and forgets the one that went", async (context) => {
  const client = await start(context, { preload });
  const { body: one } = await client.post(mills, mill("one"));
  const { body: two } = await client.post(mills, mill("two"));
  await client.post(cms, owned("child", [one, two]));
  await client.delete(`${mills}/one`);
  const owners = await eventually(async () => {
    const { body } = await client.get(`${cms}/child`);
    return body.metadata.ownerReferences.length === 1 && body.metadata.ownerReferences;
  });
  assert.equal(owners[0].uid, two.metadata.uid);
});

test("an object whose owner never was is collected", async (context) => {
  const client = await start(context, { preload });
  const { body: one } = await client.post(mills, mill("one"));
  await client.post(cms, owned("child", [{ ...one, metadata: { ...one.metadata, uid: "another" } }]));
  await gone(client, `${cms}/child`);
});

test("orphans are left behind when asked", async (context) => {
  const client = await start(context, { preload });
  const { body: owner } = await client.post(mills, mill("one"));
  await client.post(cms, owned("child", [owner]));
  await client.delete(`${mills}/one`, { propagationPolicy: "Orphan" });
  await gone(client, `${mills}/one`);
  assert.equal((await client.get(`${cms}/child`)).body.metadata.ownerReferences, undefined);
});

test("a foreground deletion waits for the dependents that block it", async (context) => {
  const client = await start(context, { preload });
  const { body: owner } = await client.post(mills, mill("one"));
  const child = owned("child", [owner], { blockOwnerDeletion: true }) as Json;
  child.metadata.finalizers = ["test.dev/hold"];
  await client.post(cms, child);
  const { body } = await client.delete(`${mills}/one`, { propagationPolicy: "Foreground" });
  assert.deepEqual(body.metadata.finalizers, ["foregroundDeletion"]);
  await eventually(async () => (await client.get(`${cms}/child`)).body.metadata.deletionTimestamp);
  assert.equal((await client.get(`${mills}/one`)).code, 200);
  await client.merge(`${cms}/child`, { metadata: { finalizers: null } });
  await gone(client, `${mills}/one`);
});

test("nothing is created where there is no namespace", async (context) => {
  const client = await start(context, { preload });
  const { code, body } = await client.post("/apis/test.dev/v1/namespaces/nowhere/mills", mill("one"));
  assert.deepEqual([code, body.message], [404, 'namespaces "nowhere" not found']);
});

test("a namespace is emptied before it goes, and takes nothing new meanwhile", async (context) => {
  const client = await start(context, { preload });
  const inside = "/apis/test.dev/v1/namespaces/team/mills";
  const created = await client.post("/api/v1/namespaces", { metadata: { name: "team" } });
  assert.deepEqual(created.body.metadata.labels, { "kubernetes.io/metadata.name": "team" });
  assert.deepEqual([created.body.spec, created.body.status], [{ finalizers: ["kubernetes"] }, { phase: "Active" }]);
  await eventually(async () => (await client.get("/api/v1/namespaces/team/serviceaccounts/default")).code === 200);
  await client.post(inside, mill("one"));
  await client.post(inside, mill("two", { river: "Kern" }, { finalizers: ["test.dev/hold"] }));
  const deleted = await client.delete("/api/v1/namespaces/team");
  assert.equal(deleted.body.status.phase, "Terminating");
  await gone(client, `${inside}/one`);
  const refused = await client.post(inside, mill("three"));
  assert.equal(refused.code, 403);
  assert.equal(refused.body.details.causes[0].reason, "NamespaceTerminating");
  assert.equal((await client.get("/api/v1/namespaces/team")).code, 200);
  await client.merge(`${inside}/two`, { metadata: { finalizers: [] } });
  await gone(client, "/api/v1/namespaces/team");
});

test("a definition takes its objects along, and is served no more", async (context) => {
  const client = await start(context, { preload });
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mills.test.dev";
  await client.post(mills, mill("one", { river: "Kern" }, { finalizers: ["test.dev/hold"] }));
  await client.delete(path);
  await eventually(async () => (await client.get(`${mills}/one`)).body.metadata.deletionTimestamp);
  assert.equal((await client.get(path)).code, 200);
  const watch = await client.watch(`${mills}?watch=true&resourceVersion=0`);
  await client.merge(`${mills}/one`, { metadata: { finalizers: [] } });
  await gone(client, path);
  const types: string[] = [];
  for await (const event of watch) types.push(event.type);
  assert.deepEqual(types, ["ADDED", "DELETED"], "the watch ends with its resource");
  assert.equal((await client.get(mills)).text, "404 page not found\n");
});

test("events end after an hour", async (context) => {
  const clock = new TestClock();
  const dataDir = folder(context);
  const server = await startApiServer({ clock, dataDir });
  const first = new Client(server);
  const events = "/api/v1/namespaces/default/events";
  const event = (name: string): object => ({
    metadata: { name },
    involvedObject: { kind: "Mill", name: "one" },
    reason: "Turned",
  });
  assert.equal((await first.post(events, event("old"))).code, 201);
  clock.forward(30 * 60_000);
  assert.equal((await first.post(events, event("new"))).code, 201);
  first.close();
  await server.close();
  clock.forward(31 * 60_000);
  const second = await start(context, { clock, dataDir });
  assert.deepEqual(
    (await second.get(events)).body.items.map((item: Json) => item.metadata.name),
    ["new"],
  );
});

test("what was half done is finished after a restart", async (context) => {
  const dataDir = folder(context);
  const server = await startApiServer({ clock: new TestClock(), dataDir, preload });
  const first = new Client(server);
  await first.post("/api/v1/namespaces", { metadata: { name: "team" } });
  const { body: owner } = await first.post(mills, mill("one"));
  await first.post(cms, owned("child", [owner]));
  // Nobody waits for what follows from these.
  await Promise.all([first.delete("/api/v1/namespaces/team"), first.delete(`${mills}/one`)]);
  first.close();
  await server.close();
  const second = await start(context, { dataDir, preload });
  await gone(second, "/api/v1/namespaces/team");
  await gone(second, `${cms}/child`);
});
