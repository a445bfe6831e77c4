import assert from "node:assert/strict";
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

/** Writes a file on a branch, which is made at main where it is missing. */
async function write(repo: string, branch: string, path: string, text: string): Promise<string> {
  const known = await api.git.getRef({ ...at(repo), ref: `heads/${branch}` }).catch(() => undefined);
  if (!known) {
    const { data } = await api.git.getRef({ ...at(repo), ref: "heads/main" });
    await api.git.createRef({ ...at(repo), ref: `refs/heads/${branch}`, sha: data.object.sha });
  }
  const file = { ...at(repo), path, branch };
  const old = await api.repos.getContent({ ...at(repo), path, ref: branch }).catch(() => undefined);
  const sha = (old?.data as { sha?: string } | undefined)?.sha;
  const message = `Write ${path}`;
  const made = await api.repos.createOrUpdateFileContents({
    ...file,
    message,
    content: base64(text),
    ...(sha ? { sha } : {}),
  });
  return made.data.commit.sha ?? "";
}

/** A repository with one open pull request: `topic` writes `topic.txt`. */
async function withPull(repo: string): Promise<number> {
  await world.repository(repo, { "README.md": "one\ntwo\nthree\n" });
  await write(repo, "topic", "topic.txt", "topic\n");
  const { data } = await api.pulls.create({
    ...at(repo),
    title: "Add topic",
    head: "topic",
    base: "main",
    body: "Why",
  });
  return data.number;
}

const get = async (repo: string, pull_number = 1) => (await api.pulls.get({ ...at(repo), pull_number })).data;
const tipOf = async (repo: string, branch = "main") => (await api.repos.getCommit({ ...at(repo), ref: branch })).data;

test("a pull request is opened and told with what it changes", async () => {
  await withPull("opened");
  const pull = await get("opened");
  assert.deepEqual(
    [pull.state, pull.mergeable, pull.mergeable_state, pull.commits, pull.additions, pull.changed_files],
    ["open", true, "clean", 1, 1, 1],
  );
  assert.deepEqual([pull.head.label, pull.base.ref, pull.user.login, pull.body], ["acme:topic", "main", "acme", "Why"]);
  const files = await api.pulls.listFiles({ ...at("opened"), pull_number: 1 });
  assert.deepEqual(
    files.data.map(({ filename, status, patch }) => [filename, status, patch]),
    [["topic.txt", "added", "@@ -0,0 +1 @@\n+topic"]],
  );
  const commits = await api.pulls.listCommits({ ...at("opened"), pull_number: 1 });
  assert.deepEqual(
    commits.data.map(({ sha }) => sha),
    [pull.head.sha],
  );
  const diff = await api.pulls.get({ ...at("opened"), pull_number: 1, mediaType: { format: "diff" } });
  assert.match(diff.data as unknown as string, /^diff --git a\/topic\.txt b\/topic\.txt\nnew file mode 100644/);
  const patch = await api.pulls.get({ ...at("opened"), pull_number: 1, mediaType: { format: "patch" } });
  assert.match(patch.data as unknown as string, /^From [0-9a-f]{40} .*\n(?:.*\n)*Subject: \[PATCH\] Write topic\.txt/);
  const fetched = await world.git(world.folder, "ls-remote", world.address("acme/opened"), "refs/pull/1/head");
  assert.equal(fetched.split("\t")[0], pull.head.sha);
});

test("what GitHub refuses to open is refused in its words", async () => {
  await withPull("refused");
  const create = (head: string, base = "main") =>
    failureOf(api.pulls.create({ ...at("refused"), title: "x", head, base }));
  assert.deepEqual(await create("acme:topic"), [
    422,
    "Validation Failed: A pull request already exists for acme:topic.",
  ]);
  await api.git.createRef({ ...at("refused"), ref: "refs/heads/same", sha: (await tipOf("refused")).sha });
  assert.deepEqual(await create("same"), [422, "Validation Failed: No commits between main and same"]);
  assert.deepEqual(await create("missing"), [422, "Validation Failed: head invalid"]);
  assert.deepEqual(await create("topic", "missing"), [422, "Validation Failed: base invalid"]);
});

test("the list filters by state, head and base, and a bare branch name filters nothing", async () => {
  await withPull("listed");
  await write("listed", "other", "other.txt", "o");
  await api.pulls.create({ ...at("listed"), title: "Other", head: "other", base: "main" });
  await api.pulls.update({ ...at("listed"), pull_number: 1, state: "closed" });
  const numbers = async (filter: object) =>
    (await api.pulls.list({ ...at("listed"), ...filter })).data.map(({ number }) => number);
  assert.deepEqual(await numbers({}), [2]);
  assert.deepEqual(await numbers({ state: "all" }), [2, 1]);
  assert.deepEqual(await numbers({ state: "all", direction: "asc" }), [1, 2]);
  assert.deepEqual(await numbers({ state: "all", head: "acme:topic" }), [1]);
  assert.deepEqual(await numbers({ state: "all", head: "topic" }), [2, 1]);
  assert.deepEqual(await numbers({ base: "nope" }), []);
});

test("a merge commit has both parents, and the pull request is merged", async () => {
  await withPull("merged");
  const head = (await get("merged")).head.sha;
  const base = (await tipOf("merged")).sha;
  const check = () => failureOf(api.pulls.checkIfMerged({ ...at("merged"), pull_number: 1 }));
  assert.equal((await check())[0], 404);
  const { data } = await api.pulls.merge({ ...at("merged"), pull_number: 1, sha: head });
  assert.equal((await check())[0], 200);
  const tip = await tipOf("merged");
  assert.equal(tip.sha, data.sha);
  assert.deepEqual(
    tip.parents.map(({ sha }) => sha),
    [base, head],
  );
  assert.equal(tip.commit.message, "Merge pull request #1 from acme/topic\n\nAdd topic");
  const pull = await get("merged");
  assert.deepEqual(
    [pull.state, pull.merged, pull.merged_by?.login, pull.merge_commit_sha],
    ["closed", true, "acme", tip.sha],
  );
  assert.equal((await api.pulls.listCommits({ ...at("merged"), pull_number: 1 })).data.length, 1);
  const again = api.pulls.merge({ ...at("merged"), pull_number: 1 });
  assert.deepEqual(await failureOf(again), [405, "Pull Request is not mergeable"]);
});

test("a squash is one commit of the author with the pull request's number", async () => {
  await withPull("squashed");
  await write("squashed", "topic", "more.txt", "more\n");
  await api.pulls.merge({ ...at("squashed"), pull_number: 1, merge_method: "squash" });
  const tip = await tipOf("squashed");
  assert.equal(tip.parents.length, 1);
  assert.equal(tip.commit.message, "Add topic (#1)\n\n* Write topic.txt\n\n* Write more.txt");
  assert.deepEqual(
    tip.files?.map(({ filename }) => filename),
    ["more.txt", "topic.txt"],
  );
  assert.equal((await get("squashed")).merged, true);
});

test("a rebase repeats the commits on a base that has moved", async () => {
  await withPull("rebased");
  await write("rebased", "topic", "more.txt", "more\n");
  const base = await write("rebased", "main", "README.md", "zero\none\ntwo\nthree\n");
  await api.pulls.merge({ ...at("rebased"), pull_number: 1, merge_method: "rebase" });
  const { data } = await api.repos.listCommits({ ...at("rebased"), per_page: 3 });
  assert.deepEqual(
    data.map(({ commit }) => commit.message),
    ["Write more.txt", "Write topic.txt", "Write README.md"],
  );
  assert.equal(data[2]?.sha, base);
  const tree = await api.git.getTree({ ...at("rebased"), tree_sha: "main" });
  assert.deepEqual(
    tree.data.tree.map(({ path }) => path),
    ["README.md", "more.txt", "topic.txt"],
  );
});

test("a conflict is dirty and cannot be merged by any method", async () => {
  await withPull("conflict");
  await write("conflict", "topic", "README.md", "ours\n");
  await write("conflict", "main", "README.md", "theirs\n");
  const pull = await get("conflict");
  assert.deepEqual([pull.mergeable, pull.mergeable_state], [false, "dirty"]);
  for (const merge_method of ["merge", "squash", "rebase"] as const) {
    assert.equal((await failureOf(api.pulls.merge({ ...at("conflict"), pull_number: 1, merge_method })))[0], 405);
  }
  assert.equal((await failureOf(api.pulls.updateBranch({ ...at("conflict"), pull_number: 1 })))[0], 422);
});

test("a head that is not the one asked for is not merged", async () => {
  await withPull("guarded");
  const sha = (await get("guarded")).head.sha;
  await write("guarded", "topic", "late.txt", "late\n");
  const merge = api.pulls.merge({ ...at("guarded"), pull_number: 1, sha });
  assert.deepEqual(await failureOf(merge), [409, "Head branch was modified. Review and try the merge again."]);
});

test("a method that the repository forbids is a 405", async () => {
  await withPull("methods");
  await api.repos.update({ ...at("methods"), allow_squash_merge: false, delete_branch_on_merge: true });
  const merge = api.pulls.merge({ ...at("methods"), pull_number: 1, merge_method: "squash" });
  assert.deepEqual(await failureOf(merge), [405, "Squash merges are not allowed on this repository."]);
  await api.pulls.merge({ ...at("methods"), pull_number: 1 });
  assert.equal((await failureOf(api.repos.getBranch({ ...at("methods"), branch: "topic" })))[0], 404);
  assert.equal((await get("methods")).merged, true);
});

test("title, body, base and state can be changed, and an edit that changes nothing leaves no trace", async () => {
  await withPull("edited");
  await api.git.createRef({ ...at("edited"), ref: "refs/heads/next", sha: (await tipOf("edited")).sha });
  const edit = (change: object) => api.pulls.update({ ...at("edited"), pull_number: 1, ...change });
  const { data } = await edit({ title: "Better", body: "Because", base: "next" });
  assert.deepEqual([data.title, data.body, data.base.ref], ["Better", "Because", "next"]);
  const before = world.forge.log().length;
  await edit({ title: "Better", body: "Because", base: "next" });
  assert.equal(world.forge.log().length, before);
  assert.equal((await edit({ state: "closed" })).data.state, "closed");
  assert.equal((await edit({ state: "open" })).data.state, "open");
  await edit({ state: "closed" });
  await api.git.deleteRef({ ...at("edited"), ref: "heads/topic" });
  assert.deepEqual(await failureOf(edit({ state: "open" })), [
    422,
    "Validation Failed: state cannot be changed. The topic branch has been deleted.",
  ]);
});

test("deleting its branch closes a pull request, and pushing to it synchronizes", async () => {
  await withPull("synced");
  const sha = await write("synced", "topic", "again.txt", "again\n");
  assert.equal((await get("synced")).head.sha, sha);
  await api.git.deleteRef({ ...at("synced"), ref: "heads/topic" });
  const pull = await get("synced");
  assert.deepEqual([pull.state, pull.merged, pull.head.sha], ["closed", false, sha]);
  const verbs = world.forge
    .log()
    .filter(({ repository }) => repository === "acme/synced")
    .map(({ action }) => action);
  assert.deepEqual(verbs.slice(-4), ["branch.update", "pull.synchronize", "branch.delete", "pull.close"]);
});

test("pushing the head into the base by hand merges the pull request", async () => {
  await withPull("by-hand");
  const work = `${world.folder}/by-hand`;
  await world.git(world.folder, "clone", "--quiet", world.address("acme/by-hand"), work);
  await world.git(work, "merge", "--quiet", "--no-ff", "-m", "By hand", "origin/topic");
  await world.git(work, "push", "--quiet", "origin", "HEAD:main");
  const pull = await get("by-hand");
  assert.deepEqual([pull.state, pull.merged, pull.merge_commit_sha], ["closed", true, (await tipOf("by-hand")).sha]);
});

test("updating the branch merges the base into the head", async () => {
  await withPull("updated");
  const none = api.pulls.updateBranch({ ...at("updated"), pull_number: 1 });
  assert.deepEqual(await failureOf(none), [422, "There are no new commits on the base branch."]);
  const base = await write("updated", "main", "base.txt", "base\n");
  const head = (await get("updated")).head.sha;
  const stale = api.pulls.updateBranch({ ...at("updated"), pull_number: 1, expected_head_sha: base });
  assert.deepEqual(await failureOf(stale), [422, "expected head sha didn't match current head ref."]);
  const done = await api.pulls.updateBranch({ ...at("updated"), pull_number: 1, expected_head_sha: head });
  assert.equal(done.status as number, 202);
  assert.deepEqual(
    (await tipOf("updated", "topic")).parents.map(({ sha }) => sha),
    [head, base],
  );
  assert.equal((await get("updated")).changed_files, 1);
});

test("the pull request of a commit is found by its commits and by its merge", async () => {
  await withPull("found");
  const head = (await get("found")).head.sha;
  const numbers = async (commit_sha: string) =>
    (await api.repos.listPullRequestsAssociatedWithCommit({ ...at("found"), commit_sha })).data.map(
      ({ number }) => number,
    );
  assert.deepEqual(await numbers(head), [1]);
  const { data } = await api.pulls.merge({ ...at("found"), pull_number: 1, merge_method: "squash" });
  assert.deepEqual(await numbers(data.sha), [1]);
  assert.deepEqual(await numbers((await tipOf("found")).parents[0]?.sha ?? ""), []);
});

test("every route of pull requests has been answered here", () => {
  const routes = coreRoutes
    .filter(({ path }) => path.includes("/pulls"))
    .map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    routes.filter((route) => !world.answered.has(route)),
    [],
  );
});
