import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Octokit } from "@octokit/rest";
import { type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";
import { eventually } from "../../contract/forge-fixture.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => new Date("2026-03-01T12:00:00Z") };
const folder = mkdtempSync(join(tmpdir(), "millrace-merging-"));
let forge: RunningForge;
let token: string;
let api: Octokit;
let count = 0;

before(() => start());
after(async () => {
  await forge.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  forge = await startForge({ dataDir: folder, clock });
  token ??= forge.createToken("acme");
  api = new Octokit({ baseUrl: forge.api, auth: token, log: quiet });
}

/** A repository whose main demands `build`, and, if wanted, a queue. */
async function repository({ queue = false } = {}) {
  const at = { owner: "acme", repo: `app-${count++}` };
  await forge.createRepository({ owner: at.owner, name: at.repo, files: { "a.txt": "one\n" } });
  await api.repos.update({ ...at, allow_auto_merge: true });
  await api.repos.createRepoRuleset({
    ...{ ...at, name: "rules", enforcement: "active" as const },
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      {
        type: "required_status_checks" as const,
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: "build" }] },
      },
      ...(queue ? [{ type: "merge_queue" as const }] : []),
    ],
  });
  const pull = async (branch: string, path = `${branch}.txt`) => {
    const main = (await api.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
    await api.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: main });
    const sha = await commit(branch, path);
    const { data } = await api.pulls.create({ ...at, title: branch, head: branch, base: "main" });
    return { number: data.number, id: data.node_id, sha };
  };
  const commit = async (branch: string, path: string) => {
    const there = await api.repos.getContent({ ...at, path, ref: branch }).catch(() => undefined);
    const sha = there && "sha" in there.data ? there.data.sha : undefined;
    const content = Buffer.from(`${branch} ${count++}\n`).toString("base64");
    const file = { ...at, path, branch, message: `Change ${path}`, content, ...(sha !== undefined && { sha }) };
    return (await api.repos.createOrUpdateFileContents(file)).data.commit.sha!;
  };
  return {
    at,
    pull,
    commit,
    build: (sha: string, state: "success" | "failure" = "success") =>
      api.repos.createCommitStatus({ ...at, sha, context: "build", state }),
    get: async (pull_number: number) => (await api.pulls.get({ ...at, pull_number })).data,
    groups: async () => {
      const { data } = await api.git.listMatchingRefs({ ...at, ref: "heads/gh-readonly-queue/" });
      return data.map(({ ref, object }) => ({ ref, sha: object.sha }));
    },
    merged: (number: number) =>
      eventually(
        async () => (await api.pulls.get({ ...at, pull_number: number })).data,
        ({ merged }) => merged,
      ),
  };
}

const arm = (id: string, more = "") =>
  api.graphql(
    `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id ${more} }) { pullRequest { id } } }`,
    { id },
  );
/** What the page of a pull request says of its merge. */
const page = async ({ owner, repo }: { readonly owner: string; readonly repo: string }, number: number) =>
  (await fetch(`${forge.url}/${owner}/${repo}/pull/${number}`)).text();
const enqueue = (id: string) =>
  api.graphql<{ enqueuePullRequest: { mergeQueueEntry: { position: number; state: string } } }>(
    "mutation ($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { position state } } }",
    { id },
  );
const dequeue = (id: string) =>
  api.graphql("mutation ($id: ID!) { dequeuePullRequest(input: { id: $id }) { clientMutationId } }", { id });

describe("auto-merge", () => {
  test("goes on with the commits of whoever may write, as on GitHub, and merges in the name of who ordered it", async () => {
    const { at, pull, commit, build, get, merged } = await repository();
    const { number, id, sha } = await pull("topic");
    await arm(id, 'mergeMethod: SQUASH commitHeadline: "By itself"');
    const next = await commit("topic", "topic.txt");
    await build(sha);
    assert.ok((await get(number)).auto_merge);
    assert.match(await page(at, number), /merged as soon as nothing stands in its way, as acme wished/);
    await build(next);
    const done = await merged(number);
    assert.deepEqual([done.merged, done.merged_by?.login], [true, "acme"]);
  });

  test("is taken back when the pull request is closed, and by who has less to say when it gets another base", async () => {
    const { at, pull, get } = await repository();
    const one = await pull("one");
    await arm(one.id);
    await api.pulls.update({ ...at, pull_number: one.number, state: "closed" });
    assert.equal((await get(one.number)).auto_merge, null);
    const main = (await api.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
    await api.git.createRef({ ...at, ref: "refs/heads/other", sha: main });
    forge.addCollaborator(`${at.owner}/${at.repo}`, "ann", "write");
    const ann = new Octokit({ baseUrl: forge.api, auth: forge.createToken("ann"), log: quiet });
    const two = await pull("two");
    const { data } = await ann.pulls.create({ ...at, title: "Ann's", head: "two", base: "other" });
    await api.repos.updateBranchProtection({
      ...{ ...at, branch: "other", enforce_admins: true, required_pull_request_reviews: null, restrictions: null },
      required_status_checks: { strict: false, contexts: ["build"] },
    });
    await api.pulls.update({ ...at, pull_number: two.number, state: "closed" });
    await arm(data.node_id);
    assert.ok((await get(data.number)).auto_merge);
    forge.addCollaborator(`${at.owner}/${at.repo}`, "ann", "read");
    await ann.pulls.update({ ...at, pull_number: data.number, base: "main" });
    assert.equal((await get(data.number)).auto_merge, null);
  });

  test("is refused for what waits for nothing, conflicts or is a draft, and to who may not write", async () => {
    const { at, pull, build, commit } = await repository();
    const ready = await pull("ready");
    await build(ready.sha);
    await assert.rejects(arm(ready.id), /Pull request is in clean status/);
    await api.repos.createCommitStatus({ ...at, sha: ready.sha, context: "extra", state: "pending" });
    await assert.rejects(arm(ready.id), /Pull request is in unstable status/);
    const clash = await pull("clash", "a.txt");
    await api.repos.createRepoRuleset({ ...at, name: "none", enforcement: "disabled" });
    const { data: rules } = await api.repos.getRepoRulesets(at);
    for (const { id, name } of rules)
      if (name === "rules") await api.repos.updateRepoRuleset({ ...at, ruleset_id: id, enforcement: "disabled" });
    await commit("main", "a.txt");
    await assert.rejects(arm(clash.id), /Pull request is in dirty status/);
    const stranger = new Octokit({ baseUrl: forge.api, auth: forge.createToken("eve"), log: quiet });
    const order =
      "mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }";
    await assert.rejects(stranger.graphql(order, { id: clash.id }), /eve does not have the correct permissions/);
  });
});

describe("a merge queue", () => {
  test("merges first come first, each on top of what was merged before, and what was tested is what main gets", async () => {
    const { at, pull, build, groups, merged } = await repository({ queue: true });
    const pulls = [await pull("one"), await pull("two"), await pull("three")];
    for (const { sha } of pulls) await build(sha);
    const places = [];
    for (const { id } of pulls) places.push((await enqueue(id)).enqueuePullRequest.mergeQueueEntry.position);
    assert.deepEqual(places, [1, 2, 3]);
    assert.match(await page(at, pulls[2]!.number), /It is number 3 in the merge queue of main, put there by acme/);
    assert.equal((await enqueue(pulls[1]!.id)).enqueuePullRequest.mergeQueueEntry.position, 2);
    for (const { number } of pulls) {
      const [group] = await eventually(groups, (found) => found[0]?.ref.includes(`/pr-${number}-`) ?? false);
      const main = (await api.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
      assert.ok(group);
      assert.ok(group.ref.endsWith(`/main/pr-${number}-${main}`), group.ref);
      await build(group.sha);
      assert.equal((await merged(number)).merge_commit_sha, group.sha);
      assert.equal((await api.git.getRef({ ...at, ref: "heads/main" })).data.object.sha, group.sha);
    }
    assert.deepEqual(await eventually(groups, (found) => found.length === 0), []);
  });

  test("lets go what conflicts, what gets another head, what is closed and what somebody takes out", async () => {
    const { at, pull, commit, build, groups, merged, get } = await repository({ queue: true });
    const first = await pull("first", "a.txt");
    const clash = await pull("clash", "a.txt");
    const [moved, closed, taken, last] = [
      await pull("moved"),
      await pull("closed"),
      await pull("taken"),
      await pull("last"),
    ];
    for (const { sha, id } of [first, clash, moved, closed, taken, last]) {
      await build(sha);
      await enqueue(id);
    }
    await commit("moved", "moved.txt");
    await api.pulls.update({ ...at, pull_number: closed.number, state: "closed" });
    await dequeue(taken.id);
    for (const { number } of [first, last]) {
      const [group] = await eventually(groups, (found) => found[0]?.ref.includes(`/pr-${number}-`) ?? false);
      await build(group!.sha);
      assert.equal((await merged(number)).merged, true);
    }
    for (const { number } of [clash, moved, closed, taken]) assert.equal((await get(number)).merged, false);
    const left = forge
      .log()
      .filter(({ action, repository }) => action === "pull.dequeue" && repository?.endsWith(at.repo));
    assert.equal(left.length, 6);
  });

  test("takes what auto-merge was ordered for when it is ready, and nothing by hand or by push", async () => {
    const { at, pull, build, groups, merged, commit } = await repository({ queue: true });
    const { number, id, sha } = await pull("later");
    await arm(id);
    await assert.rejects(enqueue(id), /Required status check "build"/);
    await assert.rejects(commit("main", "a.txt"), /Changes must be made through the merge queue/);
    await build(sha);
    await assert.rejects(api.pulls.merge({ ...at, pull_number: number }), (error) => {
      const { status, message } = error as { readonly status: number; readonly message: string };
      return status === 405 && message.includes("Changes must be made through the merge queue");
    });
    const [group] = await eventually(groups, (found) => found.length === 1);
    await build(group!.sha);
    assert.equal((await merged(number)).merged, true);
  });

  test("goes on where it was when the forge starts again", async () => {
    const { pull, build, groups, merged } = await repository({ queue: true });
    const pulls = [await pull("one"), await pull("two")];
    for (const { id, sha } of pulls) {
      await build(sha);
      await enqueue(id);
    }
    const [before] = await eventually(groups, (found) => found.length === 1);
    await forge.close();
    await start();
    assert.deepEqual((await groups())[0], before);
    await build(before!.sha);
    await merged(pulls[0]!.number);
    const [next] = await eventually(groups, (found) => found[0]?.ref.includes(`/pr-${pulls[1]!.number}-`) ?? false);
    await build(next!.sha);
    assert.equal((await merged(pulls[1]!.number)).merged, true);
  });

  test("a branch without one takes nothing in", async () => {
    const { pull } = await repository();
    await assert.rejects(enqueue((await pull("one")).id), /No merge queue found for branch 'main'/);
  });
});

test("a branch whose history must be a line takes no merge commits", async () => {
  const { at, pull, build } = await repository();
  const { data: rules } = await api.repos.getRepoRulesets(at);
  await api.repos.updateRepoRuleset({ ...at, ruleset_id: rules[0]!.id, rules: [{ type: "required_linear_history" }] });
  const { number, sha } = await pull("one");
  await build(sha);
  const merge = (merge_method: "merge" | "rebase") => api.pulls.merge({ ...at, pull_number: number, merge_method });
  await assert.rejects(merge("merge"), /must not contain merge commits/);
  assert.equal((await merge("rebase")).data.merged, true);
});
