import assert from "node:assert/strict";
import { test } from "node:test";
import { mill, millDefinition, mills, start } from "./harness.ts";

const preload = [millDefinition];

test("an object that is created gets what only the server sets", async (context) => {
  const client = await start(context, { preload });
  const { code, body } = await client.post(mills, { ...mill("one"), status: { turns: 3 } });
  assert.equal(code, 201);
  assert.equal(body.metadata.generation, 1);
  assert.equal(body.metadata.creationTimestamp, "2026-01-02T03:04:05Z");
  assert.match(body.metadata.uid, /^[0-9a-f-]{36}$/);
  assert.equal(body.metadata.namespace, "default");
  assert.deepEqual(body.spec, { river: "Kern", wheels: 1 });
  assert.equal(body.status, undefined);
  assert.deepEqual((await client.get(`${mills}/one`)).body, body);
});

test("a name is taken once", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const { code, body } = await client.post(mills, mill("one"));
  assert.equal(code, 409);
  assert.deepEqual(body, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: 'mills.test.dev "one" already exists',
    reason: "AlreadyExists",
    details: { name: "one", group: "test.dev", kind: "mills" },
    code: 409,
  });
});

test("names are generated from a prefix", async (context) => {
  const client = await start(context, { preload });
  const { body } = await client.post(mills, mill(undefined as never, { river: "Kern" }, { generateName: "mill-" }));
  assert.match(body.metadata.name, /^mill-[a-z0-9]{5}$/);
});

test("an absent object is a 404 that names it", async (context) => {
  const client = await start(context, { preload });
  const { code, body } = await client.get(`${mills}/none`);
  assert.equal(code, 404);
  assert.equal(body.message, 'mills.test.dev "none" not found');
  assert.deepEqual(body.details, { name: "none", group: "test.dev", kind: "mills" });
});

test("the generation follows the spec, and neither metadata nor status", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const generation = async (path: string, patch: object): Promise<number> =>
    (await client.merge(path, patch)).body.metadata.generation;
  assert.equal(await generation(`${mills}/one`, { metadata: { labels: { a: "b" } } }), 1);
  assert.equal(await generation(`${mills}/one/status`, { status: { turns: 5 } }), 1);
  assert.equal(await generation(`${mills}/one`, { spec: { wheels: 2 } }), 2);
});

test("each endpoint changes its own part of an object", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const change = { metadata: { labels: { a: "b" } }, spec: { wheels: 5 }, status: { turns: 7 } };
  const status = (await client.merge(`${mills}/one/status`, change)).body;
  assert.deepEqual([status.spec.wheels, status.status, status.metadata.labels], [1, { turns: 7 }, undefined]);
  const main = (await client.merge(`${mills}/one`, { ...change, status: { turns: 9 } })).body;
  assert.deepEqual([main.spec.wheels, main.status, main.metadata.labels], [5, { turns: 7 }, { a: "b" }]);
});

test("a write that changes nothing keeps the resource version", async (context) => {
  const client = await start(context, { preload });
  const created = (await client.post(mills, mill("one"))).body;
  const again = (await client.merge(`${mills}/one`, { spec: { river: "Kern" } })).body;
  assert.deepEqual(again, created);
  assert.deepEqual((await client.put(`${mills}/one`, created)).body, created);
});

test("an update of an old version is a conflict", async (context) => {
  const client = await start(context, { preload });
  const created = (await client.post(mills, mill("one"))).body;
  await client.merge(`${mills}/one`, { spec: { wheels: 2 } });
  const { code, body } = await client.put(`${mills}/one`, { ...created, spec: { river: "Elbe" } });
  assert.equal(code, 409);
  assert.equal(
    body.message,
    'Operation cannot be fulfilled on mills.test.dev "one": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test("an update of a custom object has to say of which version", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const { code, body } = await client.put(`${mills}/one`, mill("one", { river: "Elbe" }));
  assert.equal(code, 422);
  assert.equal(body.details.causes[0].field, "metadata.resourceVersion");
});

test("an invalid object is refused with every cause", async (context) => {
  const client = await start(context, { preload });
  const { code, body } = await client.post(mills, mill("One", { river: "", wheels: "two" }));
  assert.equal(code, 422);
  const fields = body.details.causes.map((cause: { field: string }) => cause.field).sort();
  // The first one says that the rules could not be checked.
  assert.deepEqual(fields, ["<nil>", "metadata.name", "spec.river", "spec.wheels"]);
  assert.match(body.message, /^Mill\.test\.dev "One" is invalid: \[/);
});

test("a validation rule refuses with its message", async (context) => {
  const client = await start(context, { preload });
  const { code, body } = await client.post(mills, mill("one", { river: "Kern", wheels: 10 }));
  assert.equal(code, 422);
  assert.match(body.message, /no river drives ten wheels/);
});

test("unknown fields are dropped with a warning, refused when asked, or ignored", async (context) => {
  const client = await start(context, { preload });
  const unknown = { river: "Kern", sails: 4 };
  const warned = await client.post(mills, mill("warned", unknown));
  assert.deepEqual(warned.body.spec, { river: "Kern", wheels: 1 });
  assert.equal(warned.headers["warning"], '299 - "unknown field \\"spec.sails\\""');
  const strict = await client.post(`${mills}?fieldValidation=Strict`, mill("strict", unknown));
  assert.equal(strict.code, 400);
  assert.match(strict.body.message, /strict decoding error: unknown field "spec.sails"$/);
  const ignored = await client.post(`${mills}?fieldValidation=Ignore`, mill("ignored", unknown));
  assert.equal(ignored.headers["warning"], undefined);
});

test("a duplicate field is named", async (context) => {
  const client = await start(context, { preload });
  const text =
    '{"apiVersion":"test.dev/v1","kind":"Mill","metadata":{"name":"a"},"spec":{"river":"Kern","river":"Elbe"}}';
  const { code, body } = await client.post(`${mills}?fieldValidation=Strict`, text);
  assert.equal(code, 400);
  assert.match(body.message, /duplicate field "spec.river"$/);
});

test("a dry run answers and stores nothing", async (context) => {
  const client = await start(context, { preload });
  const { code, body } = await client.post(`${mills}?dryRun=All`, mill("one"));
  assert.deepEqual([code, body.spec.wheels], [201, 1]);
  assert.equal((await client.get(`${mills}/one`)).code, 404);
  await client.post(mills, mill("one"));
  assert.equal((await client.merge(`${mills}/one?dryRun=All`, { spec: { wheels: 3 } })).body.spec.wheels, 3);
  assert.equal((await client.get(`${mills}/one`)).body.spec.wheels, 1);
  assert.equal((await client.delete(`${mills}/one?dryRun=All`)).code, 200);
  assert.equal((await client.get(`${mills}/one`)).code, 200);
});

test("custom objects take no strategic merge patch", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const { code, body } = await client.send(
    "PATCH",
    `${mills}/one`,
    {},
    { type: "application/strategic-merge-patch+json" },
  );
  assert.equal(code, 415);
  assert.equal(
    body.message,
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  );
});

test("a JSON patch whose test fails changes nothing", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  const patch = [
    { op: "replace", path: "/spec/wheels", value: 3 },
    { op: "test", path: "/spec/river", value: "Elbe" },
  ];
  assert.equal((await client.jsonPatch(`${mills}/one`, patch)).code, 422);
  assert.equal((await client.get(`${mills}/one`)).body.spec.wheels, 1);
});

test("a server-side apply creates, owns, and meets other owners", async (context) => {
  const client = await start(context, { preload });
  const created = await client.apply(`${mills}/one?fieldManager=ada`, mill("one"));
  assert.equal(created.code, 201);
  assert.equal(created.body.metadata.managedFields[0].manager, "ada");
  const clash = await client.apply(`${mills}/one?fieldManager=bob`, mill("one", { river: "Elbe" }));
  assert.equal(clash.code, 409);
  assert.equal(clash.body.message, 'Apply failed with 1 conflict: conflict with "ada": .spec.river');
  assert.deepEqual(clash.body.details.causes, [
    { reason: "FieldManagerConflict", message: 'conflict with "ada"', field: ".spec.river" },
  ]);
  const forced = await client.apply(`${mills}/one?fieldManager=bob&force=true`, mill("one", { river: "Elbe" }));
  assert.equal(forced.body.spec.river, "Elbe");
  assert.equal((await client.apply(`${mills}/one`, mill("one"))).code, 422);
});

test("a request without the right token is refused, but for health and version", async (context) => {
  const client = await start(context);
  const wrong = { Authorization: "Bearer wrong" };
  const { code, body } = await client.get("/api", wrong);
  assert.deepEqual([code, body.reason], [401, "Unauthorized"]);
  for (const path of ["/version", "/healthz", "/livez", "/readyz"])
    assert.equal((await client.get(path, wrong)).code, 200);
});

test("a path that nothing serves is a plain 404, and a method that nothing takes a 405", async (context) => {
  const client = await start(context, { preload });
  assert.equal((await client.get("/apis/test.dev/v1/windmills")).text, "404 page not found\n");
  assert.equal((await client.send("POST", `${mills}/one`, {})).body.reason, "MethodNotAllowed");
});
