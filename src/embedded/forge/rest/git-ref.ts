import { somebody } from "../access.ts";
import { isAncestor } from "../git/history.ts";
import type { Ref } from "../git/refs.ts";
import { isSafeRef } from "../git/refs.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { branchOf } from "../ref/change.ts";
import { changeRef } from "../ref/write.ts";
import { apiUrl } from "../view/repository.ts";
import { nodeId } from "../view/user.ts";
import { bareOf, creating, demandCommits } from "./lookup.ts";

async function refView(call: RepositoryCall, { name, sha }: Ref): Promise<Record<string, unknown>> {
  const { forge, repository } = call;
  const type = (await bareOf(call).read(sha))?.type ?? "commit";
  const api = apiUrl(forge, repository);
  const path = name.slice("refs/".length).split("/").map(encodeURIComponent).join("/");
  return {
    ref: name,
    node_id: nodeId("Ref", name),
    url: `${api}/git/refs/${path}`,
    object: { sha, type, url: `${api}/git/${type}s/${sha}` },
  };
}

const fullName = (call: RepositoryCall): string => `refs/${(call.params["ref"] ?? "").replace(/^refs\//, "")}`;

async function make(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Reference");
  const [name, sha] = [input.text("ref"), input.text("sha")];
  const bare = bareOf(call);
  if (!name.startsWith("refs/") || name.split("/").length < 3) {
    throw unprocessable(
      "Reference name must start with 'refs/' and contain at least three slash-separated components.",
    );
  }
  if (!isSafeRef(name) || name.startsWith("refs/pull/")) throw unprocessable(`${name} is not a valid ref name.`);
  const object = await bare.read(sha);
  if (!object || (branchOf(name) !== undefined && object.type !== "commit"))
    throw unprocessable("Object does not exist");
  if (bare.refs.get(name) !== undefined) throw unprocessable("Reference already exists");
  await changeRef(call.forge, call.repository, creating(call), { ref: name, before: null, after: sha });
  return created(await refView(call, { name, sha }));
}

async function move(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Reference");
  const [name, sha] = [fullName(call), input.text("sha")];
  const bare = bareOf(call);
  const before = bare.refs.get(name);
  if (before === undefined) throw unprocessable("Reference does not exist");
  const object = await bare.read(sha);
  if (!object || (branchOf(name) !== undefined && object.type !== "commit"))
    throw unprocessable("Object does not exist");
  if (input.optionalFlag("force") !== true && !(await isAncestor(bare, before, sha))) {
    throw unprocessable("Update is not a fast forward");
  }
  const who = somebody(call.caller);
  if (before !== sha) await changeRef(call.forge, call.repository, who, { ref: name, before, after: sha });
  return ok(await refView(call, { name, sha }));
}

async function remove(call: RepositoryCall): Promise<Answer> {
  const name = fullName(call);
  const before = bareOf(call).refs.get(name);
  if (before === undefined) throw unprocessable("Reference does not exist");
  if (branchOf(name) === call.repository.defaultBranch) throw unprocessable("Cannot delete the default branch");
  await changeRef(call.forge, call.repository, somebody(call.caller), { ref: name, before, after: null });
  return noContent;
}

export const gitRefRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/git/ref/{ref}", "read", async (call) => {
    const bare = bareOf(call);
    demandCommits(call);
    const name = fullName(call);
    const sha = isSafeRef(name) ? bare.refs.get(name) : undefined;
    if (sha === undefined) throw notFound();
    return ok(await refView(call, { name, sha }));
  }),
  onRepository("GET", "/repos/{owner}/{repo}/git/matching-refs/{ref}", "read", (call) => {
    const bare = bareOf(call);
    demandCommits(call);
    return paged(call, bare.refs.list(fullName(call)), (ref) => refView(call, ref));
  }),
  onRepository("POST", "/repos/{owner}/{repo}/git/refs", "write", make),
  onRepository("PATCH", "/repos/{owner}/{repo}/git/refs/{ref}", "write", move),
  onRepository("DELETE", "/repos/{owner}/{repo}/git/refs/{ref}", "write", remove),
];
