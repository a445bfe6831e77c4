import assert from "node:assert/strict";
import { statusOf, type TourWorld } from "./world.ts";

/** Users, repositories, branches, git data, contents, commits, tags, archives. */
export async function tourRepositories({ owner, repo, sha }: TourWorld): Promise<void> {
  await owner.users.getAuthenticated();
  await owner.users.getByUsername({ username: "reviewer" });
  await owner.rateLimit.get();
  await owner.repos.get(repo);
  await owner.repos.update({ ...repo, description: "The definitions", delete_branch_on_merge: false });
  await owner.repos.createForAuthenticatedUser({ name: "own", auto_init: true });
  await owner.repos.listForAuthenticatedUser();
  await owner.repos.createInOrg({ org: "acme", name: "second", auto_init: true });
  await owner.repos.listForOrg({ org: "acme" });
  await owner.repos.delete({ owner: "acme", repo: "second" });
  await owner.repos.getCollaboratorPermissionLevel({ ...repo, username: "reviewer" });
  await owner.repos.addCollaborator({ ...repo, username: "bystander", permission: "push" });
  await owner.repos.checkCollaborator({ ...repo, username: "bystander" });
  await owner.repos.listCollaborators(repo);
  await owner.repos.removeCollaborator({ ...repo, username: "bystander" });
  assert.equal(await statusOf(owner.repos.get({ owner: "acme", repo: "none" })), 404);

  await tourGit({ owner, repo, sha });
  await owner.repos.listBranches(repo);
  await owner.repos.getBranch({ ...repo, branch: "main" });
  await owner.repos.renameBranch({ ...repo, branch: "feature/y", new_name: "feature/z" });
  await owner.git.deleteRef({ ...repo, ref: "heads/feature/z" });
  await tourContents({ owner, repo });
  await owner.repos.listCommits(repo);
  await owner.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: sha });
  await owner.repos.merge({ ...repo, base: "main", head: sha });
  await owner.repos.getCommit({ ...repo, ref: "main" });
  await owner.repos.compareCommitsWithBasehead({ ...repo, basehead: `${sha}...main` });
  await owner.repos.listTags(repo);
  await owner.repos.downloadTarballArchive({ ...repo, ref: "main" });
  await owner.repos.downloadZipballArchive({ ...repo, ref: "main" });
}

type Caller = Pick<TourWorld, "owner" | "repo">;

async function tourGit({ owner, repo, sha }: Pick<TourWorld, "owner" | "repo" | "sha">): Promise<void> {
  await owner.git.getRef({ ...repo, ref: "heads/main" });
  await owner.git.listMatchingRefs({ ...repo, ref: "heads/" });
  await owner.git.createRef({ ...repo, ref: "refs/heads/feature/y", sha });
  const { data: blob } = await owner.git.createBlob({ ...repo, content: "hello", encoding: "utf-8" });
  await owner.git.getBlob({ ...repo, file_sha: blob.sha });
  const { data: parent } = await owner.git.getCommit({ ...repo, commit_sha: sha });
  const { data: tree } = await owner.git.createTree({
    ...repo,
    base_tree: parent.tree.sha,
    tree: [{ path: "b.txt", mode: "100644", type: "blob", sha: blob.sha }],
  });
  await owner.git.getTree({ ...repo, tree_sha: tree.sha, recursive: "1" });
  const { data: commit } = await owner.git.createCommit({ ...repo, message: "Add b", tree: tree.sha, parents: [sha] });
  await owner.git.updateRef({ ...repo, ref: "heads/feature/y", sha: commit.sha });
  const { data: tag } = await owner.git.createTag({ ...repo, tag: "t1", message: "one", object: sha, type: "commit" });
  await owner.git.getTag({ ...repo, tag_sha: tag.sha });
  await owner.git.createRef({ ...repo, ref: "refs/tags/t1", sha: tag.sha });
}

async function tourContents({ owner, repo }: Caller): Promise<void> {
  const content = Buffer.from("new").toString("base64");
  const path = "docs/new.md";
  const { data: made } = await owner.repos.createOrUpdateFileContents({ ...repo, path, message: "Add", content });
  await owner.repos.getContent({ ...repo, path });
  await owner.repos.getContent({ ...repo, path: "docs" });
  assert.equal(await statusOf(owner.repos.getContent({ ...repo, path: "nowhere" })), 404);
  await owner.repos.deleteFile({ ...repo, path, message: "Remove", sha: made.content!.sha! });
}
