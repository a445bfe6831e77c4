import { findUser } from "../forge.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import type { Fields } from "../http/field.ts";
import { type Problem, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { changePull, pullNamed } from "../issue/pull.ts";
import type { PullRequest } from "../store/record.ts";
import { pullSimple } from "../view/pull.ts";
import { userByLogin } from "../view/user.ts";

const path = "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";

/** Routes that ask people for a review, and stop asking. There are no teams here. */
export const reviewRequestRoutes: readonly Route[] = [
  onRepository("GET", path, "read", (call) => {
    const users = pullNamed(call).requestedReviewers.map((login) => userByLogin(call.forge, login));
    return ok({ users, teams: [] });
  }),
  onRepository("POST", path, "write", async (call) => {
    const asked = reviewersIn(await call.fields("PullRequest"), call);
    const pull = await change(call, "review_requested", (before) => [...before, ...asked]);
    return created(pullSimple(call.forge, call.repository, pull));
  }),
  onRepository("DELETE", path, "write", async (call): Promise<Answer> => {
    const gone = new Set(reviewersIn(await call.fields("PullRequest"), call));
    const pull = await change(call, "review_request_removed", (before) => before.filter((login) => !gone.has(login)));
    return ok(pullSimple(call.forge, call.repository, pull));
  }),
];

/** Logins as they are spelled; 422 for the author, for people that are not here, and for teams. */
function reviewersIn(input: Fields, call: RepositoryCall): readonly string[] {
  const { user: author } = pullNamed(call);
  const stranger = (): Problem =>
    unprocessable(
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${call.repository.owner}/${call.repository.name} repository.`,
    );
  if ((input.optionalTexts("team_reviewers") ?? []).length > 0) throw stranger();
  return (input.optionalTexts("reviewers") ?? []).map((login) => {
    const user = findUser(call.forge.store, login);
    if (!user) throw stranger();
    if (user.login === author) throw unprocessable("Review cannot be requested from pull request author.");
    return user.login;
  });
}

function change(
  call: RepositoryCall,
  action: "review_requested" | "review_request_removed",
  reviewers: (before: readonly string[]) => readonly string[],
): Promise<PullRequest> {
  return changePull(call, (pull) => {
    const requestedReviewers = [...new Set(reviewers(pull.requestedReviewers))];
    const [from, to] = [pull.requestedReviewers, requestedReviewers];
    const changed =
      action === "review_requested"
        ? to.filter((each) => !from.includes(each))
        : from.filter((each) => !to.includes(each));
    const tell = changed.map((login) => ({
      action,
      payload: { requested_reviewer: userByLogin(call.forge, login) },
    }));
    return { pull: { ...pull, requestedReviewers }, tell };
  });
}
