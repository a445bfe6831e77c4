import type { Forge } from "../forge.ts";
import { reactions } from "../issue/view.ts";
import type { Repository } from "../store/record.ts";
import { associationOf } from "../view/pull.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { nodeId, userByLogin } from "../view/user.ts";
import type { Review, ReviewComment } from "./record.ts";

/** GitHub's `pull-request-review`. */
export function reviewView(forge: Forge, repository: Repository, review: Review): Record<string, unknown> {
  const html = `${htmlUrl(forge, repository)}/pull/${review.number}#pullrequestreview-${review.id}`;
  const pull = `${apiUrl(forge, repository)}/pulls/${review.number}`;
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: userByLogin(forge, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(forge, repository, review.user),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
}

/** GitHub's `pull-request-review-comment`. */
export function reviewCommentView(
  forge: Forge,
  repository: Repository,
  comment: ReviewComment,
): Record<string, unknown> {
  const api = apiUrl(forge, repository);
  const url = `${api}/pulls/comments/${comment.id}`;
  const html = `${htmlUrl(forge, repository)}/pull/${comment.number}#discussion_r${comment.id}`;
  const pull = `${api}/pulls/${comment.number}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId("PullRequestReviewComment", comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: comment.position,
    original_position: comment.position,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: userByLogin(forge, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(forge, repository, comment.user),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    reactions: reactions(url),
    subject_type: comment.subject,
    ...lines(comment),
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

/** A remark on a whole file has no line. */
function lines({ line, startLine, startSide, side }: ReviewComment): Record<string, unknown> {
  if (line === null) return {};
  const starts = { start_line: startLine, original_start_line: startLine, start_side: startSide };
  return { ...starts, line, original_line: line, side };
}
