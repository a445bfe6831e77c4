import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { strictCostOf } from "../../src/embedded/forge/strict-cost.ts";
import { askOf } from "../../src/forge/cost.ts";

interface Operation {
  readonly "x-github"?: { readonly triggersNotification?: boolean };
}

test("what GitHub's description says people are told of counts as content, and files of releases to us", () => {
  const { paths } = createRequire(import.meta.url)("@octokit/openapi/generated/api.github.com.json") as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  let notifying = 0;
  for (const [template, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const path = template.replaceAll(/\{\w+\}/g, "7");
      const expected = operation["x-github"]?.triggersNotification === true;
      notifying += expected ? 1 : 0;
      const verb = method.toUpperCase();
      const isUpload = /\/releases\/\d+\/assets$/.test(path) && verb === "POST";
      assert.equal(askOf(verb, path).content, expected || isUpload, `${verb} ${template}`);
      assert.equal(strictCostOf({ method: verb, path }).content, expected, `strict: ${verb} ${template}`);
    }
  }
  assert.ok(notifying > 15, `${notifying} operations notify`);
});

test("reads cost a point, writes five; GraphQL by what it does, and of its own limit", () => {
  const mutation = JSON.stringify({ query: "\n  mutation Merge($id: ID!) { x }" });
  const query = JSON.stringify({ query: "query { viewer { login } }" });
  for (const [method, path, body, points, resource] of [
    ["GET", "/repos/a/b/pulls", undefined, 1, undefined],
    ["PATCH", "/repos/a/b/pulls/1", undefined, 5, undefined],
    ["POST", "/app/installations/1/access_tokens", undefined, 5, undefined],
    ["POST", "/graphql", mutation, 5, "graphql"],
    ["POST", "/graphql", query, 1, "graphql"],
    ["POST", "/graphql", undefined, 5, "graphql"],
  ] as const) {
    const ask = askOf(method, path, body);
    assert.deepEqual([ask.points, ask.resource], [points, resource], `${method} ${path} ${body}`);
  }
});
