import { somebody } from "../access.ts";
import { readCommit } from "../git/history.ts";
import { isSafeRef, type Ref } from "../git/refs.ts";
import type { Answer } from "../http/answer.ts";
import { created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound, Problem, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { protectionSummary } from "../protection/view.ts";
import { renameBranch } from "../ref/rename.ts";
import { commitView } from "../view/commit.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { bareOf } from "./lookup.ts";

const prefix = "refs/heads/";

function shortBranch(call: RepositoryCall, { name, sha }: Ref): Record<string, unknown> {
  const { forge, repository } = call;
  return {
    name: name.slice(prefix.length),
    commit: { sha, url: `${apiUrl(forge, repository)}/commits/${sha}` },
    protected: forge.rules.protected(repository, name.slice(prefix.length)),
  };
}

async function branchView(call: RepositoryCall, name: string): Promise<Record<string, unknown>> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const sha = bare.refs.get(prefix + name);
  const commit = sha === undefined ? undefined : await readCommit(bare, sha);
  if (!commit) throw notFound("Branch not found");
  const self = `${apiUrl(forge, repository)}/branches/${encodeURIComponent(name)}`;
  return {
    name,
    commit: commitView(forge, repository, commit),
    _links: { self, html: `${htmlUrl(forge, repository)}/tree/${name}` },
    protected: forge.rules.protected(repository, name),
    protection: protectionSummary(forge, repository, name),
    protection_url: `${self}/protection`,
  };
}

async function rename(call: RepositoryCall): Promise<Answer> {
  const old = call.params["branch"] ?? "";
  const name = (await call.fields("Branch")).text("new_name");
  if (!isSafeRef(prefix + name)) throw unprocessable(`${name} is not a branch's name`);
  const { refs } = bareOf(call);
  if (refs.get(prefix + old) === undefined) throw new Problem(404, "Branch not found");
  if (refs.get(prefix + name) !== undefined) throw unprocessable(`${name} exists already`);
  await renameBranch(call.forge, call.repository, somebody(call.caller), { old, name });
  return created(await branchView(call, name));
}

export const branchRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/branches", "read", (call) => {
    const only = call.query.get("protected");
    const views = bareOf(call)
      .refs.list(prefix)
      .map((ref) => shortBranch(call, ref))
      .filter((view) => only === null || String(view["protected"]) === only);
    return paged(call, views, (view) => view);
  }),
  onRepository("GET", "/repos/{owner}/{repo}/branches/{branch}", "read", async (call) =>
    ok(await branchView(call, call.params["branch"] ?? "")),
  ),
  onRepository("POST", "/repos/{owner}/{repo}/branches/{branch}/rename", "admin", rename),
];
