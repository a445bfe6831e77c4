import { somebody } from "../access.ts";
import { logTo, nowOf } from "../forge.ts";
import type { RepositoryCall } from "../http/call.ts";
import { type PullRequest, pulls } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { pullSimple } from "../view/pull.ts";
import type { Remark } from "./comment.ts";
import { type Review, type ReviewComment, reviewComments, reviews } from "./record.ts";
import { reviewCommentView, reviewView } from "./view.ts";

/** Tells of a review; in its events, and only there, states are in lower case. */
export function tellReview(call: RepositoryCall, transaction: Transaction, action: string, review: Review): void {
  const { forge, repository } = call;
  const pull = transaction.get(pulls, repository.id, review.number);
  if (!pull) return;
  const view = { submitted_at: null, ...reviewView(forge, repository, review), state: review.state.toLowerCase() };
  forge.events.emit(transaction, {
    name: "pull_request_review",
    action,
    repository,
    sender: somebody(call.caller).user.login,
    payload: { review: { ...view, updated_at: nowOf(forge) }, pull_request: pullSimple(forge, repository, pull) },
  });
}

/** Writes a review that is no longer pending: who reviewed was asked no more. */
export function writeReview(call: RepositoryCall, transaction: Transaction, review: Review): void {
  const { forge, repository } = call;
  transaction.put(reviews, repository.id, review.id, review);
  if (review.state === "PENDING") return;
  const pull = transaction.get(pulls, repository.id, review.number);
  if (!pull) return;
  const requestedReviewers = pull.requestedReviewers.filter((login) => login !== review.user);
  transaction.put(pulls, repository.id, pull.number, { ...pull, requestedReviewers, updatedAt: nowOf(forge) });
  const [subject, sha] = [`${review.number} ${review.state}`, review.commitId];
  logTo(transaction, forge, { actor: review.user, action: "review.submit", subject, repository, sha });
  tellReview(call, transaction, "submitted", review);
}

/** Writes remarks of a review; they are told of once the review is. */
export function writeRemarks(
  call: RepositoryCall,
  transaction: Transaction,
  { review, remarks, inReplyTo = null }: { review: Review; remarks: readonly Remark[]; inReplyTo?: number | null },
): readonly ReviewComment[] {
  const { forge, repository } = call;
  const now = nowOf(forge);
  const { number, user, commitId, id: reviewId } = review;
  const made = remarks.map((remark): ReviewComment => {
    const id = transaction.next("id");
    return { id, number, reviewId, user, commitId, inReplyTo, createdAt: now, updatedAt: now, ...remark };
  });
  for (const comment of made) {
    transaction.put(reviewComments, repository.id, comment.id, comment);
    if (review.state !== "PENDING") tellComment(call, transaction, "created", comment);
  }
  countComments(call, transaction, number, made.length);
  return made;
}

/** Keeps the number that a pull request shows of its remarks. */
export function countComments(call: RepositoryCall, transaction: Transaction, number: number, by: number): void {
  const pull = transaction.get(pulls, call.repository.id, number);
  if (!pull || by === 0) return;
  const changed: PullRequest = { ...pull, reviewComments: pull.reviewComments + by, updatedAt: nowOf(call.forge) };
  transaction.put(pulls, call.repository.id, number, changed);
}

/** Tells of a remark. */
export function tellComment(
  call: RepositoryCall,
  transaction: Transaction,
  action: string,
  comment: ReviewComment,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { forge, repository } = call;
  const pull = transaction.get(pulls, repository.id, comment.number);
  if (!pull) return;
  const none = { line: null, original_line: null, start_line: null, original_start_line: null, start_side: null };
  forge.events.emit(transaction, {
    name: "pull_request_review_comment",
    action,
    repository,
    sender: somebody(call.caller).user.login,
    payload: {
      comment: { ...none, side: comment.side, ...reviewCommentView(forge, repository, comment) },
      pull_request: pullSimple(forge, repository, pull),
      ...more,
    },
  });
}
