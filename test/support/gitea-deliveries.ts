/**
 * Deliveries of Gitea 1.26, as they came in, without the fields that nobody reads. The repository is `team/hk`, its pull
 * request #1 comes from `feature/change`.
 */
const repository = { id: 47, name: "hk", full_name: "team/hk", private: false, default_branch: "main" };
const sender = { id: 1, login: "acme", username: "acme" };
const before = "01605dda4de4ae1c73ec8a4f06bb1f444abbc2bd";
export const head = "5468d51e00239836020866c9b2999cb9c8615948";
const base = { label: "main", ref: "main", sha: "783610e1f23294464cb7b6b936b6f5e9476f9a58", repo_id: 47 };
const pull = {
  id: 102,
  number: 1,
  title: "Change it",
  state: "open",
  draft: false,
  merged: false,
  base,
  head: { label: "feature/change", ref: "feature/change", sha: head, repo_id: 47 },
};
const issue = { id: 102, number: 1, title: "Change it", state: "open", body: "Why.", ref: "" };
const comment = { id: 318, body: "/millrace hold", user: sender };

export const deliveries = {
  pushToMain: { event: "push", body: { ref: "refs/heads/main", before: base.sha, after: head, repository, sender } },
  pushToBranch: {
    event: "push",
    body: { ref: "refs/heads/feature/change", before, after: head, total_commits: 1, repository, sender },
  },
  /** Names the branch without its path, and comes beside a push of the same. */
  createBranch: {
    event: "create",
    body: { sha: before, ref: "feature/change", ref_type: "branch", repository, sender },
  },
  deleteBranch: {
    event: "delete",
    body: { ref: "feature/change", ref_type: "branch", pusher_type: "user", repository, sender },
  },
  opened: {
    event: "pull_request",
    body: { action: "opened", number: 1, pull_request: pull, repository, sender, commit_id: "", review: null },
  },
  synchronized: {
    event: "pull_request",
    body: { action: "synchronized", number: 1, pull_request: pull, repository, sender, commit_id: "", review: null },
  },
  /** After the branch was deleted the head is named by the pull request. */
  closed: {
    event: "pull_request",
    body: {
      action: "closed",
      number: 1,
      pull_request: { ...pull, state: "closed", head: { ...pull.head, ref: "refs/pull/1/head" } },
      repository,
      sender,
    },
  },
  commented: {
    event: "issue_comment",
    body: {
      action: "created",
      issue: {
        ...issue,
        pull_request: { draft: false, merged: false, html_url: "http://git.example.com/team/hk/pulls/1" },
      },
      pull_request: pull,
      comment,
      repository,
      sender,
      is_pull: true,
    },
  },
  /** Below an issue, which is none of ours. */
  commentedElsewhere: {
    event: "issue_comment",
    body: { action: "created", issue: { ...issue, number: 2 }, comment, repository, sender, is_pull: false },
  },
  status: {
    event: "status",
    body: { id: 19, context: "build", state: "success", sha: head, commit: { id: head }, repository, sender },
  },
} as const;
