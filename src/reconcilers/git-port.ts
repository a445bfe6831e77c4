/**
 * Git in our words. Every call takes an AbortSignal and rejects with a ForgeError and nothing else; absence is
 * `undefined`; every write is safe to repeat.
 */

/** Where git finds a repository. `credential` is asked for at each use, since tokens expire. */
export interface Remote {
  /** Names the mirror: unique for each repository of each forge, stable over restarts. */
  readonly id: string;
  readonly url: string;
  readonly credential: (
    signal: AbortSignal,
  ) => Promise<{ readonly username: string; readonly password: string } | undefined>;
}

/** Branches and tags of a remote, by short name. A tag maps to the commit that it finally points at. */
export interface Refs {
  readonly heads: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
}

/** What a path is in a commit. A link's content is where it leads to; git keeps nothing of a submodule but its commit. */
export type EntryMode = "File" | "Executable" | "Link" | "Submodule" | "Directory";

export interface FileChange {
  readonly path: string;
  /** Undefined removes the file. */
  readonly content: Uint8Array | undefined;
  /** By default what it is already, else `File`. */
  readonly mode?: "File" | "Executable" | "Link";
}

export interface NewCommit {
  readonly parent: string;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Same input, same commit id: the moment is part of the input. */
  readonly at: Date;
}

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly authorEmail: string;
  readonly committedAt: Date;
}

/** How two commits differ. */
export interface Diff {
  /** By path. A rename is a removal and an addition. Lines are counted as git does; binary files have none. */
  readonly files: readonly {
    readonly path: string;
    readonly added: number;
    readonly removed: number;
  }[];
  /** As `git diff` shows it, cut at `most` bytes with a last line that says so; what is not UTF-8 is replaced. */
  readonly text: string;
}

/** A commit of a history, with what it changed. */
export interface LogEntry {
  readonly sha: string;
  readonly message: string;
  readonly parents: readonly string[];
  /** Paths that differ from the first parent, or all where there is none; without renames. Names that are not UTF-8 are replaced. */
  readonly paths: readonly string[];
}

/** What picking one commit came to. */
export type Picked =
  | { readonly is: "commit"; readonly sha: string }
  /** It changes nothing there: the change is there already. */
  | { readonly is: "applied" }
  | { readonly is: "conflict"; readonly files: readonly { readonly path: string; readonly why: string }[] };

/** Git, over bare mirrors without a checkout. Contract: test/contract/git.contract.ts. */
export interface Git {
  /** Brings the mirror in step and gives all refs. One round trip when nothing changed. */
  sync(remote: Remote, signal: AbortSignal): Promise<Refs>;
  /** A file as of a commit; fetched on demand. Undefined when there is no such file. */
  read(remote: Remote, commit: string, path: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** What there is at a path as of a commit; fetched on demand. Undefined when there is nothing. */
  entry(
    remote: Remote,
    commit: string,
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly mode: EntryMode } | undefined>;
  /**
   * All files of a commit as a tar stream (pax), byte by byte as git keeps them: no attribute, filter or hook has a say.
   * Links are links; submodules are empty directories.
   */
  tar(remote: Remote, commit: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** How two commits differ. No filter, no external diff. */
  diff(
    remote: Remote,
    between: { readonly from: string; readonly to: string; readonly most: number },
    signal: AbortSignal,
  ): Promise<Diff>;
  /** Whether `old` can be reached from `young`, or is it. No, where the remote has one of them no more. */
  isAncestor(remote: Remote, old: string, young: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Applies what `commit` changed against its first parent to `onto`, by a three-way merge without a checkout, and writes the
   * result into the mirror under the original author, with `message`, our committer and the date of the original.
   */
  pick(
    remote: Remote,
    pick: { readonly commit: string; readonly onto: string; readonly message: string },
    signal: AbortSignal,
  ): Promise<Picked>;
  /**
   * Takes back on `onto` what was changed on the way from `from` to `to`, by a three-way merge without a checkout, and writes the
   * result into the mirror as one commit of ours, with `message` and the date of `onto`. `applied` where it is taken back already.
   */
  revert(
    remote: Remote,
    revert: { readonly from: string; readonly to: string; readonly onto: string; readonly message: string },
    signal: AbortSignal,
  ): Promise<Picked>;
  /**
   * Names of what is directly in a directory as of a commit ("" is the root), sorted; those of directories end in `/`. Undefined
   * where there is no such directory. Fetches no content.
   */
  list(remote: Remote, commit: string, directory: string, signal: AbortSignal): Promise<readonly string[] | undefined>;
  /**
   * Commits that can be reached from `to` and not from `from`, the newest first, in the order of `git log --topo-order`; at
   * most so many. `from` undefined: the whole history.
   */
  log(
    remote: Remote,
    range: { readonly from: string | undefined; readonly to: string; readonly most: number },
    signal: AbortSignal,
  ): Promise<readonly LogEntry[]>;
  /** Makes a lightweight tag. `taken` when it is there and leads to another commit: a tag is never moved. */
  tag(
    remote: Remote,
    tag: { readonly name: string; readonly sha: string },
    signal: AbortSignal,
  ): Promise<"done" | "taken">;
  /** Undefined when the remote has no such commit. */
  describe(remote: Remote, commit: string, signal: AbortSignal): Promise<CommitFacts | undefined>;
  /** Writes a commit into the mirror. Nothing leaves the machine. The tree equals the parent's when nothing changes. */
  commit(remote: Remote, commit: NewCommit, signal: AbortSignal): Promise<CommitFacts>;
  /**
   * Moves a branch from `expect` (undefined: it must not exist) to `sha` (undefined: deletes it), with a lease.
   * `moved` when the branch is somewhere else; a branch that is at `sha` already is `done`.
   */
  push(
    remote: Remote,
    update: { readonly branch: string; readonly sha: string | undefined; readonly expect: string | undefined },
    signal: AbortSignal,
  ): Promise<"done" | "moved">;
}
