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

export interface FileChange {
  readonly path: string;
  /** Undefined removes the file. */
  readonly content: Uint8Array | undefined;
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

/** Git, over bare mirrors without a checkout. Contract: test/contract/git.contract.ts. */
export interface Git {
  /** Brings the mirror in step and gives all refs. One round trip when nothing changed. */
  sync(remote: Remote, signal: AbortSignal): Promise<Refs>;
  /** A file as of a commit; fetched on demand. Undefined when there is no such file. */
  read(remote: Remote, commit: string, path: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
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
