import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, type Json, mill, millDefinition, mills, start } from "./harness.ts";

const preload = [millDefinition];
const namesOf = (body: Json): string[] => body.items.map((item: Json) => item.metadata.name);

async function fill(client: Client, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await client.post(mills, mill(`m${at}`, { river: at % 2 ? "Elbe" : "Kern" }));
}

test("a list is in the order of names, under one version", async (context) => {
  const client = await start(context, { preload });
  for (const name of ["c", "a", "b"]) await client.post(mills, mill(name));
  const { body } = await client.get(mills);
  assert.deepEqual(namesOf(body), ["a", "b", "c"]);
  assert.deepEqual([body.kind, body.apiVersion], ["MillList", "test.dev/v1"]);
  assert.equal(body.metadata.resourceVersion, (await client.get(`${mills}/b`)).body.metadata.resourceVersion);
});

test("a list in pages is whole, and counts what is left", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 7);
  const pages: string[][] = [];
  const remaining: unknown[] = [];
  for (let token = "", last = false; !last; ) {
    const { body } = await client.get(`${mills}?limit=3&continue=${token}`);
    pages.push(namesOf(body));
    remaining.push(body.metadata.remainingItemCount);
    token = body.metadata.continue;
    last = token === "";
  }
  assert.deepEqual(pages, [["m0", "m1", "m2"], ["m3", "m4", "m5"], ["m6"]]);
  assert.deepEqual(remaining, [4, 1, undefined]);
});

test("the pages of a list show one moment, whatever happens between them", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 4);
  const first = (await client.get(`${mills}?limit=2`)).body;
  await client.delete(`${mills}/m3`);
  await client.merge(`${mills}/m2`, { spec: { wheels: 5 } });
  await client.post(mills, mill("m25"));
  await client.post(mills, mill("m9"));
  const second = (await client.get(`${mills}?limit=5&continue=${first.metadata.continue}`)).body;
  assert.deepEqual(namesOf(second), ["m2", "m3"]);
  assert.deepEqual(
    second.items.map((item: Json) => item.spec.wheels),
    [1, 1],
  );
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  assert.deepEqual(namesOf((await client.get(mills)).body), ["m0", "m1", "m2", "m25", "m9"]);
});

test("a page of a forgotten moment is a 410", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 3);
  const { metadata } = (await client.get(`${mills}?limit=1`)).body;
  await client.delete(`${mills}/m1`);
  client.server.compact();
  const { code, body } = await client.get(`${mills}?limit=1&continue=${metadata.continue}`);
  assert.deepEqual([code, body.reason], [410, "Expired"]);
});

test("a list can ask for a moment exactly, or for one not older", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 1);
  const { resourceVersion } = (await client.get(mills)).body.metadata;
  await client.post(mills, mill("later"));
  const exact = await client.get(`${mills}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`);
  assert.deepEqual(namesOf(exact.body), ["m0"]);
  const newer = await client.get(`${mills}?resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan`);
  assert.deepEqual(namesOf(newer.body), ["later", "m0"]);
  assert.equal((await client.get(`${mills}?resourceVersion=999999`)).code, 504);
  assert.equal((await client.get(`${mills}?resourceVersion=x`)).code, 400);
  assert.equal((await client.get(`${mills}?continue=nonsense`)).code, 400);
});

test("lists are narrowed by labels", async (context) => {
  const client = await start(context, { preload });
  const labels: Record<string, object> = { a: { x: "1" }, b: { x: "2", y: "" }, c: { y: "3" }, d: {} };
  for (const [name, each] of Object.entries(labels))
    await client.post(mills, mill(name, { river: "Kern" }, { labels: each }));
  for (const [selector, names] of [
    ["x=1", "a"],
    ["x==2", "b"],
    ["x!=1", "b,c,d"],
    ["x", "a,b"],
    ["!x", "c,d"],
    ["x in (1, 2)", "a,b"],
    ["x notin (1)", "b,c,d"],
    ["x in (1,2),y", "b"],
    ["y=", "b"],
    ["x>1", "b"],
    ["x<2", "a"],
    ["x, !y", "a"],
    ["z in ()", ""],
  ] as const) {
    const { body } = await client.get(`${mills}?labelSelector=${encodeURIComponent(selector)}`);
    assert.equal(namesOf(body).join(), names, selector);
  }
  for (const wrong of ["x in", "x in (1", "=1", "x=1 y=2", "x in 1", "a,,b", "x ~ 1"]) {
    assert.equal((await client.get(`${mills}?labelSelector=${encodeURIComponent(wrong)}`)).code, 400, wrong);
  }
});

test("lists are narrowed by the fields that a kind offers", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 4);
  const list = (selector: string) => client.get(`${mills}?fieldSelector=${encodeURIComponent(selector)}`);
  assert.deepEqual(namesOf((await list("spec.river=Elbe")).body), ["m1", "m3"]);
  assert.deepEqual(namesOf((await list("spec.river!=Elbe,metadata.name!=m0")).body), ["m2"]);
  assert.deepEqual(namesOf((await list("metadata.name=m2")).body), ["m2"]);
  const { code, body } = await list("spec.wheels=1");
  assert.deepEqual([code, body.message], [400, "field label not supported: spec.wheels"]);
});

test("a list can be a table, as kubectl wants it", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 2);
  const accept = {
    Accept:
      "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json",
  };
  const { body } = await client.get(`${mills}?limit=1`, accept);
  assert.deepEqual([body.kind, body.apiVersion], ["Table", "meta.k8s.io/v1"]);
  assert.ok(body.metadata.continue);
  assert.deepEqual(body.rows[0].cells, ["m0", "Kern", null, "0s"]);
  assert.deepEqual(Object.keys(body.rows[0].object), ["kind", "apiVersion", "metadata"]);
  const whole = await client.get(`${mills}?includeObject=Object`, accept);
  assert.equal(whole.body.rows[1].object.spec.river, "Elbe");
  const bare = await client.get(`${mills}?includeObject=None`, accept);
  assert.deepEqual(Object.keys(bare.body.rows[0]), ["cells"]);
});

test("a list can be metadata alone, or YAML, and nothing that is not served", async (context) => {
  const client = await start(context, { preload });
  await fill(client, 1);
  const partial = await client.get(mills, {
    Accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  });
  assert.equal(partial.body.kind, "PartialObjectMetadataList");
  assert.deepEqual(Object.keys(partial.body.items[0]), ["kind", "apiVersion", "metadata"]);
  const yaml = await client.get(`${mills}/m0`, { Accept: "application/yaml" });
  assert.match(yaml.text, /^apiVersion: test\.dev\/v1\nkind: Mill\n/);
  assert.equal((await client.get(mills, { Accept: "text/html" })).code, 406);
});
