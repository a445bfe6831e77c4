import { permissionOf, somebody } from "../access.ts";
import { diffText, patchText } from "../git/patch.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { variantOf, variantType } from "../http/media.ts";
import { paged } from "../http/pagination.ts";
import { forbidden } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { createPull, ownBranch } from "../pull/create.ts";
import { editPull, type PullEdit } from "../pull/edit.ts";
import { endsOf, factsOf } from "../pull/fact.ts";
import { mergeabilityOf } from "../pull/mergeability.ts";
import { refreshPulls } from "../pull/refresh.ts";
import { type PullRequest, pulls } from "../store/record.ts";
import { type Mergeability, pullSimple, pullView } from "../view/pull.ts";
import { apiUrl } from "../view/repository.ts";
import { bareOf, creating, pullNamed } from "./lookup.ts";

async function fullView(
  call: RepositoryCall,
  pull: PullRequest,
  known?: Mergeability,
): Promise<Record<string, unknown>> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const mergeability = known ?? (await mergeabilityOf(forge, repository, pull));
  const facts = await factsOf(bare, pull);
  return pullView(forge, repository, pull, { facts, mergeability, baseSha: endsOf(bare, pull).base });
}

type Order = (a: PullRequest, b: PullRequest) => number;
const byText =
  (field: "createdAt" | "updatedAt"): Order =>
  (a, b) =>
    a[field] === b[field] ? a.number - b.number : a[field] < b[field] ? -1 : 1;
const orders: Readonly<Record<string, Order>> = {
  created: byText("createdAt"),
  updated: byText("updatedAt"),
  popularity: (a, b) => a.comments - b.comments || a.number - b.number,
  "long-running": byText("createdAt"),
};

/** The pull requests that the query asks for; a head that is not `owner:branch` filters nothing, as on GitHub. */
function selected(call: RepositoryCall): readonly PullRequest[] {
  const { forge, repository, query } = call;
  const state = query.get("state") ?? "open";
  const [head, base, sort] = [query.get("head") ?? "", query.get("base"), query.get("sort") ?? "created"];
  const [owner = "", ...branch] = head.split(":");
  const ofOwner = owner.toLowerCase() === repository.owner.toLowerCase();
  const found = [...forge.store.all(pulls, repository.id).values()].filter(
    (pull) =>
      (state === "all" || pull.state === state) &&
      (base === null || pull.base.ref === base) &&
      (branch.length === 0 || (ofOwner && pull.head.ref === branch.join(":"))),
  );
  found.sort(orders[sort] ?? orders["created"]);
  const ascending = (query.get("direction") ?? (sort === "created" ? "desc" : "asc")) === "asc";
  return ascending ? found : found.reverse();
}

async function list(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  await refreshPulls(forge, repository, selected(call));
  return paged(call, selected(call), (pull) => pullSimple(forge, repository, pull, endsOf(bareOf(call), pull).base));
}

async function get(call: RepositoryCall): Promise<Answer> {
  await refreshPulls(call.forge, call.repository, [pullNamed(call)]);
  const pull = pullNamed(call);
  const bare = bareOf(call);
  const variant = variantOf(call);
  if (variant !== "diff" && variant !== "patch") return ok(await fullView(call, pull));
  const { base, head } = endsOf(bare, pull);
  const from = (await factsOf(bare, pull)).mergeBase ?? base;
  const raw = variant === "diff" ? await diffText(bare, from, head) : await patchText(bare, `${from}..${head}`);
  return { status: 200, raw, headers: { "content-type": variantType(variant) } };
}

async function create(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("PullRequest");
  const wanted = {
    title: input.text("title"),
    body: input.optionalText("body") ?? null,
    head: ownBranch(repository, input.text("head")),
    base: input.text("base"),
    draft: input.optionalFlag("draft") ?? false,
    maintainerCanModify: input.optionalFlag("maintainer_can_modify") ?? true,
  };
  const pull = await createPull(forge, repository, creating(call), wanted);
  // Whether it can be merged is found out when somebody asks, as GitHub does.
  const view = await fullView(call, pull, { mergeable: null, state: "unknown" });
  return created(view, `${apiUrl(forge, repository)}/pulls/${pull.number}`);
}

async function update(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const pull = pullNamed(call);
  const caller = somebody(call.caller);
  const permission = permissionOf(forge.store, caller, repository);
  if (permission === "read" && caller.user.login !== pull.user) throw forbidden();
  const input = await call.fields("PullRequest");
  const [body, base] = [input.optionalText("body") ?? null, input.optionalText("base")];
  const [state, modify] = [
    input.optionalWord("state", ["open", "closed"]),
    input.optionalFlag("maintainer_can_modify"),
  ];
  const edit: PullEdit = {
    ...(input.has("title") ? { title: input.text("title") } : {}),
    ...(input.has("body") ? { body } : {}),
    ...(state === undefined ? {} : { state }),
    ...(base === undefined ? {} : { base }),
    ...(modify === undefined ? {} : { maintainerCanModify: modify }),
  };
  return ok(await fullView(call, await editPull(forge, repository, caller, { number: pull.number, edit })));
}

export const pullRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/pulls", "read", list),
  onRepository("POST", "/repos/{owner}/{repo}/pulls", "write", create),
  onRepository("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", "read", get),
  onRepository("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", "read", update),
];
