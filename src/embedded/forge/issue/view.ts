import type { Forge } from "../forge.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import { associationOf, pullSimple } from "../view/pull.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { nodeId, userByLogin } from "../view/user.ts";
import type { IssueComment } from "./record.ts";

/** Nobody reacts on this forge. */
export const reactions = (url: string): Record<string, unknown> => ({
  ...{ url: `${url}/reactions`, total_count: 0, "+1": 0, "-1": 0, laugh: 0, hooray: 0, confused: 0, heart: 0 },
  ...{ rocket: 0, eyes: 0 },
});

/** A pull request as the issue that it also is. */
export function issueView(forge: Forge, repository: Repository, pull: PullRequest): Record<string, unknown> {
  const api = apiUrl(forge, repository);
  const url = `${api}/issues/${pull.number}`;
  const simple = pullSimple(forge, repository, pull);
  const same = ["number", "state", "locked", "title", "user", "body", "labels", "assignee", "assignees", "milestone"];
  const dates = [
    "created_at",
    "updated_at",
    "closed_at",
    "author_association",
    "active_lock_reason",
    "draft",
    "html_url",
  ];
  return {
    ...Object.fromEntries([...same, ...dates].map((name) => [name, simple[name]])),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    comments: pull.comments,
    pull_request: {
      url: simple["url"],
      html_url: simple["html_url"],
      diff_url: simple["diff_url"],
      patch_url: simple["patch_url"],
      merged_at: pull.mergedAt,
    },
    reactions: reactions(url),
    performed_via_github_app: null,
    state_reason: null,
  };
}

/** The same as `GET` of one tells it: with who closed it. */
export const fullIssueView = (forge: Forge, repository: Repository, pull: PullRequest): Record<string, unknown> => ({
  ...issueView(forge, repository, pull),
  closed_by: userByLogin(forge, pull.closedBy ?? null),
});

/** GitHub's `issue-comment`. */
export function commentView(forge: Forge, repository: Repository, comment: IssueComment): Record<string, unknown> {
  const api = apiUrl(forge, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${htmlUrl(forge, repository)}/pull/${comment.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    user: userByLogin(forge, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(forge, repository, comment.user),
    body: comment.body,
    reactions: reactions(url),
    performed_via_github_app: null,
  };
}
