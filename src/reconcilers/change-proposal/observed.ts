import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import type { MergeMethod } from "../../schema/merge-rule.ts";
import type { Base, Produced } from "../change/produced.ts";
import type { Check, PullRequest } from "../forge-port.ts";

export type Status = OwnStatus<typeof ChangeProposal>;

/** What we wrote to our branch last, as far as it is known. */
export interface Written {
  readonly commit: string;
  readonly fingerprint: string;
  readonly base: Base;
}

/** Where our branch is: not there, at a commit that we wrote, or at one that somebody else did. */
export type Tip =
  | { readonly is: "none" }
  | { readonly is: "ours"; readonly sha: string }
  | { readonly is: "theirs"; readonly sha: string };

/** A pull request, and the fingerprint of what it proposes; undefined when it is not known to be of this proposal. */
export interface SeenPull extends PullRequest {
  readonly fingerprint: string | undefined;
}

/** Everything that `decide` may rest on: plain data, gathered by `observe`. */
export interface Observed {
  readonly proposal: ChangeProposal;
  readonly fingerprint: string;
  readonly branch: string;
  /** Branch that changes are proposed to. */
  readonly baseBranch: string;
  /** Its head; undefined when there is no such branch. */
  readonly head: string | undefined;
  readonly tip: Tip;
  readonly written: Written | undefined;
  /** Undefined when the base branch is missing. */
  readonly wanted: Produced | undefined;
  /** The newest pull request from our branch. */
  readonly pull: SeenPull | undefined;
  /** Checks of the wanted commit; undefined when they were not asked for. */
  readonly checks: readonly Check[] | undefined;
  readonly method: MergeMethod;
  /** A person's no that counts, whatever it was to. */
  readonly declined: Status["declined"];
  /** The pull request that we closed ourselves. */
  readonly withdrawn: number | undefined;
}
