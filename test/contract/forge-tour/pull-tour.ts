import assert from "node:assert/strict";
import { statusOf, type TourWorld } from "./world.ts";

/** Makes a branch with one changed file and a pull request for it. */
export async function openPull(
  { owner, repo }: Pick<TourWorld, "owner" | "repo">,
  branch: string,
): Promise<{ readonly number: number; readonly sha: string }> {
  const { data: main } = await owner.git.getRef({ ...repo, ref: "heads/main" });
  await owner.git.createRef({ ...repo, ref: `refs/heads/${branch}`, sha: main.object.sha });
  const { data: old } = await owner.repos.getContent({ ...repo, path: "src/a.txt", ref: branch });
  const content = Buffer.from(`one\n${branch}\nthree\n`).toString("base64");
  const file = { path: "src/a.txt", message: `Change a for ${branch}`, content, branch };
  const { data } = await owner.repos.createOrUpdateFileContents({
    ...repo,
    ...file,
    sha: (old as { sha: string }).sha,
  });
  const { data: pull } = await owner.pulls.create({
    ...repo,
    title: `Change ${branch}`,
    head: branch,
    base: "main",
    body: "Why",
  });
  return { number: pull.number, sha: data.commit.sha! };
}

/** Pull requests from birth to merge, the issue that each of them is, labels, comments and assignees. */
export async function tourPulls({ owner, reviewer, repo }: TourWorld): Promise<void> {
  const { number: pull_number } = await openPull({ owner, repo }, "tour/pull");
  const pull = { ...repo, pull_number };
  await owner.pulls.list(repo);
  await owner.pulls.get(pull);
  await owner.pulls.update({ ...pull, title: "A better title" });
  await owner.pulls.listCommits(pull);
  await owner.pulls.listFiles(pull);
  assert.equal(await statusOf(owner.pulls.checkIfMerged(pull)), 404);
  await tourIssue({ owner, reviewer, repo }, pull_number);
  await owner.repos.createOrUpdateFileContents({ ...repo, path: "c.txt", message: "Go on", content: "YQ==" });
  await owner.pulls.updateBranch(pull);
  await owner.pulls.update({ ...pull, state: "closed" });
  await owner.pulls.update({ ...pull, state: "open" });
  await owner.pulls.merge({ ...pull, merge_method: "squash" });
  await owner.pulls.checkIfMerged(pull);
  assert.equal(await statusOf(owner.pulls.merge(pull)), 405);
}

async function tourIssue(
  { owner, reviewer, repo }: Pick<TourWorld, "owner" | "reviewer" | "repo">,
  issue_number: number,
): Promise<void> {
  const issue = { ...repo, issue_number };
  await owner.issues.listForRepo(repo);
  await owner.issues.get(issue);
  await owner.issues.createLabel({
    ...repo,
    name: "autorelease: pending",
    color: "fbca04",
    description: "To be tagged",
  });
  assert.equal(await statusOf(owner.issues.createLabel({ ...repo, name: "Autorelease: Pending" })), 422);
  await owner.issues.listLabelsForRepo(repo);
  await owner.issues.getLabel({ ...repo, name: "autorelease: pending" });
  await owner.issues.addLabels({ ...issue, labels: ["autorelease: pending", "new"] });
  await owner.issues.updateLabel({ ...repo, name: "new", new_name: "newer", color: "00ff00" });
  const { data: labels } = await owner.issues.listLabelsOnIssue(issue);
  assert.deepEqual(labels.map(({ name }) => name).sort(), ["autorelease: pending", "newer"]);
  await owner.issues.removeLabel({ ...issue, name: "newer" });
  assert.equal(await statusOf(owner.issues.removeLabel({ ...issue, name: "newer" })), 404);
  await owner.issues.setLabels({ ...issue, labels: ["newer"] });
  await owner.issues.removeAllLabels(issue);
  await owner.issues.deleteLabel({ ...repo, name: "newer" });
  await owner.issues.addAssignees({ ...issue, assignees: ["reviewer"] });
  await owner.issues.removeAssignees({ ...issue, assignees: ["reviewer"] });

  const { data: comment } = await reviewer.issues.createComment({ ...issue, body: "Hello" });
  const one = { ...repo, comment_id: comment.id };
  await owner.issues.listComments(issue);
  await owner.issues.listCommentsForRepo(repo);
  await owner.issues.getComment(one);
  await reviewer.issues.updateComment({ ...one, body: "Hello again" });
  const { data: counted } = await owner.pulls.get({ ...repo, pull_number: issue_number });
  assert.equal(counted.comments, 1);
  await reviewer.issues.deleteComment(one);
}

/** Reviews in every state, remarks on lines, and people who are asked for them. */
export async function tourReviews({ owner, reviewer, repo }: TourWorld): Promise<void> {
  const { number: pull_number } = await openPull({ owner, repo }, "tour/review");
  const pull = { ...repo, pull_number };
  await owner.pulls.requestReviewers({ ...pull, reviewers: ["reviewer"] });
  await owner.pulls.listRequestedReviewers(pull);
  await owner.pulls.removeRequestedReviewers({ ...pull, reviewers: ["reviewer"] });

  const comments = [{ path: "src/a.txt", line: 2, body: "Why this?" }];
  const { data: pending } = await reviewer.pulls.createReview({ ...pull, body: "First thoughts", comments });
  const one = { ...pull, review_id: pending.id };
  assert.equal(pending.state, "PENDING");
  assert.equal(await statusOf(owner.pulls.getReview(one)), 404);
  await reviewer.pulls.updateReview({ ...one, body: "Second thoughts" });
  await reviewer.pulls.submitReview({ ...one, event: "REQUEST_CHANGES" });
  await owner.pulls.getReview(one);
  await owner.pulls.listReviews(pull);
  await owner.pulls.listCommentsForReview(one);
  const { data: dismissed } = await owner.pulls.dismissReview({ ...one, message: "It is settled" });
  assert.equal(dismissed.state, "DISMISSED");
  await reviewer.pulls.createReview({ ...pull, event: "APPROVE" });
  assert.equal(await statusOf(owner.pulls.createReview({ ...pull, event: "APPROVE" })), 422);
  const { data: second } = await reviewer.pulls.createReview(pull);
  await reviewer.pulls.deletePendingReview({ ...pull, review_id: second.id });

  const commit_id = (await owner.pulls.get(pull)).data.head.sha;
  const remark = { path: "src/a.txt", line: 2, side: "RIGHT" as const, body: "A remark", commit_id };
  const { data: comment } = await reviewer.pulls.createReviewComment({ ...pull, ...remark });
  assert.match(comment.diff_hunk, /^@@ .*\n one\n-.*\n\+tour\/review$/);
  assert.equal(await statusOf(reviewer.pulls.createReviewComment({ ...pull, ...remark, line: 99 })), 422);
  const replied = { ...pull, comment_id: comment.id, body: "An answer" };
  const { data: reply } = await owner.pulls.createReplyForReviewComment(replied);
  assert.equal(reply.in_reply_to_id, comment.id);
  await owner.pulls.listReviewComments(pull);
  await owner.pulls.listReviewCommentsForRepo(repo);
  await owner.pulls.getReviewComment({ ...repo, comment_id: comment.id });
  await reviewer.pulls.updateReviewComment({ ...repo, comment_id: comment.id, body: "A better remark" });
  await owner.pulls.deleteReviewComment({ ...repo, comment_id: reply.id });
}
