import { branchRef } from "../../src/git/ref-name.ts";
import { pathFault } from "../../src/git/tree-path.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { CommitFacts, FileChange, Git, NewCommit, Refs, Remote } from "../../src/reconcilers/git-port.ts";
import type { Files } from "./git-objects.ts";
import type { MemoryCommit, MemoryHost, MemoryRepository } from "./memory-host.ts";

/** Git over the memory host. Held to the same contract as the real adapter, and gives the same commit ids. */
export class MemoryGit implements Git {
  readonly #host: MemoryHost;
  /** Commits that were made here and may not have been pushed yet, by remote. */
  #local = new Map<string, Map<string, MemoryCommit>>();

  constructor(host: MemoryHost) {
    this.#host = host;
  }

  /** As if the disk with the mirrors was lost. */
  forget(): void {
    this.#local = new Map();
  }

  sync(remote: Remote, signal: AbortSignal): Promise<Refs> {
    return this.#host.faults.run("git.sync", signal, () => {
      const { heads, tags } = this.#repository(remote);
      return { heads: new Map(heads), tags: new Map(tags) };
    });
  }

  read(remote: Remote, commit: string, path: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#host.faults.run("git.read", signal, () => {
      const fault = pathFault(path);
      if (fault) throw new ForgeError("rejected", `cannot read ${JSON.stringify(path)}: it ${fault}`);
      const found = this.#commit(remote, commit);
      if (!found) throw new ForgeError("absent", `there is no commit ${commit}`);
      return found.files.get(path);
    });
  }

  describe(remote: Remote, commit: string, signal: AbortSignal): Promise<CommitFacts | undefined> {
    return this.#host.faults.run("git.describe", signal, () => {
      const found = this.#commit(remote, commit);
      return found && factsOf(found);
    });
  }

  commit(remote: Remote, commit: NewCommit, signal: AbortSignal): Promise<CommitFacts> {
    return this.#host.faults.run("git.commit", signal, () => {
      const repository = this.#repository(remote);
      const parent = this.#commit(remote, commit.parent);
      if (!parent) throw new ForgeError("absent", `there is no commit ${commit.parent}`);
      const files = changed(parent.files, commit.changes);
      const { author, at } = commit;
      const message = commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`;
      const known = new Map(repository.commits);
      const made = this.#host.write(repository, { parents: [parent.sha], files, message, author, at });
      if (!known.has(made.sha)) repository.commits.delete(made.sha); // It is not on the host before it is pushed.
      this.#local.set(remote.id, (this.#local.get(remote.id) ?? new Map<string, MemoryCommit>()).set(made.sha, made));
      return factsOf(made);
    });
  }

  push(
    remote: Remote,
    update: { readonly branch: string; readonly sha: string | undefined; readonly expect: string | undefined },
    signal: AbortSignal,
  ): Promise<"done" | "moved"> {
    return this.#host.faults.run("git.push", signal, () => {
      const repository = this.#repository(remote);
      const { branch, sha, expect } = update;
      const doing = `could not push ${branch}`;
      if (repository.archived || !repository.canPush)
        throw new ForgeError("denied", `${doing}: the credential may not write`);
      const now = repository.heads.get(branch);
      if (now === sha) return "done";
      if (now !== expect) return "moved";
      if (branchRef(branch) === undefined) throw new ForgeError("rejected", `${doing}: no branch can have that name`);
      if (sha !== undefined) this.#upload(remote, repository, sha);
      this.#host.move(repository, branch, sha);
      this.#host.record("millrace", sha === undefined ? "delete" : "push", repository, branch);
      return "done";
    });
  }

  #upload(remote: Remote, repository: MemoryRepository, sha: string): void {
    const commit = this.#commit(remote, sha);
    if (!commit) throw new ForgeError("rejected", `could not push ${sha}: there is no such commit`);
    for (const parent of commit.parents) {
      if (!repository.commits.has(parent)) this.#upload(remote, repository, parent);
    }
    repository.commits.set(commit.sha, commit);
  }

  #repository(remote: Remote): MemoryRepository {
    const [owner = "", name = ""] = new URL(remote.url).pathname.slice(1).split("/");
    const repository = this.#host.find({ owner, name });
    if (!repository) throw new ForgeError("absent", `there is no repository ${owner}/${name}, or it is hidden from us`);
    return repository;
  }

  #commit(remote: Remote, sha: string): MemoryCommit | undefined {
    return this.#repository(remote).commits.get(sha) ?? this.#local.get(remote.id)?.get(sha);
  }
}

function changed(files: Files, changes: readonly FileChange[]): Files {
  const result = new Map(files);
  for (const [index, { path, content }] of changes.entries()) {
    const isTwice = changes.findIndex((each) => each.path === path) !== index;
    const fault = pathFault(path) ?? (isTwice ? "is changed twice" : undefined);
    if (fault) throw new ForgeError("rejected", `the path ${JSON.stringify(path)} ${fault}`);
    if (content) result.set(path, content);
    else result.delete(path);
  }
  for (const path of result.keys()) {
    const folders = path.split("/").slice(0, -1);
    const file = folders.map((_, index) => folders.slice(0, index + 1).join("/")).find((folder) => result.has(folder));
    if (file !== undefined)
      throw new ForgeError("rejected", `${JSON.stringify(path)} is below ${JSON.stringify(file)}, which is a file`);
  }
  return result;
}

function factsOf({ sha, tree, parents, message, author, at }: MemoryCommit): CommitFacts {
  const committedAt = new Date(Math.floor(at.getTime() / 1_000) * 1_000);
  return { sha, tree, parents, message, authorEmail: author.email, committedAt };
}
