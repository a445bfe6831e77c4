import { somebody } from "../access.ts";
import { isAncestor, readCommit } from "../git/history.ts";
import { writeCommit } from "../git/object.ts";
import { resolveCommit } from "../git/revision.ts";
import { type Answer, created, noContent } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { conflict, notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { factsOf, mergedTree } from "../pull/fact.ts";
import { changeRefWhileExclusive } from "../ref/write.ts";
import { signatureOf } from "../seed.ts";
import { type PullRequest, pulls } from "../store/record.ts";
import { commitView } from "../view/commit.ts";
import { pullSimple } from "../view/pull.ts";
import { bareOf, commitNamed } from "./lookup.ts";

/** Merges a branch or commit into a branch, without a pull request. */
async function mergeBranch(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const input = await call.fields("Merge");
  const [base, head] = [input.text("base"), input.text("head")];
  const caller = somebody(call.caller);
  return bare.exclusive(async () => {
    const ref = `refs/heads/${base}`;
    const before = bare.refs.get(ref);
    if (before === undefined) throw notFound("Base does not exist");
    const theirs = await resolveCommit(bare, head);
    if (!theirs) throw notFound("Head does not exist");
    if (await isAncestor(bare, theirs.sha, before)) return noContent;
    const tree = await mergedTree(bare, before, theirs.sha);
    if (tree === null) throw conflict("Merge conflict");
    const author = signatureOf(forge, caller.user);
    const message = `${input.optionalText("commit_message") ?? `Merge ${head} into ${base}`}\n`;
    const sha = writeCommit(bare, { tree, parents: [before, theirs.sha], author, committer: author, message });
    await changeRefWhileExclusive(forge, repository, caller, { ref, before, after: sha });
    return created(commitView(forge, repository, (await readCommit(bare, sha))!));
  });
}

/** The pull requests that brought, or would bring, a commit. */
async function pullsOfCommit(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const { sha } = await commitNamed(bare, call.params["commit_sha"] ?? "", 422);
  const found: PullRequest[] = [];
  for (const pull of forge.store.all(pulls, repository.id).values()) {
    if (pull.mergeCommitSha === sha || (await factsOf(bare, pull)).commits.includes(sha)) found.push(pull);
  }
  return paged(call, found, (pull) => pullSimple(forge, repository, pull));
}

export const mergeRoutes: readonly Route[] = [
  onRepository("POST", "/repos/{owner}/{repo}/merges", "write", mergeBranch),
  onRepository("GET", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", "read", pullsOfCommit),
];
