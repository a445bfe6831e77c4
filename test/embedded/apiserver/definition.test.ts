import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, type Json, mill, millDefinition, mills, start } from "./harness.ts";

const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const changed = (change: (definition: Json) => void): Json => {
  const definition = structuredClone(millDefinition) as Json;
  change(definition);
  return definition;
};
const version = (definition: Json): Json => definition.spec.versions[0];

test("a definition is established with its default names", async (context) => {
  const client = await start(context);
  const { body } = await client.post(path, millDefinition);
  assert.deepEqual(body.status.acceptedNames, {
    categories: ["water"],
    kind: "Mill",
    listKind: "MillList",
    plural: "mills",
    shortNames: ["ml"],
    singular: "mill",
  });
  assert.deepEqual(
    body.status.conditions.map((each: Json) => [each.type, each.status, each.reason]),
    [
      ["NamesAccepted", "True", "NoConflicts"],
      ["Established", "True", "InitialNamesAccepted"],
    ],
  );
  assert.deepEqual(body.status.storedVersions, ["v1"]);
  assert.deepEqual(body.spec.conversion, { strategy: "None" });
});

test("a definition that could not be served is refused, by the field that is wrong", async (context) => {
  const client = await start(context);
  for (const [field, change] of [
    ["metadata.name", (each: Json) => (each.metadata.name = "wheels.test.dev")],
    ["spec.scope", (each: Json) => (each.spec.scope = "Universe")],
    ["spec.versions", (each: Json) => (version(each).storage = false)],
    ["spec.versions[0].schema.openAPIV3Schema", (each: Json) => delete version(each).schema],
    [
      "spec.versions[0].additionalPrinterColumns[0].type",
      (each: Json) => (version(each).additionalPrinterColumns[0].type = "text"),
    ],
    [
      "spec.versions[0].additionalPrinterColumns[1].jsonPath",
      (each: Json) => (version(each).additionalPrinterColumns[1].jsonPath = ".a["),
    ],
    ["spec.validation.openAPIV3Schema.type", (each: Json) => delete version(each).schema.openAPIV3Schema.type],
    [
      "spec.validation.openAPIV3Schema.properties[spec].properties[river].type",
      (each: Json) => delete version(each).schema.openAPIV3Schema.properties.spec.properties.river.type,
    ],
    [
      "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule",
      (each: Json) =>
        (version(each).schema.openAPIV3Schema.properties.spec["x-kubernetes-validations"][0].rule = "self.sails > 1"),
    ],
    ["spec.names.kind", (each: Json) => (each.spec.names.kind = "My_Mill")],
  ] as const) {
    const { code, body } = await client.post(path, changed(change));
    assert.equal(code, 422, field);
    assert.ok(
      body.details.causes.some((cause: Json) => cause.field === field),
      `${field}: ${body.message}`,
    );
  }
});

async function withTwoVersions(client: Client): Promise<void> {
  const definition = changed((each) => {
    const older = structuredClone(version(each));
    each.spec.versions.push({ ...older, name: "v1beta1", storage: false, deprecated: true });
    each.spec.versions.push({ ...older, name: "v1alpha1", storage: false, served: false });
  });
  assert.equal((await client.post(path, definition)).code, 201);
}

test("an object is served in each of its versions", async (context) => {
  const client = await start(context);
  await withTwoVersions(client);
  const older = mills.replace("/v1/", "/v1beta1/");
  const created = await client.post(older, { ...mill("one"), apiVersion: "test.dev/v1beta1" });
  assert.deepEqual([created.code, created.body.apiVersion], [201, "test.dev/v1beta1"]);
  assert.equal(created.headers["warning"], '299 - "test.dev/v1beta1 Mill is deprecated"');
  assert.equal((await client.get(`${mills}/one`)).body.apiVersion, "test.dev/v1");
  assert.equal((await client.get(older)).body.items[0].apiVersion, "test.dev/v1beta1");
  const watch = await client.watch(`${older}?watch=true&resourceVersion=0`);
  assert.equal((await watch.next()).object.apiVersion, "test.dev/v1beta1");
  watch.stop();
  assert.equal((await client.get(mills.replace("/v1/", "/v1alpha1/"))).code, 404, "what is not served is not there");
  assert.equal((await client.post(mills, { ...mill("two"), apiVersion: "test.dev/v1beta1" })).code, 400);
});

test("objects follow a schema that changes", async (context) => {
  const client = await start(context, { preload: [millDefinition] });
  await client.post(mills, mill("one"));
  const wider = changed((each) => {
    version(each).schema.openAPIV3Schema.properties.spec.properties.sails = { type: "integer", default: 4 };
  });
  await client.apply(`${path}/mills.test.dev?fieldManager=t&force=true`, wider);
  assert.equal((await client.merge(`${mills}/one`, { spec: { wheels: 2 } })).body.spec.sails, 4);
});

test("scope and group of kinds decide their paths", async (context) => {
  const client = await start(context);
  const cluster = changed((each) => {
    each.spec.scope = "Cluster";
  });
  await client.post(path, cluster);
  const created = await client.post("/apis/test.dev/v1/mills", mill("one"));
  assert.deepEqual([created.code, created.body.metadata.namespace], [201, undefined]);
  assert.equal((await client.get(mills)).code, 404);
});
