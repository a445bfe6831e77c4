import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import type { MergeMethod } from "../../schema/merge-rule.ts";
import type { Base, ChangeFacts, Produced, WaitReason } from "../change/produced.ts";
import type { Capabilities, Check, PullRequest } from "../forge-port.ts";
import type { Voices } from "./approval.ts";

export type Status = OwnStatus<typeof ChangeProposal>;
export type Steering = NonNullable<Status["steering"]>;

/** What we wrote to our branch last, or were given, as far as it is known. */
export interface Written {
  readonly commit: string;
  readonly fingerprint: string;
  readonly base: Base;
}

/** Where our branch is. */
export type Tip =
  | { readonly is: "none" }
  /** At a commit that we wrote. */
  | { readonly is: "ours"; readonly sha: string }
  /** At a commit of a person, who gave it to us: we go on from it, and never build over it. */
  | { readonly is: "adopted"; readonly sha: string }
  /** At a commit that somebody else wrote. */
  | { readonly is: "theirs"; readonly sha: string }
  /** It may be ours, which is known when the change has been made again. */
  | {
      readonly is: "unproven";
      readonly sha: string;
      readonly reason: WaitReason;
      readonly message: string;
      readonly facts?: ChangeFacts;
    };

/** A pull request, and the fingerprint of what it proposes; undefined when it is not known to be of this proposal. */
export interface SeenPull extends PullRequest {
  readonly fingerprint: string | undefined;
}

/** What people want, of all that they have said. */
export interface Will {
  /** As it is kept in status. */
  readonly steering: Steering;
  /** Annotations that cannot be followed, and why. */
  readonly complaints: readonly string[];
}

/** An answer that is due below the pull request. `told` has the words; without it, how things stand is told. */
export interface Reply {
  readonly mark: string;
  /** The comment that it answers. */
  readonly id: number;
  readonly told: readonly string[];
  readonly why: boolean;
}

/** The proposal that takes this one's place. */
export interface Heir {
  readonly name: string;
  readonly number: number | undefined;
  readonly merged: boolean;
}

/** What counts for the merge besides the checks. */
export interface Gate {
  readonly method: MergeMethod;
  /** Methods that the repository allows; undefined where that is not known or was not asked. */
  readonly allowed: readonly MergeMethod[] | undefined;
  readonly capabilities: Pick<Capabilities, "autoMerge" | "mergeQueue" | "reviewers" | "startsChecks">;
  /** The forge has said that the branch takes changes only through its queue. */
  readonly queueRequired: boolean;
  readonly queue: Status["queue"];
  /** Undefined where they were not asked for. */
  readonly voices: Voices | undefined;
  /** Whether the commit brings a configuration of a known CI; undefined where that was not looked up. */
  readonly configured: boolean | undefined;
}

/** Everything that `decide` may rest on: plain data, gathered by `observe`. */
export interface Observed {
  readonly proposal: ChangeProposal;
  readonly now: Date;
  readonly fingerprint: string;
  readonly branch: string;
  /** Branch that changes are proposed to. */
  readonly baseBranch: string;
  /** Its head; undefined when there is no such branch. */
  readonly head: string | undefined;
  readonly tip: Tip;
  readonly written: Written | undefined;
  /** Undefined when it was not asked for: the base branch is missing, or it does not matter. */
  readonly wanted: Produced | undefined;
  /** What the change comes to, as far as it is known. */
  readonly diff: Status["diff"];
  /** What of it was left out, in a sentence. */
  readonly leftOut: string | undefined;
  /** Labels and accounts that it was to be born with, and that the forge does not know. */
  readonly unknown: readonly string[];
  /** The newest pull request from our branch. */
  readonly pull: SeenPull | undefined;
  /** Since when the pull request shows its commit, RFC 3339. */
  readonly since: string | undefined;
  /** Digests of title and text as we wrote them. */
  readonly wrote: readonly string[];
  /** Whether it was opened just now, and lacks what it is to be born with. */
  readonly newborn: boolean;
  /** Checks of the wanted commit; undefined when they were not asked for. */
  readonly checks: readonly Check[] | undefined;
  readonly gate: Gate;
  /** A person's no that counts, whatever it was to. */
  readonly declined: Status["declined"];
  /** The pull request that we closed ourselves. */
  readonly withdrawn: number | undefined;
  readonly will: Will;
  readonly reply: Reply | undefined;
  /** Mark of the pull request up to which its comments are read. */
  readonly seen: string | undefined;
  readonly heir: Heir | undefined;
  /** Digests of all that this rests on; see `calm`. */
  readonly looked: string | undefined;
}
