import assert from "node:assert/strict";
import { test } from "node:test";
import { operationOf, validateResponse, validateWebhook } from "./github-openapi.ts";

const user = {
  ...{ login: "octocat", id: 1, node_id: "MDQ6VXNlcjE=", gravatar_id: "", type: "User", site_admin: false },
  avatar_url: "https://forge.test/octocat.png",
  url: "https://forge.test/api/v3/users/octocat",
  html_url: "https://forge.test/octocat",
  followers_url: "https://forge.test/api/v3/users/octocat/followers",
  following_url: "https://forge.test/api/v3/users/octocat/following{/other_user}",
  gists_url: "https://forge.test/api/v3/users/octocat/gists{/gist_id}",
  starred_url: "https://forge.test/api/v3/users/octocat/starred{/owner}{/repo}",
  subscriptions_url: "https://forge.test/api/v3/users/octocat/subscriptions",
  organizations_url: "https://forge.test/api/v3/users/octocat/orgs",
  repos_url: "https://forge.test/api/v3/users/octocat/repos",
  events_url: "https://forge.test/api/v3/users/octocat/events{/privacy}",
  received_events_url: "https://forge.test/api/v3/users/octocat/received_events",
};
const release = {
  url: "https://forge.test/api/v3/repos/o/r/releases/1",
  html_url: "https://forge.test/o/r/releases/v1",
  assets_url: "https://forge.test/api/v3/repos/o/r/releases/1/assets",
  upload_url: "https://forge.test/api/uploads/repos/o/r/releases/1/assets{?name,label}",
  ...{ tarball_url: null, zipball_url: null, id: 1, node_id: "x", tag_name: "v1", target_commitish: "main" },
  ...{ name: null, body: null, draft: false, prerelease: false, assets: [], author: user },
  ...{ created_at: "2026-01-02T03:04:05Z", published_at: "2026-01-02T03:04:05Z" },
};
const answer = { method: "GET", path: "/api/v3/repos/o/r/releases/1?x=1", status: 200 };

test("a good answer has no problems", () => {
  assert.deepEqual(validateResponse({ ...answer, body: release }), []);
});

test("a bad answer is told place by place", () => {
  const { tag_name: _, ...rest } = release;
  const body = { ...rest, id: "1", created_at: "yesterday", author: { ...user, login: null }, colour: "red" };
  assert.deepEqual([...validateResponse({ ...answer, body })].sort(), [
    "author.login: must be string, but it is null",
    'created_at: must match format "date-time", but it is "yesterday"',
    'id: must be integer, but it is "1"',
    "the body: colour is not in GitHub's description",
    "the body: must have required property 'tag_name'",
  ]);
});

test("null is allowed only where GitHub allows it, also beside a reference", () => {
  const issue = { path: "/repos/o/r/issues/1", method: "GET", status: 200 };
  const problems = validateResponse({ ...issue, body: { milestone: null, user: null, number: null } });
  assert.ok(!problems.some((each) => each.startsWith("milestone:")));
  assert.ok(!problems.some((each) => each.startsWith("user:")));
  assert.ok(problems.includes("number: must be integer, but it is null"));
});

test("bodies and statuses that GitHub does not document are problems", () => {
  const base = { method: "DELETE", path: "/repos/o/r/releases/1" };
  assert.deepEqual(validateResponse({ ...base, status: 204 }), []);
  assert.deepEqual(validateResponse({ ...base, status: 204, body: {} }), ["repos/delete-release has no body with 204"]);
  assert.deepEqual(validateResponse({ ...base, status: 418 }), ["repos/delete-release documents no status 418"]);
  assert.deepEqual(validateResponse({ ...answer }), [
    "repos/get-release has a body with 200, and this answer has none",
  ]);
  assert.deepEqual(validateResponse({ ...base, path: "/nowhere", status: 200 }), [
    "GitHub documents no operation DELETE /nowhere",
  ]);
});

test("an operation is found by its most literal template, and branches may hold slashes", () => {
  assert.equal(operationOf("GET", "/repos/o/r/releases/latest")?.id, "repos/get-latest-release");
  assert.equal(operationOf("GET", "/repos/o/r/releases/tags/a/b")?.id, "repos/get-release-by-tag");
  assert.equal(operationOf("GET", "/repos/o/r/branches/a/b/protection")?.id, "repos/get-branch-protection");
  assert.equal(operationOf("GET", "/repos/o/r/branches/a/b")?.id, "repos/get-branch");
  assert.equal(operationOf("POST", "/api/uploads/repos/o/r/releases/1/assets")?.id, "repos/upload-release-asset");
  assert.equal(operationOf("GET", "/repos/o/r/git/ref/heads/a/b")?.id, "git/get-ref");
});

test("webhook payloads are held against the event's own description", () => {
  const problems = validateWebhook("create", { ref: "v1", ref_type: "note", master_branch: "main" });
  assert.ok(problems.includes('ref_type: must be equal to one of the allowed values: tag, branch, but it is "note"'));
  assert.deepEqual(validateWebhook("pull_request", { action: "exploded" }), [
    "GitHub documents no webhook pull_request with the action exploded",
  ]);
});
