import { defineTable } from "./store.ts";

/** A person, an organization or a bot; the key is the login in lower case. */
export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
  readonly name: string | null;
  readonly email: string | null;
  readonly siteAdmin: boolean;
  readonly createdAt: string;
}

export type Permission = "read" | "write" | "admin";

/** A credential; the key is the SHA-256 of its secret in hex, so the file on disk opens no door. */
export interface Token {
  readonly login: string;
  /** ISO time, or null for never. */
  readonly expiresAt: string | null;
  /** The most that this token may do on any repository, whatever its user may. */
  readonly atMost: Permission;
  /** The ids of the repositories that it opens, or null for all of its user's. */
  readonly repositories: readonly number[] | null;
  /** Set on a token that an app's installation got. */
  readonly installation: { readonly id: number; readonly permissions: Readonly<Record<string, string>> } | null;
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  /** Path of the bare repository below the forge's folder; stays when the repository is renamed. */
  readonly directory: string;
  readonly private: boolean;
  readonly archived: boolean;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly defaultBranch: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
  readonly allowMergeCommit: boolean;
  readonly allowSquashMerge: boolean;
  readonly allowRebaseMerge: boolean;
  readonly deleteBranchOnMerge: boolean;
  /** Absent in a forge's folder from before there was auto-merge. */
  readonly allowAutoMerge?: boolean;
}

/** Where a name leads; `current` is false for a name that the repository had before. */
export interface RepositoryName {
  readonly id: number;
  readonly current: boolean;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: "open" | "closed";
  readonly draft: boolean;
  readonly locked: boolean;
  /** Login of the author. */
  readonly user: string;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly maintainerCanModify: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly mergedAt: string | null;
  readonly mergedBy: string | null;
  /** Login of who closed or merged it. */
  readonly closedBy?: string | null;
  /** Set while the forge is told to merge it by itself. */
  readonly autoMerge?: AutoMerge | null;
  readonly mergeCommitSha: string | null;
  /** Names of labels, in the order they were added. */
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly requestedReviewers: readonly string[];
  /** Numbers of conversation and of review comments. */
  readonly comments: number;
  readonly reviewComments: number;
}

/** An order to merge as soon as nothing stands in the way. */
export interface AutoMerge {
  /** Login of who gave it, in whose name it is carried out. */
  readonly by: string;
  readonly at: string;
  readonly method: "merge" | "squash" | "rebase";
  readonly title: string | null;
  readonly message: string | null;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
  readonly default: boolean;
}

/** One line of the forge's own account of what it was asked to create or change, in order. */
export interface LogEntry {
  readonly sequence: number;
  readonly time: string;
  /** Login of who did it. */
  readonly actor: string;
  /** What was done, noun and verb: `pull.create`, `pull.merge`, `tag.create`, `push`. */
  readonly action: string;
  /** `owner/name`, or null where no repository is concerned. */
  readonly repository: string | null;
  /** What it was done to: a pull request's number, a ref, a tag. */
  readonly subject: string;
  /** The commit that it led to, or null. */
  readonly sha: string | null;
}

/** Scope "", key login in lower case. */
export const users = defineTable<User>("users");
/** Scope "", key SHA-256 of the secret. */
export const tokens = defineTable<Token>("tokens");
/** Scope "", key id. */
export const repositories = defineTable<Repository>("repositories");
/** Scope "", key `owner/name` in lower case. */
export const repositoryNames = defineTable<RepositoryName>("repositoryNames");
/** Scope repository id (or an organization's login in lower case), key login in lower case. */
export const collaborators = defineTable<Permission>("collaborators");
/** GitHub's word for what a collaborator may do, where `collaborators` has a coarser one. Same scope and key. */
export const collaboratorRoles = defineTable<string>("collaboratorRoles");
/** Scope repository id, key number. */
export const pulls = defineTable<PullRequest>("pulls");
/** What a merge is about to do, written before the base moves and gone when the pull request says that it did. */
export interface MergeIntent {
  readonly sha: string;
  readonly by: string;
}

/** Scope repository id, key number of the pull request. */
export const mergeIntents = defineTable<MergeIntent>("mergeIntents");
/** Scope repository id, key name in lower case. */
export const labels = defineTable<Label>("labels");
/** Scope "", key sequence. */
export const logEntries = defineTable<LogEntry>("log");
