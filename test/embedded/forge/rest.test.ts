import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { coreRoutes } from "../../../src/embedded/forge/rest/route.ts";
import { failureOf, startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let api: Octokit;
const at = (repo: string) => ({ owner: "acme", repo });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

before(async () => {
  world = await startTestForge();
  api = world.octokit();
});
after(() => world.close());

test("the caller is who the token belongs to", async () => {
  const { data, headers } = await api.users.getAuthenticated();
  assert.equal(data.login, "acme");
  assert.equal(headers["x-ratelimit-limit"], "5000");
  assert.match(String(headers["x-github-request-id"]), /^[0-9A-F-]{36}$/);
  assert.equal((await api.users.getByUsername({ username: "ACME" })).data.id, data.id);
  assert.deepEqual(await failureOf(world.octokit("wrong").users.getAuthenticated()), [401, "Bad credentials"]);
});

test("a repository is made, read, changed and deleted", async () => {
  world.forge.createOrganization("umbrella", { acme: "admin" });
  const made = await api.repos.createInOrg({ org: "umbrella", name: "tools", auto_init: true, description: "Tools" });
  assert.equal(made.status, 201);
  assert.equal(made.data.permissions?.admin, true);
  const place = { owner: "umbrella", repo: "tools" };
  assert.equal((await api.repos.get(place)).data.default_branch, "main");
  assert.deepEqual(
    (await api.repos.listForOrg({ org: "umbrella" })).data.map(({ name }) => name),
    ["tools"],
  );
  const own = await api.repos.createForAuthenticatedUser({ name: "own", private: true });
  assert.equal(own.data.private, true);
  assert.ok((await api.repos.listForAuthenticatedUser()).data.some(({ name }) => name === "own"));
  assert.deepEqual(await failureOf(api.repos.createForAuthenticatedUser({ name: "own" })), [
    422,
    "Repository creation failed.: name already exists on this account",
  ]);
  const changed = await api.repos.update({ ...place, description: "Better tools", allow_squash_merge: false });
  assert.equal(changed.data.description, "Better tools");
  assert.equal(changed.data.allow_squash_merge, false);
  assert.equal((await api.repos.delete(place)).status, 204);
  assert.deepEqual(await failureOf(api.repos.get(place)), [404, "Not Found"]);
});

test("a renamed repository answers to its old name with a redirect, for the API and for git", async () => {
  await world.repository("before");
  await api.repos.update({ ...at("before"), name: "after" });
  assert.equal((await api.repos.get(at("before"))).data.full_name, "acme/after");
  const answer = await fetch(`${world.forge.api}/repos/acme/before/branches?per_page=1`, { redirect: "manual" });
  assert.equal(answer.status, 301);
  assert.match(answer.headers.get("location") ?? "", /\/api\/v3\/repositories\/\d+\/branches\?per_page=1$/);
  assert.match(await world.git(world.folder, "ls-remote", world.address("acme/before"), "main"), /refs\/heads\/main/);
  await world.repository("before");
  assert.equal((await api.repos.get(at("before"))).data.full_name, "acme/before");
});

test("who may not see a repository gets 404, and who may not write 403", async () => {
  await api.repos.createForAuthenticatedUser({ name: "hidden", private: true });
  await world.repository("shown");
  const eve = world.octokit(world.forge.createToken("eve"));
  assert.deepEqual(await failureOf(eve.repos.get(at("hidden"))), [404, "Not Found"]);
  const write = eve.git.createRef({ ...at("shown"), ref: "refs/heads/x", sha: "0".repeat(40) });
  assert.deepEqual(await failureOf(write), [403, "Resource not accessible by personal access token"]);
  assert.deepEqual(await failureOf(eve.repos.delete(at("shown"))), [403, "Must have admin rights to Repository."]);
  world.forge.addCollaborator("acme/hidden", "eve", "read");
  assert.equal((await eve.repos.get(at("hidden"))).data.name, "hidden");
  await api.repos.update({ ...at("shown"), archived: true });
  const archived = api.git.createRef({ ...at("shown"), ref: "refs/heads/x", sha: "0".repeat(40) });
  assert.deepEqual(await failureOf(archived), [403, "Repository was archived so is read-only."]);
});

test("branches are listed, read and renamed", async () => {
  const sha = await world.repository("branches");
  await api.git.createRef({ ...at("branches"), ref: "refs/heads/feature/one", sha });
  const names = (await api.repos.listBranches(at("branches"))).data.map(({ name }) => name);
  assert.deepEqual(names, ["feature/one", "main"]);
  const one = await api.repos.getBranch({ ...at("branches"), branch: "feature/one" });
  assert.equal(one.data.commit.sha, sha);
  const missing = api.repos.getBranch({ ...at("branches"), branch: "nope" });
  assert.deepEqual(await failureOf(missing), [404, "Branch not found"]);
  await api.repos.renameBranch({ ...at("branches"), branch: "main", new_name: "trunk" });
  assert.equal((await api.repos.get(at("branches"))).data.default_branch, "trunk");
});

test("refs are made, moved forward, forced and deleted", async () => {
  const sha = await world.repository("refs");
  const first = (await api.git.getCommit({ ...at("refs"), commit_sha: sha })).data;
  const commit = async (message: string, parents: string[]) =>
    (await api.git.createCommit({ ...at("refs"), message, tree: first.tree.sha, parents })).data.sha;
  const [second, aside] = [await commit("second", [sha]), await commit("aside", [])];
  const ref = "heads/topic";
  await api.git.createRef({ ...at("refs"), ref: `refs/${ref}`, sha });
  const again = api.git.createRef({ ...at("refs"), ref: `refs/${ref}`, sha });
  assert.deepEqual(await failureOf(again), [422, "Reference already exists"]);
  await api.git.updateRef({ ...at("refs"), ref, sha: second });
  const back = api.git.updateRef({ ...at("refs"), ref, sha: aside });
  assert.deepEqual(await failureOf(back), [422, "Update is not a fast forward"]);
  await api.git.updateRef({ ...at("refs"), ref, sha: aside, force: true });
  assert.equal((await api.git.getRef({ ...at("refs"), ref })).data.object.sha, aside);
  const found = (await api.git.listMatchingRefs({ ...at("refs"), ref: "heads/to" })).data;
  assert.deepEqual(
    found.map((each) => each.ref),
    ["refs/heads/topic"],
  );
  assert.equal((await api.git.listMatchingRefs({ ...at("refs"), ref: "" })).data.length, 2);
  await api.git.deleteRef({ ...at("refs"), ref });
  assert.deepEqual(await failureOf(api.git.getRef({ ...at("refs"), ref })), [404, "Not Found"]);
  assert.deepEqual(await failureOf(api.git.deleteRef({ ...at("refs"), ref })), [422, "Reference does not exist"]);
  const nested = api.git.createRef({ ...at("refs"), ref: "refs/heads/main/below", sha });
  assert.equal((await failureOf(nested))[0], 422);
  const missing = api.git.createRef({ ...at("refs"), ref: "refs/heads/none", sha: "1".repeat(40) });
  assert.deepEqual(await failureOf(missing), [422, "Object does not exist"]);
});

test("a commit is built from blobs and trees, and git itself finds it sound", async () => {
  const parent = await world.repository("data", { "keep.txt": "keep\n", "dir/gone.txt": "gone\n", "dir/a.txt": "a\n" });
  const blob = (await api.git.createBlob({ ...at("data"), content: base64("bytes\n"), encoding: "base64" })).data.sha;
  const read = (await api.git.getBlob({ ...at("data"), file_sha: blob })).data;
  assert.equal(Buffer.from(read.content, "base64").toString(), "bytes\n");
  const base = (await api.git.getCommit({ ...at("data"), commit_sha: parent })).data.tree.sha;
  const tree = await api.git.createTree({
    ...at("data"),
    base_tree: base,
    tree: [
      { path: "dir/gone.txt", mode: "100644", type: "blob", sha: null },
      { path: "dir/new.sh", mode: "100755", type: "blob", sha: blob },
      { path: "dir.txt", mode: "100644", type: "blob", content: "beside\n" },
    ],
  });
  const commit = await api.git.createCommit({
    ...at("data"),
    message: "Build\n\nChange-Id: 7",
    tree: tree.data.sha,
    parents: [parent],
    author: { name: "Ada", email: "ada@example.com", date: "2026-02-03T04:05:06Z" },
  });
  assert.equal(commit.data.author.date, "2026-02-03T04:05:06Z");
  await api.git.updateRef({ ...at("data"), ref: "heads/main", sha: commit.data.sha });
  const all = await api.git.getTree({ ...at("data"), tree_sha: "main", recursive: "1" });
  assert.deepEqual(
    all.data.tree.map(({ path, mode }) => `${mode} ${path}`),
    ["100644 dir.txt", "040000 dir", "100644 dir/a.txt", "100755 dir/new.sh", "100644 keep.txt"],
  );
  const work = `${world.folder}/data-work`;
  await world.git(world.folder, "-c", "fetch.fsckObjects=true", "clone", "--quiet", world.address("acme/data"), work);
  await world.git(work, "fsck", "--strict");
  assert.equal(
    await world.git(work, "log", "-1", "--format=%an %aI%n%B"),
    "Ada 2026-02-03T04:05:06+00:00\nBuild\n\nChange-Id: 7\n",
  );
  const bad = api.git.createTree({ ...at("data"), tree: [{ path: "../x", mode: "100644", content: "x" }] });
  assert.deepEqual(await failureOf(bad), [422, "tree.path contains a malformed path component"]);
});

test("an annotated tag is an object and a ref, and is peeled where a commit is wanted", async () => {
  const sha = await world.repository("tags");
  const tagger = { name: "Ada", email: "ada@example.com", date: "2026-02-03T04:05:06Z" };
  const made = await api.git.createTag({
    ...at("tags"),
    tag: "v1.0.0",
    message: "One",
    object: sha,
    type: "commit",
    tagger,
  });
  await api.git.createRef({ ...at("tags"), ref: "refs/tags/v1.0.0", sha: made.data.sha });
  const ref = await api.git.getRef({ ...at("tags"), ref: "tags/v1.0.0" });
  assert.deepEqual([ref.data.object.type, ref.data.object.sha], ["tag", made.data.sha]);
  assert.equal((await api.git.getTag({ ...at("tags"), tag_sha: made.data.sha })).data.message, "One");
  assert.equal((await api.repos.listTags(at("tags"))).data[0]?.commit.sha, sha);
  assert.equal((await api.repos.getCommit({ ...at("tags"), ref: "v1.0.0" })).data.sha, sha);
  assert.deepEqual(world.forge.log().at(-1)?.action, "tag.create");
});

test("files are made, changed and deleted by contents, and a stale sha is refused", async () => {
  await world.repository("contents", { "a/b.txt": "b\n" });
  const file = { ...at("contents"), path: "a/c.txt" };
  const made = await api.repos.createOrUpdateFileContents({ ...file, message: "Add", content: base64("one\n") });
  assert.equal(made.status, 201);
  const sha = made.data.content?.sha ?? "";
  const stale = { ...file, message: "Change", content: base64("two\n"), sha: "0".repeat(40) };
  assert.equal((await failureOf(api.repos.createOrUpdateFileContents(stale)))[0], 409);
  const without = api.repos.createOrUpdateFileContents({ ...file, message: "Change", content: base64("two\n") });
  assert.deepEqual(await failureOf(without), [422, 'Invalid request.\n\n"sha" wasn\'t supplied.']);
  const changed = await api.repos.createOrUpdateFileContents({ ...stale, sha });
  assert.equal(changed.status, 200);
  const raw = await api.repos.getContent({ ...file, mediaType: { format: "raw" } });
  assert.equal(raw.data as unknown, "two\n");
  const folder = await api.repos.getContent({ ...at("contents"), path: "a" });
  assert.deepEqual(
    (folder.data as { name: string }[]).map(({ name }) => name),
    ["b.txt", "c.txt"],
  );
  const root = await api.repos.getContent({ ...at("contents"), path: "", mediaType: { format: "object" } });
  assert.equal((root.data as { type: string }).type, "dir");
  await api.repos.deleteFile({ ...file, message: "Remove", sha: changed.data.content?.sha ?? "" });
  assert.deepEqual(await failureOf(api.repos.getContent(file)), [404, "Not Found"]);
});

test("the first file of an empty repository makes its branch", async () => {
  await api.repos.createForAuthenticatedUser({ name: "empty" });
  assert.deepEqual(await failureOf(api.repos.listCommits(at("empty"))), [409, "Git Repository is empty."]);
  await api.repos.createOrUpdateFileContents({ ...at("empty"), path: "x", message: "First", content: base64("x") });
  assert.equal((await api.repos.listCommits(at("empty"))).data[0]?.commit.message, "First");
});

test("commits are listed by pages, by path, and told with their files", async () => {
  await world.repository("history", { "a.txt": "0\n" });
  for (let number = 1; number <= 5; number += 1) {
    const path = number % 2 === 0 ? "even.txt" : "odd.txt";
    const known = await api.repos.getContent({ ...at("history"), path }).catch(() => undefined);
    const sha = (known?.data as { sha?: string } | undefined)?.sha;
    const content = base64(`${number}\n`);
    const message = `Change ${number}`;
    await api.repos.createOrUpdateFileContents({ ...at("history"), path, message, content, ...(sha ? { sha } : {}) });
  }
  const page = await api.repos.listCommits({ ...at("history"), per_page: 2, page: 2 });
  assert.deepEqual(
    page.data.map(({ commit }) => commit.message),
    ["Change 3", "Change 2"],
  );
  const link = page.headers.link ?? "";
  assert.deepEqual(
    [...link.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel),
    ["prev", "next", "last", "first"],
  );
  const all = await api.paginate(api.repos.listCommits, { ...at("history"), per_page: 2 });
  assert.equal(all.length, 6);
  const even = await api.repos.listCommits({ ...at("history"), path: "even.txt" });
  assert.deepEqual(
    even.data.map(({ commit }) => commit.message),
    ["Change 4", "Change 2"],
  );
  const { data } = await api.repos.getCommit({ ...at("history"), ref: "main" });
  assert.deepEqual(data.stats, { total: 2, additions: 1, deletions: 1 });
  assert.equal(data.files?.[0]?.patch, "@@ -1 +1 @@\n-3\n+5");
  const diff = await api.repos.getCommit({ ...at("history"), ref: "main", mediaType: { format: "diff" } });
  assert.match(diff.data as unknown as string, /^diff --git a\/odd\.txt b\/odd\.txt/);
  const sha = await api.repos.getCommit({ ...at("history"), ref: "main", mediaType: { format: "sha" } });
  assert.equal(sha.data as unknown, data.sha);
});

test("two branches are compared, with a renamed and a binary file", async () => {
  const sha = await world.repository("compare", { "old.txt": "one\ntwo\nthree\nfour\n", "bin.dat": "a\0b" });
  const work = `${world.folder}/compare-work`;
  await world.git(world.folder, "clone", "--quiet", world.address("acme/compare"), work);
  await world.git(work, "mv", "old.txt", "new name.txt");
  await world.git(work, "commit", "--quiet", "-m", "Rename");
  await world.git(work, "push", "--quiet", "origin", "HEAD:topic");
  const { data } = await api.repos.compareCommitsWithBasehead({ ...at("compare"), basehead: "main...topic" });
  assert.deepEqual([data.status, data.ahead_by, data.behind_by, data.merge_base_commit.sha], ["ahead", 1, 0, sha]);
  assert.deepEqual([data.files?.[0]?.status, data.files?.[0]?.previous_filename], ["renamed", "old.txt"]);
  const same = await api.repos.compareCommitsWithBasehead({ ...at("compare"), basehead: `main...acme:main` });
  assert.equal(same.data.status, "identical");
  const none = api.repos.compareCommitsWithBasehead({ ...at("compare"), basehead: "main...nope" });
  assert.deepEqual(await failureOf(none), [404, "Not Found"]);
});

test("the archive of a commit is always the same bytes, by API and by its web address", async () => {
  const sha = await world.repository("archive", { "x.txt": "x\n" });
  const hash = (bytes: ArrayBuffer): string => createHash("sha256").update(Buffer.from(bytes)).digest("hex");
  const web = await fetch(`${world.forge.url}/acme/archive/archive/${sha}.tar.gz`);
  assert.equal(web.status, 200);
  const first = hash(await web.arrayBuffer());
  const tar = await api.repos.downloadTarballArchive({ ...at("archive"), ref: sha });
  assert.equal(hash(tar.data as ArrayBuffer), first);
  const zip = await api.repos.downloadZipballArchive({ ...at("archive"), ref: "main" });
  assert.equal(
    Buffer.from(zip.data as ArrayBuffer)
      .subarray(0, 2)
      .toString(),
    "PK",
  );
});

test("who may do what on a repository can be read and changed", async () => {
  await world.repository("shared");
  const token = world.forge.createToken("bob");
  const bob = { ...at("shared"), username: "bob" };
  const permission = async () => (await api.repos.getCollaboratorPermissionLevel(bob)).data.permission;
  assert.equal(await permission(), "read");
  assert.equal((await failureOf(api.repos.checkCollaborator(bob)))[0], 404);
  await api.repos.addCollaborator({ ...bob, permission: "push" });
  assert.equal((await api.repos.checkCollaborator(bob)).status, 204);
  assert.equal(await permission(), "write");
  const people = (await world.octokit(token).repos.listCollaborators(at("shared"))).data;
  assert.deepEqual(
    people.map(({ login, role_name }) => [login, role_name]),
    [
      ["acme", "admin"],
      ["bob", "write"],
    ],
  );
  await api.repos.removeCollaborator(bob);
  assert.equal(await permission(), "read");
});

test("a branch is merged into another without a pull request", async () => {
  const sha = await world.repository("merges", { "a.txt": "1\n2\n3\n" });
  await api.git.createRef({ ...at("merges"), ref: "refs/heads/topic", sha });
  assert.equal((await api.repos.merge({ ...at("merges"), base: "main", head: "topic" })).status as number, 204);
  const write = (branch: string, text: string) =>
    api.repos.createOrUpdateFileContents({
      ...at("merges"),
      path: `${branch}.txt`,
      branch,
      message: branch,
      content: base64(text),
    });
  await write("topic", "t");
  await write("main", "m");
  const merged = await api.repos.merge({ ...at("merges"), base: "main", head: "topic" });
  assert.equal(merged.data.parents.length, 2);
  const none = api.repos.merge({ ...at("merges"), base: "nope", head: "topic" });
  assert.deepEqual(await failureOf(none), [404, "Base does not exist"]);
});

test("a conditional request costs nothing and has no body", async () => {
  await world.repository("conditional");
  const first = await api.repos.get(at("conditional"));
  const { etag = "" } = first.headers;
  assert.match(etag, /^W\/"[0-9a-f]{64}"$/);
  const before = Number((await api.repos.get(at("conditional"))).headers["x-ratelimit-used"]);
  const again = api.repos.get({ ...at("conditional"), headers: { "if-none-match": etag } });
  assert.equal((await failureOf(again))[0], 304);
  const later = Number((await api.repos.get(at("conditional"))).headers["x-ratelimit-used"]);
  assert.equal(later, before + 1);
});

test("a body that is not JSON, or not an object, is a 400", async () => {
  for (const body of ["{", "[1]"]) {
    const headers = { authorization: `token ${world.token}` };
    const answer = await fetch(`${world.forge.api}/user/repos`, { method: "POST", headers, body });
    assert.equal(answer.status, 400);
  }
  const wrong = api.request("POST /user/repos", { name: 7 } as never);
  assert.deepEqual(await failureOf(wrong), [422, "Invalid request.\n\nFor 'properties/name', 7 is not a string."]);
});

test("every core route but those of pull requests has been answered here", () => {
  const missing = coreRoutes
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !route.includes("/pulls") && !world.answered.has(route));
  assert.deepEqual(missing, []);
});
