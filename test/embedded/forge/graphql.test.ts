import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Octokit } from "@octokit/rest";
import { parseDocument } from "../../../src/embedded/forge/graphql/document.ts";
import { type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = mkdtempSync(join(tmpdir(), "millrace-graphql-"));
const at = { owner: "acme", repo: "apis" };
let forge: RunningForge;
let token: string;
let number: number;
let id: string;

before(async () => {
  forge = await startForge({ dataDir: folder, clock: { now: () => new Date("2026-03-01T12:00:00Z") } });
  token = forge.createToken("acme");
  const { rest } = new Octokit({ baseUrl: forge.api, auth: token, log: quiet });
  const { sha } = await forge.createRepository({ ...{ owner: "acme", name: "apis" }, files: { a: "a\n" } });
  await rest.git.createRef({ ...at, ref: "refs/heads/topic", sha: sha! });
  const file = { ...at, path: "b", branch: "topic", message: "b", content: "Yg==" };
  await rest.repos.createOrUpdateFileContents(file);
  ({ number, node_id: id } = (
    await rest.pulls.create({ ...at, title: 'A "title"', head: "topic", base: "main" })
  ).data);
});
after(async () => {
  await forge.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(body: unknown, auth: string | undefined = token): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${forge.url}/api/graphql`, {
    method: "POST",
    headers: { ...(auth !== undefined && { authorization: `bearer ${auth}` }), "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  assert.equal(response.headers.get("x-ratelimit-resource"), response.status === 200 ? "graphql" : "core");
  return { status: response.status, body: await response.json() };
}

test("answers what is asked for, under the names that it is asked by", async () => {
  const query = `
    # A comment, and commas that mean nothing
    query Look($owner: String!, $name: String = "none", $number: Int!) {
      viewer { login, __typename },
      it: repository(owner: $owner, name: $name) {
        autoMergeAllowed
        pull: pullRequest(number: $number) { title state merged isDraft isInMergeQueue autoMergeRequest { enabledAt } }
      }
    }`;
  const { status, body } = await post({ query, variables: { owner: "acme", name: "apis", number } });
  const pull = { title: 'A "title"', state: "OPEN", merged: false, isDraft: false, isInMergeQueue: false };
  const it = { autoMergeAllowed: false, pull: { ...pull, autoMergeRequest: null } };
  assert.deepEqual([status, body], [200, { data: { viewer: { login: "acme", __typename: "User" }, it } }]);
});

test("finds a pull request by its global id, through a fragment on its type", async () => {
  const query = '{ node(id: "ID") { __typename id ... on PullRequest { number url headRefOid } } }'.replace("ID", id);
  const { body } = await post({ query });
  const { data } = body as { data: { node: Record<string, unknown> } };
  assert.deepEqual([data.node["__typename"], data.node["id"], data.node["number"]], ["PullRequest", id, number]);
  assert.match(String(data.node["url"]), /\/acme\/apis\/pull\/1$/);
});

for (const [about, query, variables, message, details] of [
  [
    "an unknown field",
    "{ viewer { shoeSize } }",
    {},
    "Field 'shoeSize' doesn't exist on type 'User'",
    "undefinedField",
  ],
  ["an unknown argument", "{ viewer(id: 1) { login } }", {}, "Field 'viewer' doesn't accept argument 'id'", ""],
  [
    "an unknown mutation",
    "mutation { mergePullRequest(input: {}) { id } }",
    {},
    "Field 'mergePullRequest' doesn't exist on type 'Mutation'",
    "",
  ],
  [
    "an unknown type",
    '{ node(id: "x") { ... on Issue { id } } }',
    {},
    "No such type Issue, so it can't be a fragment condition",
    "",
  ],
  [
    "an object without fields",
    "{ viewer }",
    {},
    "Selections can't be made on scalars, and must be made on objects (field 'viewer')",
    "",
  ],
  [
    "a variable that is missing",
    "query ($id: ID!) { node(id: $id) { id } }",
    {},
    "Variable $id of type ID! was provided invalid value",
    "",
  ],
  [
    "an id of nothing",
    '{ node(id: "nothing") { id } }',
    {},
    "Could not resolve to a node with the global id of 'nothing'",
    "NOT_FOUND",
  ],
  [
    "a repository that is not there",
    '{ repository(owner: "acme", name: "none") { autoMergeAllowed } }',
    {},
    "Could not resolve to a Repository with the name 'acme/none'.",
    "NOT_FOUND",
  ],
  ["half a document", "{ viewer {", {}, "Unexpected end of document", ""],
  ["no GraphQL at all", "SELECT 1", {}, 'Parse error on "SELECT" at [1, 1]', ""],
  ["a sign that is none", "{ viewer { login } } ;", {}, 'Parse error on ";" at [1, 22]', ""],
  [
    "two operations",
    "query { viewer { login } } query { viewer { login } }",
    {},
    "This forge reads one operation at a time, with inline fragments.",
    "",
  ],
  ["a string without end", '{ node(id: "x) { id } }', {}, 'Parse error on "\\"" at [1, 12]', ""],
] as const)
  test(`tells what is wrong with ${about}`, async () => {
    const { status, body } = await post({ query, variables });
    const { errors } = body as { errors: { message: string }[] };
    assert.deepEqual([status, errors[0]?.message], [200, message]);
    assert.ok(JSON.stringify(errors).includes(details), JSON.stringify(errors));
  });

test("a mutation that fails answers null for it, and says where", async () => {
  const query = `mutation ($id: ID!) {\n  first: enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId }\n}`;
  const { body } = await post({ query, variables: { id } });
  assert.deepEqual(body, {
    data: { first: null },
    errors: [
      {
        message: "Auto merge is not allowed for this repository",
        ...{ type: "UNPROCESSABLE", path: ["first"], locations: [{ line: 2, column: 3 }] },
      },
    ],
  });
});

test("asks who somebody is, and for JSON with a query in it", async () => {
  assert.equal((await post({ query: "{ viewer { login } }" }, "")).status, 401);
  assert.equal((await post("{ viewer }")).status, 400);
  assert.equal((await post({ variables: {} })).status, 400);
});

test("what is hidden from somebody is not there", async () => {
  await forge.createRepository({ owner: "acme", name: "own", private: true, files: { a: "a\n" } });
  const query = '{ repository(owner: "acme", name: "own") { autoMergeAllowed } }';
  const { body } = await post({ query }, forge.createToken("eve"));
  assert.match(JSON.stringify(body), /Could not resolve to a Repository/);
});

test("values of every kind are read as they are written", () => {
  const { selections } = parseDocument(
    'mutation { f(a: 1, b: -2.5e3, c: "x\\n\\"y\\" \\u00e4", d: true, e: null, g: WORD, h: [1, [2]], i: { j: { k: $l } }) }',
  );
  const [field] = selections;
  assert.ok(field?.is === "field");
  const constant = (value: unknown) => ({ is: "constant", value });
  assert.deepEqual(field.args, {
    ...{ a: constant(1), b: constant(-2_500), c: constant('x\n"y" ä'), d: constant(true), e: constant(null) },
    g: constant("WORD"),
    h: { is: "list", items: [constant(1), { is: "list", items: [constant(2)] }] },
    i: { is: "object", fields: { j: { is: "object", fields: { k: { is: "variable", name: "l" } } } } },
  });
});
