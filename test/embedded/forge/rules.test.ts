import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { failureOf, startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let owner: Octokit;
let ada: Octokit;
let bot: Octokit;
let made = 0;

before(async () => {
  world = await startTestForge();
  const { forge } = world;
  owner = world.octokit();
  ada = world.octokit(forge.createToken("ada"));
  bot = world.octokit(forge.createToken("bot"));
});
after(() => world.close());

/** A repository with a protected main and an open pull request of bot's. */
async function protectedPull(protection: Partial<Parameters<Octokit["repos"]["updateBranchProtection"]>[0]>) {
  made += 1;
  const name = `protected-${made}`;
  const repo = { owner: "acme", repo: name };
  const sha = await world.repository(name, { "a.txt": "a\n" });
  for (const login of ["ada", "bot"]) world.forge.addCollaborator(`acme/${name}`, login, "write");
  await bot.git.createRef({ ...repo, ref: "refs/heads/change", sha });
  const file = { ...repo, path: "b.txt", branch: "change", message: "Add b", content: "Yg==" };
  const { data: commit } = await bot.repos.createOrUpdateFileContents(file);
  const { data: pull } = await bot.pulls.create({ ...repo, head: "change", base: "main", title: "Add b" });
  await owner.repos.updateBranchProtection({
    ...{ required_status_checks: null, required_pull_request_reviews: null, restrictions: null, enforce_admins: true },
    ...protection,
    ...repo,
    branch: "main",
  });
  const one = { ...repo, pull_number: pull.number };
  const state = async () => (await bot.pulls.get(one)).data.mergeable_state;
  const report = (check: string, conclusion?: "success" | "failure" | "skipped", head_sha = commit.commit.sha!) =>
    owner.checks.create({
      ...repo,
      name: check,
      head_sha,
      ...(conclusion ? { conclusion } : { status: "in_progress" }),
    });
  return { repo, one, state, report, head: commit.commit.sha! };
}

test("a required check that nobody reported, that runs, or that failed blocks the merge and is named", async () => {
  const { one, state, report } = await protectedPull({
    required_status_checks: { strict: false, contexts: ["build"] },
  });
  assert.equal(await state(), "blocked");
  assert.deepEqual(await failureOf(bot.pulls.merge(one)), [405, 'Required status check "build" is expected.']);
  await report("build");
  assert.deepEqual(await failureOf(bot.pulls.merge(one)), [405, 'Required status check "build" is pending.']);
  await report("build", "failure");
  assert.deepEqual(await failureOf(bot.pulls.merge(one)), [405, 'Required status check "build" is failing.']);
  await report("build", "skipped");
  assert.equal(await state(), "clean");
  await bot.pulls.merge(one);
});

test("a commit status passes a required check as well as a check run", async () => {
  const { repo, head, state } = await protectedPull({ required_status_checks: { strict: false, contexts: ["ci"] } });
  await bot.repos.createCommitStatus({ ...repo, sha: head, context: "ci", state: "error" });
  assert.equal(await state(), "blocked");
  await bot.repos.createCommitStatus({ ...repo, sha: head, context: "ci", state: "success" });
  assert.equal(await state(), "clean");
});

test("a check of another app does not pass one that is required of an app", async () => {
  const checks = [{ context: "build", app_id: 4711 }];
  const { state, report } = await protectedPull({ required_status_checks: { strict: false, contexts: [], checks } });
  await report("build", "success");
  assert.equal(await state(), "blocked");
});

test("a check that nobody requires makes the pull request unstable and stops nothing", async () => {
  const { one, state, report } = await protectedPull({
    required_status_checks: { strict: false, contexts: ["build"] },
  });
  await report("build", "success");
  await report("lint", "failure");
  assert.equal(await state(), "unstable");
  await bot.pulls.merge(one);
});

test("strict checks want the newest base, and updating the branch gives it", async () => {
  const { repo, one, state, report } = await protectedPull({
    required_status_checks: { strict: true, contexts: ["build"] },
  });
  await report("build", "success");
  assert.equal(await state(), "clean");
  await owner.repos.deleteAdminBranchProtection({ ...repo, branch: "main" });
  await owner.repos.createOrUpdateFileContents({ ...repo, path: "c.txt", message: "Go on", content: "Yw==" });
  assert.equal(await state(), "behind");
  assert.match((await failureOf(bot.pulls.merge(one)))[1], /not up to date with the base branch/);
  await bot.pulls.updateBranch(one);
  const { data } = await bot.pulls.get(one);
  await report("build", "success", data.head.sha);
  assert.equal(await state(), "clean");
});

test("reviews count when they are of people who may write, and a request for changes outweighs approvals", async () => {
  const reviews = { required_approving_review_count: 1 };
  const { one, state } = await protectedPull({ required_pull_request_reviews: reviews });
  const stranger = world.octokit(world.forge.createToken("stranger"));
  await stranger.pulls.createReview({ ...one, event: "APPROVE" });
  assert.equal(await state(), "blocked");
  await ada.pulls.createReview({ ...one, event: "APPROVE" });
  assert.equal(await state(), "clean");
  const { data: no } = await owner.pulls.createReview({ ...one, event: "REQUEST_CHANGES", body: "No" });
  assert.deepEqual(await failureOf(bot.pulls.merge(one)), [405, "Changes were requested by acme."]);
  await owner.pulls.dismissReview({ ...one, review_id: no.id, message: "Settled" });
  assert.equal(await state(), "clean");
});

test("an approval of an older head is stale where protection says so", async () => {
  const reviews = { required_approving_review_count: 1, dismiss_stale_reviews: true };
  const { repo, one, state } = await protectedPull({ required_pull_request_reviews: reviews });
  await ada.pulls.createReview({ ...one, event: "APPROVE" });
  assert.equal(await state(), "clean");
  const file = { ...repo, path: "d.txt", branch: "change", message: "Add d", content: "ZA==" };
  await bot.repos.createOrUpdateFileContents(file);
  assert.equal(await state(), "blocked");
});

test("git push to a protected branch is refused with the reason, and so is a force push or a deletion", async () => {
  const reviews = { required_approving_review_count: 1 };
  const { repo } = await protectedPull({ required_pull_request_reviews: reviews });
  const path = `acme/${repo.repo}`;
  await world.git(world.folder, "clone", "-q", world.address(path), repo.repo);
  const clone = `${world.folder}/${repo.repo}`;
  await world.git(clone, "commit", "-q", "--allow-empty", "-m", "Past the rules");
  await assert.rejects(world.git(clone, "push", "origin", "main"), /Changes must be made through a pull request/);
  await assert.rejects(world.git(clone, "push", "origin", ":main"), /rejected|refusing|Cannot delete/);
  await world.git(clone, "push", "-q", "origin", "HEAD:refs/heads/other");
  await owner.repos.deleteAdminBranchProtection({ ...repo, branch: "main" });
  await world.git(clone, "push", "-q", "origin", "main");
});

test("only the people that restrictions name may push", async () => {
  const restrictions = { users: ["ada"], teams: [] };
  const { repo } = await protectedPull({ restrictions, enforce_admins: true });
  const file = { ...repo, path: "e.txt", message: "Add e", content: "ZQ==" };
  assert.match((await failureOf(bot.repos.createOrUpdateFileContents(file)))[1], /not authorized to push to main/);
  await ada.repos.createOrUpdateFileContents(file);
});

test("a protection that leaves out a main part is refused, and one of no branch is not found", async () => {
  const { repo } = await protectedPull({});
  const route = "PUT /repos/{owner}/{repo}/branches/{branch}/protection" as const;
  const part = { required_status_checks: null, enforce_admins: null, restrictions: null } as never;
  const [status, message] = await failureOf(
    owner.request(route, { ...repo, branch: "main", ...(part as object) } as never),
  );
  assert.equal(status, 422);
  assert.match(message, /"required_pull_request_reviews" wasn't supplied/);
  assert.deepEqual(await failureOf(owner.repos.getBranchProtection({ ...repo, branch: "none" })), [
    404,
    "Branch not found",
  ]);
});

test("a ruleset holds the branches that its patterns name, for everybody", async () => {
  const repo = { owner: "acme", repo: "ruled" };
  await world.repository("ruled");
  const make = (include: string[], exclude: string[] = []) =>
    owner.repos.createRepoRuleset({
      ...{ ...repo, name: include.join(), enforcement: "active", conditions: { ref_name: { include, exclude } } },
      rules: [{ type: "deletion" }],
    });
  await make(["refs/heads/release/*"], ["refs/heads/release/old?"]);
  await make(["refs/heads/deep/**"]);
  await make(["~DEFAULT_BRANCH"]);
  for (const [branch, isRuled] of [
    ...([
      ["main", true],
      ["release/1.0", true],
      ["release/a/b", false],
      ["release/old1", false],
    ] as const),
    ...([
      ["release/old10", true],
      ["deep/a/b", true],
      ["deep", false],
      ["xrelease/1", false],
    ] as const),
  ]) {
    const { data } = await owner.repos.getBranchRules({ ...repo, branch });
    assert.equal(data.length > 0, isRuled, branch);
  }
  const path = "acme/ruled";
  await world.git(world.folder, "clone", "-q", world.address(path), "ruled");
  const clone = `${world.folder}/ruled`;
  await world.git(clone, "push", "-q", "origin", "HEAD:refs/heads/release/1", "HEAD:refs/heads/free");
  await assert.rejects(world.git(clone, "push", "origin", ":release/1"), /rejected|Cannot delete|refusing/);
  await world.git(clone, "push", "-q", "origin", ":free");
});

test("a branch tells anybody which checks it requires", async () => {
  const { repo } = await protectedPull({ required_status_checks: { strict: false, contexts: ["build"] } });
  const { data } = await world.octokit(world.forge.createToken("reader")).repos.getBranch({ ...repo, branch: "main" });
  assert.deepEqual(data.protection.required_status_checks, {
    enforcement_level: "everyone",
    contexts: ["build"],
    checks: [{ context: "build", app_id: null }],
  });
});
