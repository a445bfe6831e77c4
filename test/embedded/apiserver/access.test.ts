import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, type Json, mill, millDefinition, mills, start, TestClock } from "./harness.ts";

const preload = [
  millDefinition,
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "miller", namespace: "default" },
    rules: [
      { apiGroups: ["test.dev"], resources: ["mills"], verbs: ["get", "list", "create"] },
      { apiGroups: ["test.dev"], resources: ["mills/status"], verbs: ["*"] },
      { apiGroups: [""], resources: ["secrets"], resourceNames: ["key"], verbs: ["get"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "millers", namespace: "default" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "miller" },
    subjects: [
      { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "ada" },
      { kind: "ServiceAccount", name: "default" },
    ],
  },
];
const users = [
  { token: "of-ada", name: "ada" },
  { token: "of-bob", name: "bob" },
];
const as = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const ada = as("of-ada");

test("a user may do what their roles allow, and nothing else", async (context) => {
  const client = await start(context, { preload, users });
  assert.equal((await client.post(mills, mill("one"), { headers: ada })).code, 201);
  assert.equal((await client.get(`${mills}/one`, ada)).code, 200);
  const patch = { type: "application/merge-patch+json", headers: ada };
  assert.equal((await client.send("PATCH", `${mills}/one/status`, { status: { turns: 1 } }, patch)).code, 200);
  assert.equal((await client.send("PATCH", `${mills}/one`, {}, patch)).code, 403);
  assert.equal((await client.get("/api/v1/namespaces/default/secrets/key", ada)).code, 404);
  assert.equal((await client.get("/api/v1/namespaces/default/secrets/other", ada)).code, 403);
  assert.equal((await client.get("/apis/test.dev/v1/mills", ada)).code, 403, "a role ends at its namespace");
  assert.equal((await client.get("/apis", ada)).code, 200, "everybody may ask what there is");
});

test("a refusal says who may not do what, where", async (context) => {
  const client = await start(context, { preload, users });
  const { body } = await client.send("DELETE", `${mills}/one`, undefined, { headers: ada });
  assert.equal(body.reason, "Forbidden");
  assert.equal(
    body.message,
    'mills.test.dev "one" is forbidden: User "ada" cannot delete resource "mills" in API group "test.dev" in the namespace "default"',
  );
});

const ask = async (client: Client, verb: string, headers: Record<string, string>): Promise<Json> => {
  const resourceAttributes = { namespace: "default", verb, group: "test.dev", resource: "mills" };
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  return (await client.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, { headers })).body;
};

test("anybody may ask what they may do", async (context) => {
  const client = await start(context, { preload, users });
  const yes = await ask(client, "create", ada);
  assert.equal(yes.kind, "SelfSubjectAccessReview");
  assert.deepEqual(yes.status, {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "millers/default" of Role "miller" to User "ada"',
  });
  assert.deepEqual((await ask(client, "delete", ada)).status, { allowed: false });
  assert.deepEqual((await ask(client, "create", as("of-bob"))).status, { allowed: false });
  const rules = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace: "default" },
  };
  const { body } = await client.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", rules, { headers: ada });
  assert.ok(
    body.status.resourceRules.some((rule: Json) => rule.apiGroups[0] === "test.dev" && rule.verbs.length === 3),
  );
  const who = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const self = await client.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", who, { headers: ada });
  assert.deepEqual(self.body.status.userInfo, { username: "ada", groups: ["system:authenticated"] });
});

test("the administrator may pose as others, and nobody else may", async (context) => {
  const client = await start(context, { preload, users });
  assert.equal((await client.get(mills, { "Impersonate-User": "ada" })).code, 200);
  assert.equal((await client.get(mills, { "Impersonate-User": "bob" })).code, 403);
  assert.equal((await client.get(mills, { ...ada, "Impersonate-User": "bob" })).code, 403);
});

test("a service account's token is good until it expires or the account goes", async (context) => {
  const clock = new TestClock();
  const client = await start(context, { preload, clock });
  const account = "/api/v1/namespaces/default/serviceaccounts/default";
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } };
  const token = async (): Promise<string> => (await client.post(`${account}/token`, request)).body.status.token;
  const first = await token();
  assert.equal((await client.get(mills, as(first))).code, 200);
  assert.equal((await client.get(mills, as(`${first}x`))).code, 401);
  clock.forward(601_000);
  assert.equal((await client.get(mills, as(first))).code, 401);
  const second = await token();
  assert.equal((await client.get(mills, as(second))).code, 200);
  await client.delete(account);
  assert.equal((await client.get(mills, as(second))).code, 401);
});
