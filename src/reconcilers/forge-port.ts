/**
 * A git host in our words. Every call takes an AbortSignal and rejects with a ForgeError and nothing else; absence is
 * `undefined`; every write is safe to repeat.
 */
import type { Forge as ForgeObject } from "../schema/forge.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import type { Remote } from "./git-port.ts";

/** Owner and name of a repository on a forge. */
export interface Slug {
  readonly owner: string;
  readonly name: string;
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
