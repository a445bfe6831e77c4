import { branchRef, tagRef } from "../../src/git/ref-name.ts";
import { pathFault } from "../../src/git/tree-path.ts";
import { author as us } from "../../src/reconcilers/change/commit.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type {
  CommitFacts,
  Diff,
  EntryMode,
  Git,
  LogEntry,
  NewCommit,
  Picked,
  Refs,
  Remote,
} from "../../src/reconcilers/git-port.ts";
import { diffFiles } from "./git-diff.ts";
import { editFiles } from "./git-edit.ts";
import { logOf } from "./git-log.ts";
import { mergeFiles } from "./git-merge.ts";
import { commitId, modeOf, treeId } from "./git-objects.ts";
import { tarOf } from "./git-tar.ts";
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
      const content = this.#existing(remote, commit).files.get(path);
      if (content && modeOf(content) === "Link")
        throw new ForgeError("rejected", `cannot read ${JSON.stringify(path)}: it is a symbolic link, not a file`);
      return content;
    });
  }

  entry(remote: Remote, commit: string, path: string, signal: AbortSignal) {
    return this.#host.faults.run("git.entry", signal, (): { readonly mode: EntryMode } | undefined => {
      const fault = pathFault(path);
      if (fault) throw new ForgeError("rejected", `cannot read ${JSON.stringify(path)}: it ${fault}`);
      const { files } = this.#existing(remote, commit);
      const content = files.get(path);
      if (content) return { mode: modeOf(content) };
      return [...files.keys()].some((each) => each.startsWith(`${path}/`)) ? { mode: "Directory" } : undefined;
    });
  }

  async *tar(remote: Remote, commit: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { files, at } = await this.#host.faults.run("git.tar", signal, () => this.#existing(remote, commit));
    yield* tarOf(files, at);
  }

  diff(
    remote: Remote,
    { from, to, most }: { readonly from: string; readonly to: string; readonly most: number },
    signal: AbortSignal,
  ): Promise<Diff> {
    return this.#host.faults.run("git.diff", signal, () =>
      diffFiles(this.#existing(remote, from).files, this.#existing(remote, to).files, most),
    );
  }

  isAncestor(remote: Remote, old: string, young: string, signal: AbortSignal): Promise<boolean> {
    return this.#host.faults.run("git.isAncestor", signal, () => {
      if (!this.#commit(remote, old)) return false;
      const seen = new Set([young]);
      for (const sha of seen) for (const parent of this.#commit(remote, sha)?.parents ?? []) seen.add(parent);
      return seen.has(old);
    });
  }

  pick(
    remote: Remote,
    pick: { readonly commit: string; readonly onto: string; readonly message: string },
    signal: AbortSignal,
  ): Promise<Picked> {
    return this.#host.faults.run("git.pick", signal, () => {
      const [picked, onto] = [this.#existing(remote, pick.commit), this.#existing(remote, pick.onto)];
      const [parent] = picked.parents;
      const before = parent === undefined ? new Map() : this.#existing(remote, parent).files;
      const { files, conflicts } = mergeFiles(before, onto.files, picked.files);
      if (conflicts.length > 0) return { is: "conflict", files: conflicts };
      const tree = treeId(files);
      if (tree === onto.tree) return { is: "applied" };
      const message = pick.message.endsWith("\n") ? pick.message : `${pick.message}\n`;
      const parts = { tree, parents: [onto.sha], author: picked.author, at: picked.at, message };
      const sha = commitId({ ...parts, committer: us });
      this.#keep(remote, { ...parts, files, sha });
      return { is: "commit", sha };
    });
  }

  revert(
    remote: Remote,
    revert: { readonly from: string; readonly to: string; readonly onto: string; readonly message: string },
    signal: AbortSignal,
  ): Promise<Picked> {
    return this.#host.faults.run("git.revert", signal, () => {
      const [before, after] = [this.#existing(remote, revert.from), this.#existing(remote, revert.to)];
      const onto = this.#existing(remote, revert.onto);
      const { files, conflicts } = mergeFiles(after.files, onto.files, before.files);
      if (conflicts.length > 0) return { is: "conflict", files: conflicts };
      const tree = treeId(files);
      if (tree === onto.tree) return { is: "applied" };
      const message = revert.message.endsWith("\n") ? revert.message : `${revert.message}\n`;
      const parts = { tree, parents: [onto.sha], author: us, at: onto.at, message };
      const sha = commitId(parts);
      this.#keep(remote, { ...parts, files, sha });
      return { is: "commit", sha };
    });
  }

  list(remote: Remote, commit: string, directory: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    return this.#host.faults.run("git.list", signal, () => {
      const fault = directory === "" ? undefined : pathFault(directory);
      if (fault) throw new ForgeError("rejected", `cannot read ${JSON.stringify(directory)}: it ${fault}`);
      const start = directory === "" ? "" : `${directory}/`;
      const below = [...this.#existing(remote, commit).files.keys()].filter((path) => path.startsWith(start));
      if (below.length === 0 && directory !== "") return undefined;
      return [...new Set(below.map((path) => path.slice(start.length).replace(/\/.*$/s, "/")))].sort();
    });
  }

  log(
    remote: Remote,
    { from, to, most }: { readonly from: string | undefined; readonly to: string; readonly most: number },
    signal: AbortSignal,
  ): Promise<readonly LogEntry[]> {
    return this.#host.faults.run("git.log", signal, () => {
      for (const sha of from === undefined ? [to] : [to, from]) this.#existing(remote, sha);
      return logOf(from, to, (sha) => this.#commit(remote, sha)).slice(0, most);
    });
  }

  tag(
    remote: Remote,
    { name, sha }: { readonly name: string; readonly sha: string },
    signal: AbortSignal,
  ): Promise<"done" | "taken"> {
    return this.#host.faults.run("git.tag", signal, () => {
      const repository = this.#repository(remote);
      const doing = `could not push tag ${name}`;
      if (tagRef(name) === undefined) throw new ForgeError("rejected", `${doing}: no tag can have that name`);
      this.#existing(remote, sha);
      if (repository.archived || !repository.canPush)
        throw new ForgeError("denied", `${doing}: the credential may not write`);
      const there = repository.tags.get(name);
      if (there !== undefined) return there === sha ? "done" : "taken";
      this.#upload(remote, repository, sha);
      repository.tags.set(name, sha);
      this.#host.record("millrace", "tag", repository, name);
      return "done";
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
      const parent = this.#existing(remote, commit.parent);
      const files = editFiles(parent.files, commit.changes);
      const { author, at } = commit;
      const message = commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`;
      const known = new Map(repository.commits);
      const made = this.#host.write(repository, { parents: [parent.sha], files, message, author, at });
      if (!known.has(made.sha)) repository.commits.delete(made.sha); // It is not on the host before it is pushed.
      this.#keep(remote, made);
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

  #keep(remote: Remote, commit: MemoryCommit): void {
    const kept = this.#local.get(remote.id) ?? new Map<string, MemoryCommit>();
    this.#local.set(remote.id, kept.set(commit.sha, commit));
  }

  #existing(remote: Remote, sha: string): MemoryCommit {
    const commit = this.#commit(remote, sha);
    if (!commit) throw new ForgeError("absent", `there is no commit ${sha}`);
    return commit;
  }

  #commit(remote: Remote, sha: string): MemoryCommit | undefined {
    return this.#repository(remote).commits.get(sha) ?? this.#local.get(remote.id)?.get(sha);
  }
}

function factsOf({ sha, tree, parents, message, author, at }: MemoryCommit): CommitFacts {
  const committedAt = new Date(Math.floor(at.getTime() / 1_000) * 1_000);
  return { sha, tree, parents, message, authorEmail: author.email, committedAt };
}
