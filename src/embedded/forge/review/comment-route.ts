import { permissionOf, somebody } from "../access.ts";
import { nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { forbidden, notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { pullNamed } from "../issue/pull.ts";
import { bareOf, creating } from "../rest/lookup.ts";
import { filesOf, type Remark, remarkIn } from "./comment.ts";
import { type Review, type ReviewComment, reviewComments } from "./record.ts";
import { reviewCommentView } from "./view.ts";
import { countComments, tellComment, writeRemarks, writeReview } from "./write.ts";

const base = "/repos/{owner}/{repo}/pulls";
const one = `${base}/comments/{comment_id}`;

/** Routes of remarks on the diff. */
export const reviewCommentRoutes: readonly Route[] = [
  onRepository("GET", `${base}/comments`, "read", (call) => list(call, () => true)),
  onRepository("GET", `${base}/{pull_number}/comments`, "read", (call) => {
    const { number } = pullNamed(call);
    return list(call, (comment) => comment.number === number);
  }),
  onRepository("POST", `${base}/{pull_number}/comments`, "read", createComment),
  onRepository("POST", `${base}/{pull_number}/comments/{comment_id}/replies`, "read", async (call) => {
    const input = await call.fields("PullRequestReviewComment");
    const { id: _, body: __, ...parent } = named(call);
    if (parent.number !== pullNamed(call).number) throw notFound();
    return remark(call, { ...parent, body: input.text("body") }, parent.inReplyTo ?? _);
  }),
  onRepository("GET", one, "read", (call) => ok(reviewCommentView(call.forge, call.repository, named(call)))),
  onRepository("PATCH", one, "read", async (call) => {
    const input = await call.fields("PullRequestReviewComment");
    const before = own(call);
    const comment = { ...before, body: input.text("body"), updatedAt: nowOf(call.forge) };
    call.forge.store.transact((transaction) => {
      transaction.put(reviewComments, call.repository.id, comment.id, comment);
      tellComment(call, transaction, "edited", comment, { changes: { body: { from: before.body } } });
    });
    return ok(reviewCommentView(call.forge, call.repository, comment));
  }),
  onRepository("DELETE", one, "read", (call) => {
    const comment = own(call);
    call.forge.store.transact((transaction) => {
      transaction.delete(reviewComments, call.repository.id, comment.id);
      countComments(call, transaction, comment.number, -1);
      tellComment(call, transaction, "deleted", comment);
    });
    return noContent;
  }),
];

function list(call: RepositoryCall, wanted: (comment: ReviewComment) => boolean): Promise<Answer> {
  const { forge, repository, query } = call;
  const comments = [...forge.store.all(reviewComments, repository.id).values()].filter(wanted);
  if (query.get("direction") === "desc") comments.reverse();
  return paged(call, comments, (comment) => reviewCommentView(forge, repository, comment));
}

function named({ forge, repository, params }: RepositoryCall): ReviewComment {
  const comment = forge.store.get(reviewComments, repository.id, Number(params["comment_id"]));
  if (!comment) throw notFound();
  return comment;
}

function own(call: RepositoryCall): ReviewComment {
  const comment = named(call);
  const caller = somebody(call.caller);
  const permission = permissionOf(call.forge.store, caller, call.repository);
  if (comment.user !== caller.user.login && permission === "read") throw forbidden();
  return comment;
}

async function createComment(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("PullRequestReviewComment");
  const replyTo = input.optionalNumber("in_reply_to");
  if (replyTo !== undefined) {
    const parent = call.forge.store.get(reviewComments, call.repository.id, replyTo);
    if (!parent || parent.number !== pullNamed(call).number) throw notFound();
    return remark(call, { ...parent, body: input.text("body") }, parent.inReplyTo ?? parent.id);
  }
  return remark(call, remarkIn(input, await filesOf(bareOf(call), pullNamed(call))), null);
}

/** A remark outside of a review is a review of its own, without words, as on GitHub. */
function remark(call: RepositoryCall, given: Remark, inReplyTo: number | null): Answer {
  const { forge, repository } = call;
  const pull = pullNamed(call);
  const { user } = creating(call);
  const { body, path, subject, line, side, startLine, startSide, diffHunk, position } = given;
  const plain: Remark = { body, path, subject, line, side, startLine, startSide, diffHunk, position };
  const comment = forge.store.transact((transaction) => {
    const review: Review = {
      ...{ id: transaction.next("id"), number: pull.number, user: user.login, body: "", state: "COMMENTED" },
      ...{ commitId: pull.head.sha, submittedAt: nowOf(forge) },
    };
    writeReview(call, transaction, review);
    return writeRemarks(call, transaction, { review, remarks: [plain], inReplyTo })[0]!;
  });
  const view = reviewCommentView(forge, repository, comment);
  return created(view, String(view["url"]));
}
