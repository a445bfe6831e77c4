import type { Repository } from "../store/record.ts";
import { defineTable, type Reader } from "../store/store.ts";

/** A check that must pass; `appId` null takes it from anybody. */
export interface RequiredCheck {
  readonly context: string;
  readonly appId: number | null;
}

export interface RequiredChecks {
  /** The head must have everything that the base has. */
  readonly strict: boolean;
  readonly checks: readonly RequiredCheck[];
}

export interface RequiredReviews {
  readonly approvals: number;
  /** Approvals of an older head do not count. */
  readonly dismissStale: boolean;
  readonly codeOwners: boolean;
  /** The newest push must be approved by somebody else than who pushed it. */
  readonly lastPush: boolean;
}

/** What a branch is protected by. */
export interface Protection {
  readonly branch: string;
  readonly checks: RequiredChecks | null;
  readonly reviews: RequiredReviews | null;
  /** Rules hold for people with admin rights, too. */
  readonly enforceAdmins: boolean;
  /** Logins that may push; null for all who may write. */
  readonly restrictions: readonly string[] | null;
  readonly linearHistory: boolean;
  readonly forcePushes: boolean;
  readonly deletions: boolean;
  readonly blockCreations: boolean;
  readonly conversationResolution: boolean;
  readonly lockBranch: boolean;
  readonly forkSyncing: boolean;
}

/** Scope repository id, key branch. */
export const protections = defineTable<Protection>("protections");

/** The protection of a branch; undefined where it has none. */
export const protectionOf = (reader: Reader, repository: Repository, branch: string): Protection | undefined =>
  reader.get(protections, repository.id, branch);
