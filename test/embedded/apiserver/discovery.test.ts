import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, millDefinition, start } from "./harness.ts";

const preload = [millDefinition];
const aggregated = (...versions: string[]): Record<string, string> => ({
  Accept: [
    ...versions.map((v) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`),
    "application/json",
  ].join(),
});
const groupOf = (list: Json, name: string): Json => list.items.find((item: Json) => item.metadata.name === name);

test("everything that is served is in one document, in the version that the client prefers", async (context) => {
  const client = await start(context, { preload });
  for (const [accept, version] of [
    [aggregated("v2", "v2beta1"), "v2"],
    [aggregated("v2beta1"), "v2beta1"],
  ] as const) {
    const { headers, body } = await client.get("/apis", accept);
    assert.equal(
      headers["content-type"],
      `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    );
    assert.deepEqual([body.kind, body.apiVersion], ["APIGroupDiscoveryList", `apidiscovery.k8s.io/${version}`]);
    assert.deepEqual(groupOf(body, "test.dev").versions, [
      {
        version: "v1",
        resources: [
          {
            resource: "mills",
            responseKind: { group: "test.dev", version: "v1", kind: "Mill" },
            scope: "Namespaced",
            singularResource: "mill",
            verbs: ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
            shortNames: ["ml"],
            categories: ["water"],
            subresources: [
              {
                subresource: "status",
                responseKind: { group: "test.dev", version: "v1", kind: "Mill" },
                verbs: ["get", "patch", "update"],
              },
            ],
          },
        ],
        freshness: "Current",
      },
    ]);
  }
  const core = (await client.get("/api", aggregated("v2"))).body;
  assert.deepEqual(core.items.length, 1);
  assert.ok(core.items[0].versions[0].resources.some((each: Json) => each.resource === "secrets"));
});

test("older clients get the groups one by one", async (context) => {
  const client = await start(context, { preload });
  assert.deepEqual((await client.get("/api")).body.versions, ["v1"]);
  const { groups } = (await client.get("/apis")).body;
  for (const { name, versions } of groups) {
    assert.equal((await client.get(`/apis/${name}`)).body.kind, "APIGroup");
    for (const { groupVersion } of versions) {
      const list = (await client.get(`/apis/${groupVersion}`)).body;
      assert.deepEqual([list.kind, list.groupVersion], ["APIResourceList", groupVersion]);
    }
  }
  const { resources } = (await client.get("/apis/test.dev/v1")).body;
  assert.deepEqual(
    resources.map((each: Json) => each.name),
    ["mills", "mills/status"],
  );
  assert.equal((await client.get("/apis/none.dev")).code, 404);
});

test("a definition is served at once, in discovery and in OpenAPI, and its change too", async (context) => {
  const client = await start(context);
  assert.equal(groupOf((await client.get("/apis", aggregated("v2"))).body, "test.dev"), undefined);
  await client.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", millDefinition);
  assert.ok(groupOf((await client.get("/apis", aggregated("v2"))).body, "test.dev"));
  const place = async (): Promise<string> =>
    (await client.get("/openapi/v3")).body.paths["apis/test.dev/v1"].serverRelativeURL;
  const first = await place();
  const document = (await client.get(first)).body;
  const schema = document.components.schemas["dev.test.v1.Mill"];
  assert.deepEqual(schema["x-kubernetes-group-version-kind"], [{ group: "test.dev", kind: "Mill", version: "v1" }]);
  assert.equal(schema.properties.spec.properties.river.description, "The river that drives it.");
  const patch = document.paths["/apis/test.dev/v1/namespaces/{namespace}/mills/{name}"].patch;
  assert.ok(patch.parameters.some((each: Json) => each.name === "fieldValidation"));
  const changed = structuredClone(millDefinition) as Json;
  changed.spec.versions[0].schema.openAPIV3Schema.description = "Another mill.";
  await client.apply(
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mills.test.dev?fieldManager=t&force=true",
    changed,
  );
  assert.notEqual(await place(), first, "the address changes with the content, which clients keep");
});

test("every document of OpenAPI holds what it refers to", async (context) => {
  const client = await start(context, { preload });
  const { paths } = (await client.get("/openapi/v3")).body;
  for (const { serverRelativeURL } of Object.values(paths) as Json[]) {
    const { text, body } = await client.get(serverRelativeURL);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(body.components.schemas[name!], `${serverRelativeURL} lacks ${name}`);
    }
  }
});

test("the old OpenAPI is there, with nothing in it", async (context) => {
  const client = await start(context);
  const { code, headers } = await client.get("/openapi/v2", {
    Accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
  });
  assert.equal(code, 200);
  assert.equal(headers["content-type"], "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
});
