import assert from "node:assert/strict";
import { test } from "node:test";
import { isMalformed } from "../../src/controller/errors.ts";
import { pathOf } from "../../src/controller/path.ts";
import { collection, eventually, widgets } from "../support/hostile-server.ts";
import { bench } from "../support/runtime.ts";

const key = { namespace: "default", name: "a" };
const secrets = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };
const nodes = { group: "", version: "v1", plural: "nodes", kind: "Node", namespaced: false };

for (const [want, resource, of] of [
  ["/api/v1/secrets", secrets, {}],
  ["/api/v1/namespaces/n/secrets/s", secrets, { namespace: "n", name: "s" }],
  ["/api/v1/nodes/n", nodes, { name: "n" }],
  ["/apis/test.dev/v1/namespaces/n/widgets/w/status", widgets, { namespace: "n", name: "w", subresource: "status" }],
  ["/apis/test.dev/v1/namespaces/n/widgets/..%2F..%2Fsecrets", widgets, { namespace: "n", name: "../../secrets" }],
] as const) {
  test(`a path is ${want}`, () => assert.equal(pathOf(resource, of), want));
}

test("a path without a namespace or a name is refused", () => {
  assert.throws(() => pathOf(widgets, { name: "w" }), /Widget w: a namespace is needed/);
  assert.throws(() => pathOf(widgets, { namespace: "n", name: "" }), /the name is empty/);
  for (const name of [".", ".."]) assert.throws(() => pathOf(widgets, { namespace: "n", name }), /is no name/);
});

test("every verb sends what Kubernetes expects", async () => {
  const { server, client } = await bench();
  server.store.put("a");
  const object = { metadata: { ...key, resourceVersion: "1" }, spec: { size: 1 } };
  const typed = { ...object, apiVersion: "test.dev/v1", kind: "Widget" };
  await client.get(widgets, key, { subresource: "status" });
  await client.update(widgets, object, { fieldManager: "m" });
  await client.mergePatch(widgets, key, { spec: { size: 2 } }, { dryRun: true });
  await client.jsonPatch(widgets, key, [{ op: "test", path: "/spec/size", value: 2 }], { fieldValidation: "Warn" });
  await client.apply(widgets, object, { fieldManager: "m", force: true, subresource: "status" });
  await client.delete(widgets, key, { uid: "u", resourceVersion: "2", propagationPolicy: "Foreground" });
  await client.create(widgets, object);
  await client.raw("GET", "/apis", { accept: "application/json;v=v2", query: { timeout: "1s" } });

  const a = `${collection}/a`;
  const sent = server.seen.map(({ method, path, query, headers, body }) => [
    `${method} ${path}?${query}`.replace(/\?$/, ""),
    headers["content-type"],
    body && JSON.parse(body),
  ]);
  const options = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" };
  assert.deepEqual(sent, [
    [`GET ${a}/status`, undefined, ""],
    [`PUT ${a}?fieldManager=m&fieldValidation=Strict`, "application/json", typed],
    [`PATCH ${a}?fieldValidation=Strict&dryRun=All`, "application/merge-patch+json", { spec: { size: 2 } }],
    [`PATCH ${a}?fieldValidation=Warn`, "application/json-patch+json", [{ op: "test", path: "/spec/size", value: 2 }]],
    [`PATCH ${a}/status?fieldManager=m&fieldValidation=Strict&force=true`, "application/apply-patch+yaml", typed],
    [`DELETE ${a}`, "application/json", { ...options, preconditions: { uid: "u", resourceVersion: "2" } }],
    [`POST ${collection}?fieldValidation=Strict`, "application/json", typed],
    ["GET /apis?timeout=1s", undefined, ""],
  ]);
  assert.equal(server.seen.at(-1)?.headers.accept, "application/json;v=v2");
});

test("the next page is asked for while this one is worked on, and no page beyond it", async () => {
  const { server, client } = await bench();
  for (let i = 0; i < 5; i++) server.store.put(`w-${i}`);
  const seen: number[] = [];
  for await (const { items, resourceVersion } of client.list(widgets, { namespace: "default", limit: 1 })) {
    assert.equal(items.length, 1);
    assert.equal(resourceVersion, server.store.version);
    const expected = Math.min(seen.length + 2, 5);
    await eventually(() => server.count("list") === expected, "a page ahead");
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push(server.count("list"));
  }
  assert.deepEqual(seen, [2, 3, 4, 5, 5]);
});

test("leaving a list early asks for nothing more", async () => {
  const { server, client } = await bench();
  for (let i = 0; i < 5; i++) server.store.put(`w-${i}`);
  server.fault("list", { do: "wait", until: Promise.resolve() }, { do: "hang" });
  for await (const _ of client.list(widgets, { limit: 1 })) {
    await eventually(() => server.count("list") === 2, "a page ahead");
    break;
  }
  await eventually(() => server.pending === 0, "the request for the next page is broken off");
  assert.equal(server.count("list"), 2);
});

test("a page that fails later fails the loop, where it is reached", async () => {
  const { server, client } = await bench();
  for (let i = 0; i < 3; i++) server.store.put(`w-${i}`);
  server.fault("list", { do: "wait", until: Promise.resolve() }, { do: "refuse", code: 403 });
  let pages = 0;
  await assert.rejects(async () => {
    for await (const _ of client.list(widgets, { limit: 1 })) {
      pages++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, /403 Forbidden/);
  assert.equal(pages, 1);
});

for (const [what, body] of [
  ["metadata first, as built-in kinds have it", '{"kind":"SecretList","apiVersion":"v1","metadata":{%},"items":[]}'],
  ["metadata last, as custom kinds have it", '{"apiVersion":"v1","items":[],"kind":"SecretList","metadata":{%}}\n'],
  ["metadata elsewhere", '{"metadata":{%},"items":null,"kind":"SecretList"}'],
] as const) {
  test(`pages are followed with ${what}`, async () => {
    const { server, client } = await bench();
    const texts = ['"resourceVersion":"7","continue":"to\\u006ben"', '"resourceVersion":"7"'];
    server.store.answer = () => ({ code: 200, body: body.replace("%", texts.shift()!) });
    const versions: string[] = [];
    for await (const page of client.list(secrets)) versions.push(page.resourceVersion, String(page.items.length));
    assert.deepEqual(versions, ["7", "0", "7", "0"]);
    assert.equal(server.seen[1]?.query.get("continue"), "token");
  });
}

test("an object that looks like a list's metadata is not taken for it", async () => {
  const { server, client } = await bench();
  const trap = { metadata: { continue: "trap" }, spec: { x: '],"kind":"L","metadata":{"continue":"trap"}}' } };
  server.store.answer = () => ({ code: 200, body: { kind: "L", metadata: { resourceVersion: "7" }, items: [trap] } });
  let pages = 0;
  for await (const _ of client.list(secrets)) pages++;
  assert.equal(pages, 1);
});

test("an answer that is no JSON is malformed", async () => {
  const { server, client } = await bench();
  server.store.answer = () => ({ code: 200, body: "<html>" });
  await assert.rejects(client.get(widgets, key), isMalformed);
});

for (const body of ["{", '{"items":[]}', "null"]) {
  test(`a list that is ${body} is malformed`, async () => {
    const { server, client } = await bench();
    server.store.answer = () => ({ code: 200, body });
    await assert.rejects(client.list(secrets)[Symbol.asyncIterator]().next(), isMalformed);
  });
}

test("a line of a watch may come in many pieces, and many lines in one", async () => {
  const { server, client } = await bench();
  const stop = new AbortController();
  const events: string[] = [];
  const watching = (async () => {
    const options = { resourceVersion: server.store.version, timeoutSeconds: 60 };
    for await (const { object } of client.watch(widgets, options, stop.signal)) events.push(String(object["text"]));
  })();
  await eventually(() => server.watching === 1, "a watch");
  const line = (text: string): string =>
    `${JSON.stringify({ type: "ADDED", object: { metadata: { resourceVersion: "9" }, text } })}\n`;
  const long = "ä€".repeat(50_000);
  const bytes = Buffer.from(line("one") + line("two") + line(long) + line("four"));
  for (let from = 0; from < bytes.length; from += 60_001) {
    server.say(bytes.subarray(from, from + 60_001));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await eventually(() => events.length === 4, "four events");
  assert.deepEqual(events, ["one", "two", long, "four"]);
  stop.abort(new Error("enough"));
  await assert.rejects(watching, /enough/);
});

test("who reads slowly makes the server wait, and loses nothing", async () => {
  const { server, client } = await bench();
  const stop = new AbortController();
  const count = 5_000;
  const options = { resourceVersion: server.store.version, timeoutSeconds: 60 };
  const events = client.watch(widgets, options, stop.signal)[Symbol.asyncIterator]();
  const first = events.next();
  await eventually(() => server.watching === 1, "a watch");
  for (let i = 0; i < count; i++) server.store.put(`w-${i}`, { text: "x".repeat(4_000) });
  assert.equal((await first).value?.object.metadata.name, "w-0");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(server.unsent > 1_000_000, `${server.unsent} bytes wait at the server`);
  for (let i = 1; i < count; i++) assert.equal((await events.next()).value?.object.metadata.name, `w-${i}`);
  stop.abort(new Error("enough"));
});
