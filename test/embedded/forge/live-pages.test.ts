import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let owner: Octokit;
const repo = { owner: "acme", repo: "sdk" };

before(async () => {
  world = await startTestForge();
  owner = world.octokit();
  const sha = await world.repository("sdk", { "README.md": "# Hello\n", "src/a b.txt": "one\ntwo\n", bin: "\0\x01" });
  await world.forge.createRepository({ owner: "acme", name: "secret", private: true, files: { a: "a" } });
  await world.forge.createRepository({ owner: "acme", name: "empty" });
  await owner.git.createRef({ ...repo, ref: "refs/heads/feature/<b>", sha });
  const file = { ...repo, path: "src/new.txt", branch: "feature/<b>", message: "Add <i>new</i>", content: "bmV3Cg==" };
  const { data: commit } = await owner.repos.createOrUpdateFileContents(file);
  await owner.pulls.create({ ...repo, head: "feature/<b>", base: "main", title: "Add <script>", body: "**Why** not" });
  await owner.repos.updateBranchProtection({
    ...{ ...repo, branch: "main", required_pull_request_reviews: null, enforce_admins: null, restrictions: null },
    required_status_checks: { strict: false, contexts: ["build", "test"] },
  });
  await owner.checks.create({ ...repo, name: "build", head_sha: commit.commit.sha!, conclusion: "success" });
  await owner.repos.createRelease({ ...repo, tag_name: "v1.0.0", body: "First" });
});
after(() => world.close());

async function get(
  path: string,
  token?: string,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const basic = `Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
  const headers = token === undefined ? {} : { authorization: basic };
  const response = await fetch(world.forge.url + path, { headers, redirect: "manual" });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test("the front page lists what anybody may see; signed in, private repositories too", async () => {
  const anonymous = await get("/");
  assert.match(anonymous.text, /href="\/acme\/sdk"/);
  assert.doesNotMatch(anonymous.text, /secret/);
  assert.match(anonymous.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.match((await get("/", world.token)).text, /href="\/acme\/secret"/);
  assert.equal((await get("/acme/secret")).status, 404);
  assert.equal((await get("/acme/secret", world.token)).status, 200);
  const login = await get("/login");
  assert.deepEqual([login.status, login.headers.get("www-authenticate")?.split(" ")[0]], [401, "Basic"]);
  assert.equal((await get("/login", world.token)).status, 303);
});

test("the addresses that the API gives for people lead to pages", async () => {
  const { data: full } = await owner.repos.get(repo);
  const { data: pull } = await owner.pulls.get({ ...repo, pull_number: 1 });
  const { data: release } = await owner.repos.getLatestRelease(repo);
  const { data: commit } = await owner.repos.getCommit({ ...repo, ref: "main" });
  const { data: content } = await owner.repos.getContent({ ...repo, path: "src/a b.txt" });
  const addresses = [full.html_url, pull.html_url, release.html_url, commit.html_url, full.owner.html_url];
  for (const address of [...addresses, (content as { readonly html_url: string }).html_url]) {
    const { status, text } = await get(new URL(address).pathname);
    assert.equal(status, 200, address);
    assert.match(text, /^<!doctype html>/);
  }
});

test("a pull request's page says which check is awaited, and shows its diff", async () => {
  const { text } = await get("/acme/sdk/pull/1");
  assert.match(text, /Add &lt;script&gt;/);
  assert.match(text, /<strong>Why<\/strong> not/);
  assert.match(text, /Required status check &quot;test&quot; is expected\./);
  assert.match(text, /1 check of 2 still running/);
  assert.match(text, /src\/new\.txt/);
  assert.match(text, /<td>new<\/td>/);
});

test("files, folders, branches, commits and empty repositories have pages", async () => {
  for (const [path, expected] of [
    ["/acme/sdk", /Hello/],
    ["/acme/sdk/tree/main/src", /a b\.txt/],
    ["/acme/sdk/blob/main/src/a%20b.txt", /<td>two<\/td>/],
    ["/acme/sdk/blob/main/bin", /A binary file/],
    [`/acme/sdk/tree/${encodeURIComponent("feature/<b>")}`, /feature\/&lt;b&gt;/],
    ["/acme/sdk/tree/feature/%3Cb%3E/src", /new\.txt/],
    ["/acme/sdk/commits/main", /Initial commit/],
    ["/acme/sdk/commit/main", /1 file|3 files/],
    ["/acme/sdk/branches", /protected/],
    ["/acme/sdk/tags", /First/],
    ["/acme/empty", /Nothing is pushed to main yet/],
    ["/acme/empty/commits/main", /Nothing is pushed to main yet/],
    ["/acme", /sdk/],
  ] as const) {
    const { status, text } = await get(path);
    assert.equal(status, 200, path);
    assert.match(text, expected, path);
  }
});

test("addresses that lead nowhere are a page, too, whatever stands in them", async () => {
  for (const path of [
    "/acme/sdk/pull/2",
    "/acme/sdk/commit/ffff",
    "/acme/sdk/blob/main/../../etc/passwd",
    "/a/b/c",
    "/%00",
    "/acme/sdk/blob/-x/y",
  ]) {
    assert.equal((await get(path)).status, 404, path);
  }
});
