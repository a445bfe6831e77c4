/**
 * What behaviour needs from the world, in our words. The adapters implement it, the tests play it, and every
 * arrow keeps pointing left. Everything that waits takes an AbortSignal; absence is `undefined`; the forge and
 * git reject with a `ForgeError` and nothing else; every write is safe to repeat.
 */
import type { Forge as ForgeObject } from "../schema/forge.ts";
import type { Kind, ObjectOf } from "../schema/kind.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import type { SecretRef } from "../schema/object.ts";

export interface Clock {
  now(): Date;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A logger with fields. `info` is for what changed for the user, `debug` for why nothing did. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** The cluster as the caches know it: parsed, shared, not to be changed. */
export interface Lookup {
  get<K extends Kind>(kind: K, key: Key): ObjectOf<K> | undefined;
  /** All objects of a kind in a namespace, sorted by name. */
  list<K extends Kind>(kind: K, namespace: string): readonly ObjectOf<K>[];
}

/** Objects that a reconciler owns. */
export interface Children {
  /** Makes the child say this, by server-side apply; writes nothing when the cache says that it does. */
  apply(child: Child, signal: AbortSignal): Promise<void>;
  /** Deletes it in the background. Does nothing when it is gone. */
  remove(kind: Kind, key: Key, signal: AbortSignal): Promise<void>;
}

export interface Child {
  readonly kind: Kind;
  readonly key: Key;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec: object;
  /** Its controlling owner: deleted with it by the cluster's garbage collection. */
  readonly owner: { readonly kind: Kind; readonly name: string; readonly uid: string };
}

/** Values in Secrets. They never go into a log, a status, an event or an argument list. */
export interface Secrets {
  /** Undefined when there is no such Secret, or no such key in it. */
  read(namespace: string, ref: SecretRef, signal: AbortSignal): Promise<string | undefined>;
}

/** Marks an object, durably: resolves when the API server has stored the annotations. Absent objects are passed over. */
export interface Marker {
  annotate(kind: Kind, key: Key, annotations: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
}

/** Owner and name of a repository on a forge. */
export interface Slug {
  readonly owner: string;
  readonly name: string;
}

/** Where git finds a repository. `credential` is asked for at each use, since tokens expire. */
export interface Remote {
  /** Names the mirror: unique for each repository of each forge, stable over restarts. */
  readonly id: string;
  readonly url: string;
  readonly credential: (
    signal: AbortSignal,
  ) => Promise<{ readonly username: string; readonly password: string } | undefined>;
}

export interface RepositoryFacts {
  readonly url: string;
  readonly defaultBranch: string;
  readonly archived: boolean;
  /** Where it is now: differs from what was asked for when it was renamed or moved. */
  readonly slug: Slug;
  readonly canPush: boolean;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: "Open" | "Merged" | "Closed";
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly baseBranch: string;
  readonly headSha: string;
  /** Commit that the merge put on the base branch. */
  readonly mergeSha: string | undefined;
  /** Undefined while the forge has not found out yet. */
  readonly mergeable: boolean | undefined;
}

export interface Check {
  readonly name: string;
  /** `Failed` is final: failure, error, time-out, cancelled, action required. Skipped and neutral count as `Passed`. */
  readonly state: "Pending" | "Passed" | "Failed";
  /** Whether the forge's branch protection requires it. A required check that has not started is `Pending`. */
  readonly required: boolean;
}

export interface ProposalText {
  readonly title: string;
  readonly body: string;
}

export type MergeResult =
  | { readonly merged: true; readonly sha: string }
  /** The forge does not merge now; `message` is its word. */
  | { readonly merged: false; readonly because: "Moved" | "NotMergeable"; readonly message: string };

export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  readonly resetsAt: Date;
}

/** One credential on one git host, behind its governor. Contract: test/contract/forge.contract.ts. */
export interface Forge {
  /** Checks the credential. */
  identity(signal: AbortSignal): Promise<{ readonly login: string }>;
  /** What the last answers said; undefined before the first, or where the host has no quota. */
  quota(): { readonly quota: Quota | undefined; readonly throttledUntil: Date | undefined };
  repository(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined>;
  remote(at: Slug): Remote;
  /** SHA-256, in hex, of the `.tar.gz` that the host serves for a commit. */
  archiveSha256(at: Slug, sha: string, signal: AbortSignal): Promise<string>;
  readonly pulls: Pulls;
}

/** Pull requests of one forge. */
export interface Pulls {
  /** The newest pull request from this branch of the repository itself, whatever its state. */
  find(at: Slug, branch: string, signal: AbortSignal): Promise<PullRequest | undefined>;
  get(at: Slug, number: number, signal: AbortSignal): Promise<PullRequest | undefined>;
  /** Opens a pull request, or gives the open one that is there already for branch and base. */
  open(
    at: Slug,
    from: { readonly branch: string; readonly base: string },
    text: ProposalText,
    signal: AbortSignal,
  ): Promise<PullRequest>;
  /** Sets title and body; writes nothing where they are so already. */
  revise(at: Slug, pull: PullRequest, text: ProposalText, signal: AbortSignal): Promise<PullRequest>;
  /** Checks of a commit, check runs and statuses together, with those that `base` requires. */
  checks(
    at: Slug,
    commit: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]>;
  /** Merges exactly `sha`; an already merged pull request is merged. */
  merge(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<MergeResult>;
  /** Closes it with a comment. Does nothing when it is no longer open. */
  close(at: Slug, number: number, comment: string, signal: AbortSignal): Promise<void>;
}

/** Gives the adapter for a Forge object. Rejects with a StalledError where its spec or its secret does not allow one. */
export interface Forges {
  of(forge: ForgeObject, signal: AbortSignal): Promise<Forge>;
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
