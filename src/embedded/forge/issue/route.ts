import { somebody } from "../access.ts";
import { findUser } from "../forge.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import type { Fields } from "../http/field.ts";
import { paged } from "../http/pagination.ts";
import { notFound, Problem, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { type PullRequest, pulls } from "../store/record.ts";
import { labelView } from "../view/pull.ts";
import { userByLogin } from "../view/user.ts";
import { labelFor, labelNamed, validName } from "./label.ts";
import { changePull, pullNamed } from "./pull.ts";
import { fullIssueView, issueView } from "./view.ts";

const base = "/repos/{owner}/{repo}/issues";
const one = `${base}/{issue_number}`;

/** Routes that see pull requests as the issues that they also are: labels and assignees. */
export const issueRoutes: readonly Route[] = [
  onRepository("GET", base, "read", listIssues),
  onRepository("GET", one, "read", (call) => ok(fullIssueView(call.forge, call.repository, pullNamed(call)))),
  onRepository("GET", `${one}/labels`, "read", (call) => labelsOf(call, pullNamed(call))),
  onRepository("POST", `${one}/labels`, "write", async (call) => {
    const names = await labelNames(call);
    return allLabels(call, await relabel(call, (before) => [...before, ...names]));
  }),
  onRepository("PUT", `${one}/labels`, "write", async (call) => {
    const names = await labelNames(call);
    return allLabels(call, await relabel(call, () => names));
  }),
  onRepository("DELETE", `${one}/labels`, "write", async (call) => {
    await relabel(call, () => []);
    return { status: 204 };
  }),
  onRepository("DELETE", `${one}/labels/{name}`, "write", async (call) => {
    const gone = (call.params["name"] ?? "").toLowerCase();
    const has = (name: string): boolean => name.toLowerCase() === gone;
    if (!pullNamed(call).labels.some(has)) throw notFound("Label does not exist");
    return allLabels(call, await relabel(call, (before) => before.filter((name) => !has(name))));
  }),
  onRepository("POST", `${one}/assignees`, "write", async (call) => {
    const add = assigneesIn(await call.fields("Issue")).filter((login) => findUser(call.forge.store, login));
    const pull = await reassign(call, (before) => [...before, ...add]);
    return created(issueView(call.forge, call.repository, pull));
  }),
  onRepository("DELETE", `${one}/assignees`, "write", async (call) => {
    const remove = new Set(assigneesIn(await call.fields("Issue")).map((login) => login.toLowerCase()));
    const pull = await reassign(call, (before) => before.filter((login) => !remove.has(login.toLowerCase())));
    return ok(issueView(call.forge, call.repository, pull));
  }),
];

/** Newest first; `state`, `labels`, `creator` and `assignee` filter. */
function listIssues(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, query } = call;
  const state = query.get("state") ?? "open";
  const wanted = (query.get("labels") ?? "").split(",").filter(Boolean);
  const creator = query.get("creator");
  const assignee = query.get("assignee");
  const issues = [...forge.store.all(pulls, repository.id).values()].filter(
    (pull) =>
      (state === "all" || pull.state === state) &&
      wanted.every((name) => pull.labels.some((own) => own.toLowerCase() === name.toLowerCase())) &&
      (creator === null || pull.user === creator) &&
      (assignee === null || assignee === "*" || pull.assignees.includes(assignee)),
  );
  if (query.get("direction") !== "asc") issues.reverse();
  return paged(call, issues, (pull) => issueView(forge, repository, pull));
}

/** `{labels: [...]}` with names or objects with a name, as GitHub takes them, or the bare list. */
async function labelNames(call: RepositoryCall): Promise<readonly string[]> {
  const list = await listIn(call);
  return list.map((each) => {
    const name = typeof each === "string" ? each : (each as { readonly name?: unknown } | null)?.name;
    if (typeof name !== "string") throw unprocessable("Invalid request.\n\nA label is a name, or an object with one.");
    return validName(name);
  });
}

async function listIn(call: RepositoryCall): Promise<readonly unknown[]> {
  const text = (await call.bytes()).toString("utf8").trim();
  if (!text.startsWith("[")) return (await call.fields("Label")).optionalList("labels") ?? [];
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
}

const labelsOf = (call: RepositoryCall, pull: PullRequest): Promise<Answer> =>
  paged(call, viewLabels(call, pull), (view) => view);

const allLabels = (call: RepositoryCall, pull: PullRequest): Answer => ok(viewLabels(call, pull));

const viewLabels = ({ forge, repository }: RepositoryCall, pull: PullRequest): readonly unknown[] =>
  pull.labels.flatMap((name) => {
    const label = labelNamed(forge.store, repository, name);
    return label ? [labelView(forge, repository, label)] : [];
  });

/** Gives a pull request the labels that `names` makes of its old ones, and tells of each that came or went. */
function relabel(call: RepositoryCall, names: (before: readonly string[]) => readonly string[]): Promise<PullRequest> {
  const { forge, repository } = call;
  const sender = somebody(call.caller).user.login;
  return changePull(call, (pull, transaction) => {
    const wanted = names(pull.labels).map((name) => labelFor(transaction, { forge, repository, sender }, name).name);
    const labels = [...new Set(wanted)];
    const tell = (action: string, list: readonly string[]) =>
      list.flatMap((name) => {
        const label = labelNamed(transaction, repository, name);
        return label ? [{ action, payload: { label: labelView(forge, repository, label) } }] : [];
      });
    const gone = pull.labels.filter((name) => !labels.includes(name));
    const came = labels.filter((name) => !pull.labels.includes(name));
    return { pull: { ...pull, labels }, tell: [...tell("unlabeled", gone), ...tell("labeled", came)] };
  });
}

const assigneesIn = (input: Fields): readonly string[] => input.optionalTexts("assignees") ?? [];

function reassign(
  call: RepositoryCall,
  logins: (before: readonly string[]) => readonly string[],
): Promise<PullRequest> {
  const { forge } = call;
  return changePull(call, (pull) => {
    const known = logins(pull.assignees).flatMap((login) => findUser(forge.store, login)?.login ?? []);
    // GitHub takes ten assignees and leaves the rest out.
    const assignees = [...new Set(known)].slice(0, 10);
    const tell = (action: string, list: readonly string[]) =>
      list.map((login) => ({ action, payload: { assignee: userByLogin(forge, login) } }));
    const gone = pull.assignees.filter((login) => !assignees.includes(login));
    const came = assignees.filter((login) => !pull.assignees.includes(login));
    return { pull: { ...pull, assignees }, tell: [...tell("unassigned", gone), ...tell("assigned", came)] };
  });
}
