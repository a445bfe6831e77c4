import { permissionOf, somebody } from "../access.ts";
import { logTo, nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { forbidden, notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { type PullRequest, pulls } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { pullNamed } from "./pull.ts";
import { type IssueComment, issueComments } from "./record.ts";
import { commentView, issueView } from "./view.ts";

const base = "/repos/{owner}/{repo}/issues";

/** Routes of the conversation below a pull request. */
export const commentRoutes: readonly Route[] = [
  onRepository("GET", `${base}/{issue_number}/comments`, "read", (call) => {
    const { number } = pullNamed(call);
    return listComments(call, (comment) => comment.number === number);
  }),
  onRepository("GET", `${base}/comments`, "read", (call) => listComments(call, () => true)),
  onRepository("POST", `${base}/{issue_number}/comments`, "read", createComment),
  onRepository("GET", `${base}/comments/{comment_id}`, "read", (call) =>
    ok(commentView(call.forge, call.repository, commentNamed(call))),
  ),
  onRepository("PATCH", `${base}/comments/{comment_id}`, "read", async (call) => {
    const input = await call.fields("IssueComment");
    const before = ownComment(call);
    const comment = { ...before, body: input.text("body"), updatedAt: nowOf(call.forge) };
    call.forge.store.transact((transaction) => {
      transaction.put(issueComments, call.repository.id, comment.id, comment);
      tell(call, transaction, "edited", { comment, more: { changes: { body: { from: before.body } } } });
    });
    return ok(commentView(call.forge, call.repository, comment));
  }),
  onRepository("DELETE", `${base}/comments/{comment_id}`, "read", (call) => {
    const comment = ownComment(call);
    call.forge.store.transact((transaction) => {
      transaction.delete(issueComments, call.repository.id, comment.id);
      count(call, transaction, comment.number, -1);
      tell(call, transaction, "deleted", { comment });
    });
    return noContent;
  }),
];

function commentNamed({ forge, repository, params }: RepositoryCall): IssueComment {
  const comment = forge.store.get(issueComments, repository.id, Number(params["comment_id"]));
  if (!comment) throw notFound();
  return comment;
}

/** A comment that the caller wrote, or may change because it may write to the repository. */
function ownComment(call: RepositoryCall): IssueComment {
  const comment = commentNamed(call);
  const caller = somebody(call.caller);
  const permission = permissionOf(call.forge.store, caller, call.repository);
  if (comment.user !== caller.user.login && permission === "read") throw forbidden();
  return comment;
}

/** Oldest first, or as `sort` and `direction` say, those changed since `since`. */
function listComments(call: RepositoryCall, wanted: (comment: IssueComment) => boolean): Promise<Answer> {
  const { forge, repository, query } = call;
  const since = Date.parse(query.get("since") ?? "");
  const comments = [...forge.store.all(issueComments, repository.id).values()].filter(
    (comment) => wanted(comment) && !(Date.parse(comment.updatedAt) < since),
  );
  if (query.get("direction") === "desc") comments.reverse();
  return paged(call, comments, (comment) => commentView(forge, repository, comment));
}

async function createComment(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("IssueComment");
  const body = input.text("body");
  const { number } = pullNamed(call);
  const caller = somebody(call.caller);
  forge.quota.create(caller.credential);
  const comment = forge.store.transact((transaction) => {
    const now = nowOf(forge);
    const { login: user } = caller.user;
    const made = { id: transaction.next("id"), number, user, body, createdAt: now, updatedAt: now };
    transaction.put(issueComments, repository.id, made.id, made);
    count(call, transaction, number, 1);
    logTo(transaction, forge, { actor: user, action: "comment.create", subject: String(number), repository });
    tell(call, transaction, "created", { comment: made });
    return made;
  });
  const view = commentView(forge, repository, comment);
  return created(view, String(view["url"]));
}

function count({ forge, repository }: RepositoryCall, transaction: Transaction, number: number, by: number): void {
  const pull = transaction.get(pulls, repository.id, number);
  if (!pull) return;
  const changed: PullRequest = { ...pull, comments: pull.comments + by, updatedAt: nowOf(forge) };
  transaction.put(pulls, repository.id, number, changed);
}

function tell(
  { forge, repository, caller }: RepositoryCall,
  transaction: Transaction,
  action: string,
  { comment, more = {} }: { readonly comment: IssueComment; readonly more?: Readonly<Record<string, unknown>> },
): void {
  const pull = transaction.get(pulls, repository.id, comment.number);
  if (!pull) return;
  forge.events.emit(transaction, {
    name: "issue_comment",
    action,
    repository,
    sender: somebody(caller).user.login,
    payload: { issue: issueView(forge, repository, pull), comment: commentView(forge, repository, comment), ...more },
  });
}
