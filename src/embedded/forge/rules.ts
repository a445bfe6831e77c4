import type { Caller } from "./access.ts";
import type { PullRequest, Repository } from "./store/record.ts";

/** Whether a pull request may be merged, apart from conflicts. `reason` is what the merge route answers with 405. */
export type MergeRule =
  | { readonly state: "clean" | "unstable" }
  | { readonly state: "blocked" | "behind"; readonly reason: string };

/** What a branch's protection says to one push. */
export interface PushRule {
  /** Set where every update of the branch is refused, with the reason that the person reads. */
  readonly refuse?: string;
  readonly forcePush: boolean;
  readonly deletion: boolean;
}

/** How changes have to reach a branch. */
export interface LandingRule {
  /** Set where they go through a queue, with the way in which it merges. */
  readonly queue: { readonly method: "merge" | "squash" | "rebase" } | undefined;
  /** Merge commits are not allowed. */
  readonly linear: boolean;
}

/** What protection, reviews and checks have to say; asked before each merge and each push. */
export interface Rules {
  merge(repository: Repository, pull: PullRequest, behind: boolean): MergeRule;
  landing(repository: Repository, branch: string): LandingRule;
  push(repository: Repository, branch: string, caller: Caller): PushRule;
  /** Whether the branch counts as protected in lists. */
  protected(repository: Repository, branch: string): boolean;
}
