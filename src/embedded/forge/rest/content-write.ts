import { readCommit } from "../git/history.ts";
import type { Commit } from "../git/object.ts";
import { writeCommit } from "../git/object.ts";
import { editTree, entryAt } from "../git/tree.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { Fields } from "../http/field.ts";
import { conflict, notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { changeRefWhileExclusive } from "../ref/write.ts";
import { gitCommitView } from "../view/commit.ts";
import { fileView, pathOf } from "./content.ts";
import { bareOf, creating, signatureIn } from "./lookup.ts";

/** Where a write goes: the branch, its tip, and the blob that is there now. */
interface Target {
  readonly branch: string;
  readonly tip: Commit | undefined;
  readonly old: string | undefined;
}

async function targetOf(call: RepositoryCall, input: Fields): Promise<Target> {
  const bare = bareOf(call);
  const branch = (input.optionalText("branch") ?? call.repository.defaultBranch).replace(/^refs\/heads\//, "");
  const sha = bare.refs.get(`refs/heads/${branch}`);
  const isFirst = !bare.refs.hasBranch(branch);
  if (sha === undefined && !isFirst) throw notFound(`Branch ${branch} not found`);
  const tip = sha === undefined ? undefined : await readCommit(bare, sha);
  const entry = tip && (await entryAt(bare, tip.tree, pathOf(call)));
  return { branch, tip, old: entry?.sha };
}

/** The sha in the body must be that of the file as it is: otherwise somebody else's change would be lost. */
function demandSame(call: RepositoryCall, input: Fields, old: string | undefined): void {
  const given = input.optionalText("sha");
  if (old === undefined) return;
  if (given === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (given !== old) throw conflict(`${pathOf(call)} does not match ${given}`);
}

async function commitFile(
  call: RepositoryCall,
  input: Fields,
  target: Target,
  entry: { readonly mode: string; readonly sha: string } | null,
): Promise<Commit> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const { branch, tip } = target;
  const tree = await editTree(bare, tip?.tree ?? null, [{ path: pathOf(call), entry }]);
  const committer = signatureIn(call, input, "committer");
  const author = input.has("author") ? signatureIn(call, input, "author") : committer;
  const sha = writeCommit(bare, {
    tree: tree ?? bare.write("tree", Buffer.alloc(0)),
    parents: tip ? [tip.sha] : [],
    author,
    committer,
    message: input.text("message"),
  });
  const change = { ref: `refs/heads/${branch}`, before: tip?.sha ?? null, after: sha };
  await changeRefWhileExclusive(forge, repository, creating(call), change);
  return (await readCommit(bare, sha))!;
}

async function put(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Content");
  const bare = bareOf(call);
  const encoded = input.optionalText("content");
  if (encoded === undefined) throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  if (!/^[A-Za-z0-9+/=\s]*$/.test(encoded)) throw unprocessable("content is not valid Base64");
  if (pathOf(call) === "") throw unprocessable("path cannot be empty");
  return bare.exclusive(async () => {
    const target = await targetOf(call, input);
    demandSame(call, input, target.old);
    const entry = { mode: "100644", sha: bare.write("blob", Buffer.from(encoded, "base64")) };
    const commit = await commitFile(call, input, target, entry);
    const content = await fileView(call, { path: pathOf(call), ref: target.branch, entry });
    const { content: _text, encoding: _encoding, ...summary } = content;
    const body = { content: summary, commit: gitCommitView(call.forge, call.repository, commit) };
    return target.old === undefined ? created(body) : ok(body);
  });
}

async function remove(call: RepositoryCall): Promise<Answer> {
  const fromBody = await call.fields("Content");
  const input = new Fields("Content", { ...Object.fromEntries(call.query), ...fromBody.all });
  return bareOf(call).exclusive(async () => {
    const target = await targetOf(call, input);
    if (target.old === undefined) throw notFound();
    demandSame(call, input, target.old);
    const commit = await commitFile(call, input, target, null);
    return ok({ content: null, commit: gitCommitView(call.forge, call.repository, commit) });
  });
}

export const contentWriteRoutes: readonly Route[] = [
  onRepository("PUT", "/repos/{owner}/{repo}/contents/{path}", "write", put),
  onRepository("DELETE", "/repos/{owner}/{repo}/contents/{path}", "write", remove),
];
