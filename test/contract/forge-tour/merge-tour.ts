import assert from "node:assert/strict";
import { Octokit } from "@octokit/rest";
import { openPull } from "./pull-tour.ts";
import { statusOf, type TourWorld, until } from "./world.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const fields = "{ clientMutationId pullRequest { number state isInMergeQueue isMergeQueueEnabled } }";
const enable = `mutation ($id: ID!, $sha: GitObjectID) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $sha, mergeMethod: SQUASH }) ${fields}
}`;
const disable = `mutation ($id: ID!) { disablePullRequestAutoMerge(input: { pullRequestId: $id }) ${fields} }`;
const enqueue = `mutation ($id: ID!, $sha: GitObjectID) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $sha }) { mergeQueueEntry { id position state } }
}`;
const dequeue = "mutation ($id: ID!) { dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { position } } }";

/** What the forge merges by itself: by auto-merge, and through a queue. */
export async function tourMerging(world: TourWorld): Promise<void> {
  const { owner, repo, forge } = world;
  const { graphql } = new Octokit({ auth: forge.createToken("owner"), baseUrl: forge.api, log: quiet });
  await owner.repos.addCollaborator({ ...repo, username: "bystander", permission: "maintain" });
  const { data: role } = await owner.repos.getCollaboratorPermissionLevel({ ...repo, username: "bystander" });
  assert.deepEqual([role.permission, role.role_name], ["write", "maintain"]);
  assert.equal((await owner.repos.update({ ...repo, allow_auto_merge: true })).data.allow_auto_merge, true);
  await owner.repos.updateBranchProtection({
    ...{ ...repo, branch: "main", enforce_admins: true, required_pull_request_reviews: null, restrictions: null },
    required_status_checks: { strict: false, contexts: ["build"] },
  });
  const build = (sha: string, state: "success" | "failure" = "success") =>
    owner.repos.createCommitStatus({ ...repo, sha, state, context: "build" });

  const first = await openPull({ owner, repo }, "tour/auto");
  const { data: pull } = await owner.pulls.get({ ...repo, pull_number: first.number });
  const refused = graphql(enable, { id: pull.node_id, sha: "0".repeat(40) });
  await assert.rejects(refused, /Head branch was modified/);
  await graphql(enable, { id: pull.node_id, sha: first.sha });
  const { data: armed } = await owner.pulls.get({ ...repo, pull_number: first.number });
  assert.deepEqual([armed.auto_merge?.merge_method, armed.auto_merge?.enabled_by.login], ["squash", "owner"]);
  await graphql(disable, { id: pull.node_id });
  assert.equal((await owner.pulls.get({ ...repo, pull_number: first.number })).data.auto_merge, null);
  await graphql(enable, { id: pull.node_id });
  await build(first.sha);
  await until(async () => (await owner.pulls.get({ ...repo, pull_number: first.number })).data.merged || undefined);
  assert.equal((await owner.issues.get({ ...repo, issue_number: first.number })).data.closed_by?.login, "owner");

  await tourQueue(world, graphql, build);
  await owner.repos.deleteBranchProtection({ ...repo, branch: "main" });
}

async function tourQueue(
  { owner, repo }: TourWorld,
  graphql: Octokit["graphql"],
  build: (sha: string, state?: "success" | "failure") => Promise<unknown>,
): Promise<void> {
  const words = { grouping_strategy: "ALLGREEN", merge_method: "MERGE" } as const;
  const parameters = {
    ...{ ...words, check_response_timeout_minutes: 60 },
    ...{ max_entries_to_build: 5, max_entries_to_merge: 5 },
    ...{ min_entries_to_merge: 1, min_entries_to_merge_wait_minutes: 5 },
  };
  const { data: ruleset } = await owner.repos.createRepoRuleset({
    ...{ ...repo, name: "Queue", enforcement: "active" as const },
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [{ type: "merge_queue", parameters }, { type: "required_linear_history" }],
  });
  await owner.repos.getBranchRules({ ...repo, branch: "main" });
  const pulls = [await openPull({ owner, repo }, "tour/queue-1"), await openPull({ owner, repo }, "tour/queue-2")];
  const groups = async () => {
    const { data } = await owner.git.listMatchingRefs({ ...repo, ref: "heads/gh-readonly-queue/main/" });
    return data.map(({ object }) => object.sha);
  };
  for (const [index, { number, sha }] of pulls.entries()) {
    const { data } = await owner.pulls.get({ ...repo, pull_number: number });
    await assert.rejects(graphql(enqueue, { id: data.node_id, sha }), /Required status check "build"/);
    await build(sha);
    assert.equal(await statusOf(owner.pulls.merge({ ...repo, pull_number: number })), 405);
    const { enqueuePullRequest: entered } = await graphql<Record<string, { mergeQueueEntry: { position: number } }>>(
      enqueue,
      { id: data.node_id, sha },
    );
    assert.equal(entered?.mergeQueueEntry.position, index + 1);
  }
  const [one = ""] = await until(async () => ((await groups()).length === 1 ? groups() : undefined));
  await build(one, "failure");
  const [two = ""] = await until(async () => {
    const now = await groups();
    return now.length === 1 && now[0] !== one ? now : undefined;
  });
  await build(two);
  const { number: second } = pulls[1]!;
  await until(async () => (await owner.pulls.get({ ...repo, pull_number: second })).data.merged || undefined);
  const { data: left } = await owner.pulls.get({ ...repo, pull_number: pulls[0]!.number });
  assert.equal(left.state, "open");
  await owner.repos.deleteRepoRuleset({ ...repo, ruleset_id: ruleset.id });
  const { dequeuePullRequest: out } = await graphql<Record<string, { mergeQueueEntry: null }>>(dequeue, {
    id: left.node_id,
  });
  assert.equal(out?.mergeQueueEntry, null);
}
