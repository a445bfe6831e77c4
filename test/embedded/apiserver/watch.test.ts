import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { type Client, type Event, type Json, mill, millDefinition, mills, start, type Watch } from "./harness.ts";

const preload = [millDefinition];
const brief = ({ type, object }: Event): string => `${type} ${object.metadata.name ?? object.metadata.resourceVersion}`;

async function take(watch: Watch, count: number): Promise<Event[]> {
  const events: Event[] = [];
  while (events.length < count) events.push(await watch.next());
  return events;
}

const revisionOf = async (client: Client): Promise<string> => (await client.get(mills)).body.metadata.resourceVersion;

test("a watch from a version sees every later change in order, and nothing before", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("old"));
  const watch = await client.watch(`${mills}?watch=true&resourceVersion=${await revisionOf(client)}`);
  await client.post(mills, mill("one"));
  await client.merge(`${mills}/one`, { spec: { wheels: 2 } });
  await client.delete(`${mills}/one`);
  const events = await take(watch, 3);
  assert.deepEqual(events.map(brief), ["ADDED one", "MODIFIED one", "DELETED one"]);
  assert.equal(events[2]!.object.spec.wheels, 2);
  const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
  assert.ok(versions[0]! < versions[1]! && versions[1]! < versions[2]!, "a removal has a version of its own");
  watch.stop();
});

test("a watch that resumes gets what it missed", async (context) => {
  const client = await start(context, { preload });
  const from = await revisionOf(client);
  await client.post(mills, mill("one"));
  await client.delete(`${mills}/one`);
  const watch = await client.watch(`${mills}?watch=true&resourceVersion=${from}`);
  assert.deepEqual((await take(watch, 2)).map(brief), ["ADDED one", "DELETED one"]);
  watch.stop();
});

test("a watch without a version, or from 0, begins with what is there", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  await client.post(mills, mill("two"));
  for (const query of ["", "&resourceVersion=0", "&resourceVersion="]) {
    const watch = await client.watch(`${mills}?watch=true${query}`);
    assert.deepEqual((await take(watch, 2)).map(brief), ["ADDED one", "ADDED two"]);
    watch.stop();
  }
});

test("a watch can ask for what is there and for a mark at its end", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const watch = await client.watch(`${mills}?${query}`);
  const [added, mark] = await take(watch, 2);
  assert.equal(brief(added!), "ADDED one");
  assert.equal(mark!.type, "BOOKMARK");
  assert.deepEqual(mark!.object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
  assert.equal(mark!.object.metadata.resourceVersion, await revisionOf(client));
  assert.deepEqual([mark!.object.kind, mark!.object.apiVersion], ["Mill", "test.dev/v1"]);
  await client.post(mills, mill("two"));
  assert.equal(brief(await watch.next()), "ADDED two");
  watch.stop();
});

test("what is wrong with a watch is said before it begins", async (context) => {
  const client = await start(context, { preload });
  for (const [query, code] of [
    ["sendInitialEvents=true", 422],
    ["resourceVersionMatch=Exact", 422],
    ["labelSelector=a%20b%20c", 400],
    ["fieldSelector=spec.none%3Dx", 400],
    ["resourceVersion=x", 400],
  ] as const) {
    assert.equal((await client.get(`${mills}?watch=true&${query}`)).code, code, query);
  }
});

test("a watch from a forgotten version is told to list again", async (context) => {
  const client = await start(context, { preload });
  const from = await revisionOf(client);
  await client.post(mills, mill("one"));
  client.server.compact();
  const watch = await client.watch(`${mills}?watch=true&resourceVersion=${from}`);
  const events: Event[] = [];
  for await (const event of watch) events.push(event);
  assert.equal(events.length, 1);
  const [{ type, object }] = events as [Event];
  assert.equal(type, "ERROR");
  assert.deepEqual([object.kind, object.code, object.reason], ["Status", 410, "Expired"]);
  assert.match(object.message, /^too old resource version: \d+ \(\d+\)$/);
});

test("an object that enters or leaves a selection is added or deleted", async (context) => {
  const client = await start(context, { preload });
  const from = await revisionOf(client);
  const byLabel = await client.watch(`${mills}?watch=true&labelSelector=a%3Dx&resourceVersion=${from}`);
  const byField = await client.watch(`${mills}?watch=true&fieldSelector=spec.river%3DElbe&resourceVersion=${from}`);
  await client.post(mills, mill("one"));
  await client.merge(`${mills}/one`, { metadata: { labels: { a: "x" } } });
  await client.merge(`${mills}/one`, { spec: { river: "Elbe" } });
  const left = (await client.merge(`${mills}/one`, { metadata: { labels: { a: "y" } }, spec: { river: "Kern" } })).body;
  await client.delete(`${mills}/one`);
  await client.post(mills, mill("end", { river: "Elbe" }, { labels: { a: "x" } }));
  const labelled = await take(byLabel, 4);
  assert.deepEqual(labelled.map(brief), ["ADDED one", "MODIFIED one", "DELETED one", "ADDED end"]);
  assert.deepEqual(labelled[2]!.object.metadata.labels, { a: "x" }, "as it was when it was last selected");
  assert.equal(labelled[2]!.object.metadata.resourceVersion, left.metadata.resourceVersion);
  assert.deepEqual((await take(byField, 3)).map(brief), ["ADDED one", "DELETED one", "ADDED end"]);
  byLabel.stop();
  byField.stop();
});

test("a watch of one namespace, or of one object, sees nothing else", async (context) => {
  const client = await start(context, { preload });
  await client.post("/api/v1/namespaces", { metadata: { name: "team" } });
  const team = "/apis/test.dev/v1/namespaces/team/mills";
  const from = await revisionOf(client);
  const all = await client.watch(`/apis/test.dev/v1/mills?watch=true&resourceVersion=${from}`);
  const one = await client.watch(`${team}?watch=true&resourceVersion=${from}`);
  const single = await client.watch(`${mills}/b?watch=true&resourceVersion=${from}`);
  await client.post(mills, mill("a"));
  await client.post(mills, mill("b"));
  await client.post(team, mill("c"));
  assert.deepEqual((await take(all, 3)).map(brief), ["ADDED a", "ADDED b", "ADDED c"]);
  assert.equal(brief(await one.next()), "ADDED c");
  assert.equal(brief(await single.next()), "ADDED b");
  for (const watch of [all, one, single]) watch.stop();
});

test("a watch ends when its time is up, with a bookmark for those who take them", async (context) => {
  const client = await start(context, { preload });
  const watch = await client.watch(`${mills}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=0`);
  const types: string[] = [];
  for await (const { type } of watch) types.push(type);
  assert.deepEqual(types, ["BOOKMARK"]);
});

test("a watch can show tables, with their columns once", async (context) => {
  const client = await start(context, { preload });
  const watch = await client.watch(`${mills}?watch=true&resourceVersion=0`, {
    Accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  });
  await client.post(mills, mill("one"));
  await client.merge(`${mills}/one/status`, { status: { conditions: [{ type: "Ready", status: "True" }] } });
  const [first, second] = (await take(watch, 2)) as [Event, Event];
  assert.equal(first.object.kind, "Table");
  assert.deepEqual(
    first.object.columnDefinitions.map((column: Json) => column.name),
    ["Name", "River", "Ready", "Age"],
  );
  assert.deepEqual(first.object.rows[0].cells, ["one", "Kern", null, "0s"]);
  assert.equal(second.object.columnDefinitions, null);
  assert.deepEqual(second.object.rows[0].cells, ["one", "Kern", "True", "0s"]);
  watch.stop();
});

test("many watchers see the same changes in the same order", async (context) => {
  const client = await start(context, { preload });
  const from = await revisionOf(client);
  const watches = await Promise.all(
    Array.from({ length: 10 }, () => client.watch(`${mills}?watch=true&resourceVersion=${from}`)),
  );
  await Promise.all(Array.from({ length: 50 }, (_, at) => client.post(mills, mill(`m${at}`))));
  const seen = await Promise.all(
    watches.map(async (watch) => (await take(watch, 50)).map((event) => event.object.metadata.resourceVersion)),
  );
  for (const each of seen) assert.deepEqual(each, seen[0]);
  assert.deepEqual(
    seen[0],
    [...seen[0]!].sort((left, right) => Number(left) - Number(right)),
  );
  for (const watch of watches) watch.stop();
});

test("a client that does not read is dropped, and the others go on", async (context) => {
  const client = await start(context);
  const maps = "/api/v1/namespaces/default/configmaps";
  const lazy = client.open("GET", `${maps}?watch=true&resourceVersion=0`);
  lazy.end();
  const incoming = await new Promise<IncomingMessage>((resolve) => lazy.once("response", resolve));
  incoming.pause();
  const dropped = new Promise((resolve) => incoming.socket.once("close", resolve));
  lazy.on("error", () => undefined);
  incoming.on("error", () => undefined);
  const watch = await client.watch(`${maps}?watch=true&resourceVersion=0`);
  const data = { text: "x".repeat(900_000) };
  for (let at = 0; at < 24; at += 1) {
    assert.equal((await client.post(maps, { metadata: { name: `big-${at}` }, data })).code, 201);
    assert.equal(brief(await watch.next()), `ADDED big-${at}`);
  }
  // What is still in the kernel's buffers has to be read before the end of the connection can be seen.
  incoming.resume();
  await dropped;
  watch.stop();
});
