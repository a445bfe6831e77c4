import { somebody } from "../access.ts";
import { readCommit } from "../git/history.ts";
import { writeCommit } from "../git/object.ts";
import { diffFiles } from "../git/patch.ts";
import { type Answer, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { endsOf, factsOf, mergedTree } from "../pull/fact.ts";
import { mergePull } from "../pull/merge.ts";
import { changeRefWhileExclusive } from "../ref/write.ts";
import { signatureOf } from "../seed.ts";
import { commitView } from "../view/commit.ts";
import { diffEntry } from "../view/file.ts";
import { apiUrl } from "../view/repository.ts";
import { bareOf, pullNamed } from "./lookup.ts";

async function merge(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const { number } = pullNamed(call);
  const input = await call.fields("PullRequest");
  const wish = {
    method: input.optionalWord("merge_method", ["merge", "squash", "rebase"]) ?? "merge",
    title: input.optionalText("commit_title"),
    message: input.optionalText("commit_message"),
    sha: input.optionalText("sha"),
  };
  const sha = await mergePull(forge, repository, somebody(call.caller), { number, wish });
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

/** Merges the base into the head, as the button of that name does. */
async function updateBranch(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const input = await call.fields("PullRequest");
  const caller = somebody(call.caller);
  return bare.exclusive(async () => {
    const pull = pullNamed(call);
    const { base, head } = endsOf(bare, pull);
    if (pull.state === "closed") throw unprocessable("The pull request is closed.");
    if ((input.optionalText("expected_head_sha") ?? head) !== head) {
      throw unprocessable("expected head sha didn't match current head ref.");
    }
    if (!(await factsOf(bare, pull)).behind) throw unprocessable("There are no new commits on the base branch.");
    const tree = await mergedTree(bare, head, base);
    if (tree === null) throw unprocessable("merge conflict between base and head");
    const author = signatureOf(forge, caller.user);
    const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}\n`;
    const sha = writeCommit(bare, { tree, parents: [head, base], author, committer: author, message });
    const change = { ref: `refs/heads/${pull.head.ref}`, before: head, after: sha };
    await changeRefWhileExclusive(forge, repository, caller, change);
    const url = `${apiUrl(forge, repository)}/pulls/${pull.number}`;
    return { status: 202, json: { message: "Updating pull request branch.", url } };
  });
}

async function listCommits(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const { commits } = await factsOf(bare, pullNamed(call));
  return paged(call, commits.slice(0, 250), async (sha) =>
    commitView(forge, repository, (await readCommit(bare, sha))!),
  );
}

async function listFiles(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const bare = bareOf(call);
  const pull = pullNamed(call);
  const { base, head } = endsOf(bare, pull);
  const files = await diffFiles(bare, (await factsOf(bare, pull)).mergeBase ?? base, head);
  return paged(call, files.slice(0, 3000), (file) => diffEntry(forge, repository, head, file));
}

export const pullMergeRoutes: readonly Route[] = [
  onRepository("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", "write", merge),
  onRepository("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", "read", (call) => {
    if (pullNamed(call).mergedAt === null) throw notFound();
    return noContent;
  }),
  onRepository("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/update-branch", "write", updateBranch),
  onRepository("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", "read", listCommits),
  onRepository("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", "read", listFiles),
];
