import assert from "node:assert/strict";
import { openPull } from "./pull-tour.ts";
import { statusOf, type TourWorld } from "./world.ts";

/** Check runs, suites and statuses. */
export async function tourChecks({ owner, repo, sha }: TourWorld): Promise<void> {
  const { data: run } = await owner.checks.create({ ...repo, name: "build", head_sha: sha, status: "in_progress" });
  const one = { ...repo, check_run_id: run.id };
  await owner.checks.get(one);
  const output = { title: "Built", summary: "It is **good**" };
  const { data: done } = await owner.checks.update({ ...one, conclusion: "success", output });
  assert.equal(done.status, "completed");
  const { data: list } = await owner.checks.listForRef({ ...repo, ref: "main" });
  assert.equal(typeof list.total_count, "number");
  const { data: runs } = await owner.checks.listForRef({ ...repo, ref: sha, check_name: "build" });
  assert.equal(runs.total_count, 1);
  const { data: suites } = await owner.checks.listSuitesForRef({ ...repo, ref: sha });
  assert.equal(suites.check_suites[0]!.conclusion, "success");
  const suite = { ...repo, check_suite_id: suites.check_suites[0]!.id };
  await owner.checks.getSuite(suite);
  await owner.checks.listForSuite(suite);
  const completed = { ...repo, name: "x", head_sha: sha, status: "completed" as const };
  assert.equal(await statusOf(owner.checks.create(completed as never)), 422);

  await owner.repos.createCommitStatus({ ...repo, sha, state: "pending", context: "ci/test" });
  const target_url = "https://ci.test/1";
  await owner.repos.createCommitStatus({
    ...repo,
    sha,
    state: "success",
    context: "ci/test",
    target_url,
    description: "ok",
  });
  await owner.repos.listCommitStatusesForRef({ ...repo, ref: sha });
  const { data: combined } = await owner.repos.getCombinedStatusForRef({ ...repo, ref: sha });
  assert.equal(combined.state, "success");
  assert.equal(combined.statuses.length, 1);
  assert.equal(await statusOf(owner.repos.createCommitStatus({ ...repo, sha: "0".repeat(40), state: "success" })), 422);
}

/** Branch protection: read, written in whole and in parts, and kept. */
export async function tourProtection({ owner, reviewer, repo }: TourWorld): Promise<void> {
  const branch = { ...repo, branch: "main" };
  assert.equal(await statusOf(owner.repos.getBranchProtection(branch)), 404);
  await owner.repos.updateBranchProtection({
    ...branch,
    required_status_checks: { strict: false, contexts: ["build"] },
    enforce_admins: true,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
  });
  await owner.repos.getBranchProtection(branch);
  assert.equal((await owner.repos.getBranch(branch)).data.protected, true);
  await owner.repos.getStatusChecksProtection(branch);
  await owner.repos.getAllStatusCheckContexts(branch);
  await owner.repos.getPullRequestReviewProtection(branch);
  await owner.repos.getAdminBranchProtection(branch);
  assert.equal(await statusOf(reviewer.repos.getBranchProtection(branch)), 403);

  await tourProtected({ owner, reviewer, repo });

  await owner.repos.updateStatusCheckProtection({ ...branch, strict: true });
  await owner.repos.updatePullRequestReviewProtection({ ...branch, required_approving_review_count: 2 });
  await owner.repos.removeStatusCheckProtection(branch);
  await owner.repos.deletePullRequestReviewProtection(branch);
  await owner.repos.deleteAdminBranchProtection(branch);
  await owner.repos.setAdminBranchProtection(branch);
  await owner.repos.deleteBranchProtection(branch);
}

async function tourProtected({ owner, reviewer, repo }: Pick<TourWorld, "owner" | "reviewer" | "repo">): Promise<void> {
  const direct = { ...repo, path: "d.txt", message: "Past the rules", content: "YQ==" };
  assert.equal(await statusOf(owner.repos.createOrUpdateFileContents(direct)), 409);
  const { number: pull_number, sha: head_sha } = await openPull({ owner, repo }, "tour/protected");
  const pull = { ...repo, pull_number };
  const state = async () => (await owner.pulls.get(pull)).data.mergeable_state;
  assert.equal(await state(), "blocked");
  assert.equal(await statusOf(owner.pulls.merge(pull)), 405);
  await reviewer.pulls.createReview({ ...pull, event: "APPROVE" });
  assert.equal(await state(), "blocked");
  await owner.checks.create({ ...repo, name: "build", head_sha, conclusion: "failure", status: "completed" });
  assert.equal(await state(), "blocked");
  await owner.checks.create({ ...repo, name: "build", head_sha, conclusion: "success", status: "completed" });
  assert.equal(await state(), "clean");
  await owner.pulls.merge(pull);
}

/** Rulesets: made, read, changed, and kept. */
export async function tourRulesets({ owner, repo }: TourWorld): Promise<void> {
  const rules = [
    { type: "deletion" as const },
    { type: "non_fast_forward" as const },
    {
      type: "required_status_checks" as const,
      parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: "build" }] },
    },
    {
      type: "pull_request" as const,
      parameters: {
        required_approving_review_count: 0,
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
    },
  ];
  const conditions = { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } };
  const wanted = { ...repo, name: "Main", enforcement: "active" as const, conditions, rules };
  const { data: ruleset } = await owner.repos.createRepoRuleset(wanted);
  const one = { ...repo, ruleset_id: ruleset.id };
  await owner.repos.getRepoRulesets(repo);
  await owner.repos.getRepoRuleset(one);
  const { data: ruled } = await owner.repos.getBranchRules({ ...repo, branch: "main" });
  assert.deepEqual(
    ruled.map(({ type }) => type),
    rules.map(({ type }) => type),
  );
  assert.deepEqual((await owner.repos.getBranchRules({ ...repo, branch: "other" })).data, []);
  const direct = { ...repo, path: "e.txt", message: "Past the rules", content: "YQ==" };
  assert.equal(await statusOf(owner.repos.createOrUpdateFileContents(direct)), 409);
  const { number: pull_number, sha: head_sha } = await openPull({ owner, repo }, "tour/ruled");
  assert.equal(await statusOf(owner.pulls.merge({ ...repo, pull_number })), 405);
  await owner.checks.create({ ...repo, name: "build", head_sha, conclusion: "success", status: "completed" });
  await owner.pulls.merge({ ...repo, pull_number });
  const unknown = { ...wanted, rules: [{ type: "required_signatures" as const }] };
  assert.equal(await statusOf(owner.repos.createRepoRuleset(unknown)), 422);
  await owner.repos.updateRepoRuleset({ ...one, enforcement: "disabled" });
  await owner.repos.createOrUpdateFileContents(direct);
  await owner.repos.deleteRepoRuleset(one);
}
