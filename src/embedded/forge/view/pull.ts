import type { Forge } from "../forge.ts";
import type { PullFacts } from "../pull/fact.ts";
import { collaborators, type Label, labels, type PullRequest, type Repository } from "../store/record.ts";
import { apiUrl, htmlUrl, repositoryView } from "./repository.ts";
import { nodeId, userByLogin } from "./user.ts";

/** A label as GitHub shows it. */
export function labelView(forge: Forge, repository: Repository, label: Label): Record<string, unknown> {
  return {
    id: label.id,
    node_id: nodeId("Label", label.id),
    url: `${apiUrl(forge, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: label.default,
  };
}

/** How close a person is to a repository, in GitHub's words. */
export function associationOf(forge: Forge, repository: Repository, login: string): string {
  const key = login.toLowerCase();
  if (key === repository.owner.toLowerCase()) return "OWNER";
  if (forge.store.get(collaborators, repository.owner.toLowerCase(), key)) return "MEMBER";
  return forge.store.get(collaborators, repository.id, key) ? "COLLABORATOR" : "NONE";
}

const urlsOf = (forge: Forge, repository: Repository, pull: PullRequest): Record<string, string> => {
  const api = apiUrl(forge, repository);
  const url = `${api}/pulls/${pull.number}`;
  const html = `${htmlUrl(forge, repository)}/pull/${pull.number}`;
  return {
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${api}/issues/${pull.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    statuses_url: `${api}/statuses/${pull.head.sha}`,
  };
};

const linksOf = (urls: Readonly<Record<string, string>>): Record<string, unknown> => {
  const link = (name: string): { readonly href: string } => ({ href: urls[name] ?? "" });
  return {
    self: link("url"),
    html: link("html_url"),
    issue: link("issue_url"),
    comments: link("comments_url"),
    review_comments: link("review_comments_url"),
    review_comment: link("review_comment_url"),
    commits: link("commits_url"),
    statuses: link("statuses_url"),
  };
};

const people = (forge: Forge, logins: readonly string[]): readonly unknown[] =>
  logins.flatMap((login) => userByLogin(forge, login) ?? []);

/** GitHub's `auto-merge`. */
const autoMergeView = (forge: Forge, { autoMerge, title }: PullRequest): Record<string, unknown> | null =>
  autoMerge
    ? {
        enabled_by: userByLogin(forge, autoMerge.by),
        merge_method: autoMerge.method,
        commit_title: autoMerge.title ?? title,
        commit_message: autoMerge.message ?? "",
      }
    : null;

/** A pull request as lists have it. `baseSha` is where its base branch is now. */
export function pullSimple(
  forge: Forge,
  repository: Repository,
  pull: PullRequest,
  baseSha: string = pull.base.sha,
): Record<string, unknown> {
  const urls = urlsOf(forge, repository, pull);
  const owner = userByLogin(forge, repository.owner);
  const repo = repositoryView(forge, repository);
  const end = (ref: string, sha: string) => ({ label: `${repository.owner}:${ref}`, ref, sha, user: owner, repo });
  return {
    ...urls,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: userByLogin(forge, pull.user),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: people(forge, pull.assignees)[0] ?? null,
    assignees: people(forge, pull.assignees),
    requested_reviewers: people(forge, pull.requestedReviewers),
    requested_teams: [],
    labels: pull.labels.flatMap((name) => {
      const label = forge.store.get(labels, repository.id, name.toLowerCase());
      return label ? [labelView(forge, repository, label)] : [];
    }),
    milestone: null,
    draft: pull.draft,
    head: end(pull.head.ref, pull.head.sha),
    base: end(pull.base.ref, baseSha),
    _links: linksOf(urls),
    author_association: associationOf(forge, repository, pull.user),
    auto_merge: autoMergeView(forge, pull),
    active_lock_reason: null,
  };
}

/** Whether a pull request can be merged: null and `unknown` while nobody has found out. */
export interface Mergeability {
  readonly mergeable: boolean | null;
  readonly state: "unknown" | "clean" | "dirty" | "blocked" | "behind" | "unstable" | "draft";
}

/** A pull request as `GET` of one tells it. */
export function pullView(
  forge: Forge,
  repository: Repository,
  pull: PullRequest,
  more: { readonly facts: PullFacts; readonly mergeability: Mergeability; readonly baseSha?: string },
): Record<string, unknown> {
  const { facts, mergeability } = more;
  return {
    ...pullSimple(forge, repository, pull, more.baseSha),
    merged: pull.mergedAt !== null,
    mergeable: mergeability.mergeable,
    rebaseable: mergeability.mergeable,
    mergeable_state: mergeability.state,
    merged_by: userByLogin(forge, pull.mergedBy),
    comments: pull.comments,
    review_comments: pull.reviewComments,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: facts.commits.length,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}
