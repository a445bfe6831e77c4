import { somebody } from "../access.ts";
import { type Forge, nowOf } from "../forge.ts";
import { type Answer, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { Fields } from "../http/field.ts";
import { paged } from "../http/pagination.ts";
import { notFound, Problem } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { pullNamed } from "../issue/pull.ts";
import { bareOf, creating } from "../rest/lookup.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import { filesOf, remarkIn } from "./comment.ts";
import { type Review, type ReviewState, reviewComments, reviews, reviewsOf } from "./record.ts";
import { reviewCommentView, reviewView } from "./view.ts";
import { countComments, tellComment, tellReview, writeRemarks, writeReview } from "./write.ts";

const base = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews";
const one = `${base}/{review_id}`;
const events = ["APPROVE", "REQUEST_CHANGES", "COMMENT"] as const;
const stateAfter = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

/** Routes of reviews. */
export const reviewRoutes: readonly Route[] = [
  onRepository("GET", base, "read", (call) => {
    const login = call.caller?.user.login;
    const visible = reviewsOf(call.forge.store, call.repository, pullNamed(call).number).filter(
      ({ state, user }) => state !== "PENDING" || user === login,
    );
    return paged(call, visible, (review) => reviewView(call.forge, call.repository, review));
  }),
  onRepository("POST", base, "read", createReview),
  onRepository("GET", one, "read", (call) => answer(call, reviewNamed(call))),
  onRepository("PUT", one, "read", async (call) => {
    const body = (await call.fields("PullRequestReview")).text("body");
    const review = { ...ownReview(call), body };
    call.forge.store.transact((transaction) => {
      transaction.put(reviews, call.repository.id, review.id, review);
      if (review.state !== "PENDING") tellReview(call, transaction, "edited", review);
    });
    return answer(call, review);
  }),
  onRepository("DELETE", one, "read", (call) => {
    const review = ownReview(call);
    if (review.state !== "PENDING") throw refused("Can not delete a non-pending pull request review");
    call.forge.store.transact((transaction) => {
      transaction.delete(reviews, call.repository.id, review.id);
      const remarks = remarksOf(call.forge, call.repository, review);
      for (const { id } of remarks) transaction.delete(reviewComments, call.repository.id, id);
      countComments(call, transaction, review.number, -remarks.length);
    });
    return answer(call, review);
  }),
  onRepository("POST", `${one}/events`, "read", submitReview),
  onRepository("PUT", `${one}/dismissals`, "write", dismissReview),
  onRepository("GET", `${one}/comments`, "read", (call) => {
    const remarks = remarksOf(call.forge, call.repository, reviewNamed(call));
    return paged(call, remarks, (remark) => reviewCommentView(call.forge, call.repository, remark));
  }),
];

const answer = ({ forge, repository }: RepositoryCall, review: Review): Answer =>
  ok(reviewView(forge, repository, review));

/** GitHub's plain list of sentences. */
const refused = (...errors: readonly string[]): Problem =>
  new Problem(422, "Unprocessable Entity", { extra: { errors } });

const remarksOf = ({ store }: Forge, repository: Repository, review: Review) =>
  [...store.all(reviewComments, repository.id).values()].filter(({ reviewId }) => reviewId === review.id);

function reviewNamed(call: RepositoryCall): Review {
  const { number } = pullNamed(call);
  const review = call.forge.store.get(reviews, call.repository.id, Number(call.params["review_id"]));
  const isHidden = review?.state === "PENDING" && review.user !== call.caller?.user.login;
  if (!review || review.number !== number || isHidden) throw notFound();
  return review;
}

function ownReview(call: RepositoryCall): Review {
  const review = reviewNamed(call);
  if (review.user !== somebody(call.caller).user.login) throw new Problem(403, "You can not edit this review.");
  return review;
}

/** The state that an event leads to; GitHub lets nobody judge their own work, and wants words with a no. */
function stateIn(input: Fields, pull: PullRequest, user: string, body: string): ReviewState {
  const event = input.optionalWord("event", [...events, "PENDING"]);
  if (event === undefined || event === "PENDING") return "PENDING";
  if (pull.user === user && event === "APPROVE") throw refused("Can not approve your own pull request");
  if (pull.user === user && event === "REQUEST_CHANGES") {
    throw refused("Can not request changes on your own pull request");
  }
  if (event === "REQUEST_CHANGES" && body.trim() === "") throw refused("Body can't be blank");
  return stateAfter[event];
}

async function createReview(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("PullRequestReview");
  const pull = pullNamed(call);
  const { user } = creating(call);
  const body = input.optionalText("body") ?? "";
  const state = stateIn(input, pull, user.login, body);
  const given = (input.optionalList("comments") ?? []).map(
    (each) => new Fields("PullRequestReviewComment", each as Record<string, unknown>),
  );
  const files = given.length > 0 ? await filesOf(bareOf(call), pull) : [];
  const remarks = given.map((each) => remarkIn(each, files));
  if (state === "COMMENTED" && body.trim() === "" && remarks.length === 0) throw refused("Body can't be blank");
  const review = forge.store.transact((transaction) => {
    const made: Review = {
      ...{ id: transaction.next("id"), number: pull.number, user: user.login, body, state },
      commitId: input.optionalText("commit_id") ?? pull.head.sha,
      submittedAt: state === "PENDING" ? null : nowOf(forge),
    };
    writeReview(call, transaction, made);
    writeRemarks(call, transaction, { review: made, remarks });
    return made;
  });
  return ok(reviewView(forge, repository, review));
}

async function submitReview(call: RepositoryCall): Promise<Answer> {
  const { forge } = call;
  const input = await call.fields("PullRequestReview");
  const before = ownReview(call);
  if (before.state !== "PENDING") throw refused("Can not submit a review that is not pending");
  const body = input.optionalText("body") ?? before.body;
  const state = stateIn(input, pullNamed(call), before.user, body);
  if (state === "PENDING") throw refused("event must be APPROVE, REQUEST_CHANGES or COMMENT");
  const review: Review = { ...before, body, state, submittedAt: nowOf(forge) };
  forge.store.transact((transaction) => {
    writeReview(call, transaction, review);
    for (const remark of remarksOf(forge, call.repository, review)) tellComment(call, transaction, "created", remark);
  });
  return answer(call, review);
}

async function dismissReview(call: RepositoryCall): Promise<Answer> {
  const message = (await call.fields("PullRequestReview")).text("message");
  const before = reviewNamed(call);
  if (before.state !== "APPROVED" && before.state !== "CHANGES_REQUESTED") {
    throw refused(`Can not dismiss a ${before.state.toLowerCase()} pull request review`);
  }
  const review: Review = { ...before, state: "DISMISSED", body: before.body === "" ? message : before.body };
  call.forge.store.transact((transaction) => {
    transaction.put(reviews, call.repository.id, review.id, review);
    tellReview(call, transaction, "dismissed", review);
  });
  return answer(call, review);
}
