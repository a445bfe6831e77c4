/**
 * A git host in our words. Every call takes an AbortSignal and rejects with a ForgeError and nothing else; absence is
 * `undefined`; every write is safe to repeat.
 */
import type { Priority } from "../schema/change-proposal.ts";
import type { Forge as ForgeObject } from "../schema/forge.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import type { Releases } from "./forge-release-port.ts";
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
  /** Ways to merge that are allowed there. Empty where the forge does not tell. */
  readonly mergeMethods: readonly MergeMethod[];
}

/** What this kind of host, with this credential, can do. What it cannot do is not tried. */
export interface Capabilities {
  /** Merging by the forge itself once its own rules are met. */
  readonly autoMerge: boolean;
  /** Queues in which changes are tested together before they are merged. */
  readonly mergeQueue: boolean;
  /** Accounts that are asked for a review, and accounts that it is assigned to. */
  readonly reviewers: boolean;
  /** Whether what this credential pushes starts checks; undefined where that is not known. */
  readonly startsChecks: boolean | undefined;
}

/** What somebody may do in a repository, from least to most. */
export type Role = "None" | "Read" | "Triage" | "Write" | "Maintain" | "Admin";

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
  /** Whether the forge has been told to merge it by itself, or has it in its queue. */
  readonly handedOver: boolean;
  readonly openedAt: Date;
  /** Changes whenever the pull request, its head or its comments do. Opaque, at most 128 characters. */
  readonly mark: string;
}

/** What somebody wrote below a pull request. */
export interface Comment {
  /** Grows with time within one forge. */
  readonly id: number;
  readonly author: string;
  /** Whether the author is an App or a bot, or this very credential. */
  readonly isBot: boolean;
  readonly body: string;
  readonly at: Date;
}

/** A call that changes something, as it would be sent. */
export interface ForgeCall {
  readonly method: string;
  /** With its query, below the API's root. */
  readonly path: string;
  readonly body: unknown;
}

export interface Check {
  readonly name: string;
  /** `Failed` is final: failure, error, time-out, cancelled, action required. Skipped and neutral count as `Passed`. */
  readonly state: "Pending" | "Passed" | "Failed";
  /** Whether the forge's branch protection requires it. A required check that has not started is `Pending`. */
  readonly required: boolean;
  /** Set where it is required, and nothing has reported under its name yet. */
  readonly missing?: boolean;
}

export interface ProposalText {
  readonly title: string;
  readonly body: string;
}

export type MergeResult =
  | { readonly merged: true; readonly sha: string }
  /** The forge does not merge now; `message` is its word. */
  | { readonly merged: false; readonly because: "Moved" | "NotMergeable" | "QueueRequired"; readonly message: string };

export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  readonly resetsAt: Date;
}

/** One credential on one git host, behind its governor. Contract: test/contract/forge.contract.ts. */
export interface Forge {
  /** Checks the credential. */
  readonly capabilities: Capabilities;
  identity(signal: AbortSignal): Promise<{ readonly login: string }>;
  /** What the last answers said; undefined before the first, or where the host has no quota. */
  quota(): { readonly quota: Quota | undefined; readonly throttledUntil: Date | undefined };
  repository(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined>;
  remote(at: Slug): Remote;
  /** SHA-256, in hex, of the `.tar.gz` that the host serves for a commit. */
  archiveSha256(at: Slug, sha: string, signal: AbortSignal): Promise<string>;
  /** What an account may do there. `None` for one that does not exist. */
  role(at: Slug, login: string, signal: AbortSignal): Promise<Role>;
  /**
   * How the forge's limit on creating content is used: creations in the last hour, and requests that wait. `problem` says why
   * nothing can be created now although the limit allows it.
   */
  content(): { readonly hour: number; readonly waiting: number; readonly problem?: string };
  readonly pulls: Pulls;
  readonly releases: Releases;
  /**
   * A forge on which nothing changes: reads go through, and what would be written is kept in `calls`, exactly as it would be
   * sent, and answered as if it had been done.
   */
  rehearse(): { readonly forge: Forge; readonly calls: () => readonly ForgeCall[] };
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
    text: ProposalText & { readonly draft?: boolean },
    signal: AbortSignal,
  ): Promise<PullRequest>;
  /** Adds labels, reviewers and assignees; what the forge does not know (a label, an account) is named in the answer. */
  decorate(
    at: Slug,
    number: number,
    wish: {
      readonly labels: readonly string[];
      readonly reviewers: readonly string[];
      readonly assignees: readonly string[];
    },
    signal: AbortSignal,
  ): Promise<{ readonly unknown: readonly string[] }>;
  /** Comments with a greater id than `after`, oldest first, at most 100. */
  comments(at: Slug, number: number, after: number, signal: AbortSignal): Promise<readonly Comment[]>;
  /**
   * Writes a comment once: `mark`, which nobody sees, is put into it and looked for first among our own. Gives whether it was
   * written now.
   */
  comment(
    at: Slug,
    number: number,
    comment: { readonly body: string; readonly mark: string },
    signal: AbortSignal,
  ): Promise<boolean>;
  /**
   * Accounts whose last word in a review is a yes, each with the commit that it was about; the author of the pull request and a
   * dismissed review do not count.
   */
  approvals(
    at: Slug,
    number: number,
    signal: AbortSignal,
  ): Promise<readonly { readonly by: string; readonly sha: string }[]>;
  /** Who closed it without merging, and when. Undefined where the forge does not tell, or it is open. */
  closedBy(
    at: Slug,
    number: number,
    signal: AbortSignal,
  ): Promise<{ readonly by: string; readonly at: Date } | undefined>;
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
  /**
   * Gives the merge of exactly `sha` to the forge: its auto-merge, or its queue. `handed` when it has it already. Only where the
   * capabilities say so.
   */
  handOver(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<{ readonly handed: true } | { readonly handed: false; readonly message: string }>;
  /** Closes it with a comment. Does nothing when it is no longer open. */
  close(at: Slug, number: number, comment: string, signal: AbortSignal): Promise<void>;
}

/** Gives the adapter for a Forge object, whose calls are as urgent as `priority` (by default `Bump`). Rejects with a StalledError where its spec or its secret does not allow one. */
export interface Forges {
  of(forge: ForgeObject, signal: AbortSignal, priority?: Priority): Promise<Forge>;
}
