import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Operation } from "../../schema/operation.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Turn } from "../reconciler.ts";
import type { Standing } from "./decide.ts";
import type { Run } from "./sync/run.ts";

/** Something that cannot be known or done. `waiting`: it comes by itself. */
export interface Unknown {
  readonly is: "waiting" | "blocked";
  readonly reason: string;
  readonly message: string;
}

/** What a repository, or a branch of it, needs: nothing, a proposal, or somebody. */
export type Need =
  /** `isAsked`: whether a proposal asks for just what is there now, and so comes to its end by itself. */
  | { readonly is: "right"; readonly isAsked: (child: ChangeProposal) => boolean }
  | {
      readonly is: "behind";
      /** Spec of the ChangeProposal, without its merge rule. */
      readonly spec: object & { readonly change: object };
      /** Whether a proposal asks for this. */
      readonly isSaid: (child: ChangeProposal) => boolean;
      /** Whether a proposal that is through settles it, whatever the repository looks like. */
      readonly endsWithChild: boolean;
    }
  | Unknown;

/** One proposal that an operation may keep: for a repository, or for a part of it, such as a branch. */
export interface Item {
  readonly part: string | undefined;
  readonly need: Need;
  /** What needs a person besides. */
  readonly notes: readonly Omit<Standing, "name">[];
}

/** All that a repository needs. */
export interface Needs {
  readonly items: readonly Item[];
  /** Whether proposals for other parts of it are left alone, since it is not known which there are. */
  readonly keepsOthers: boolean;
}

/** What an operation wants now. */
export interface Aim {
  readonly run: Run | undefined;
  readonly nextRunAt: Date | undefined;
  /** What it brings, in words: `apis 1a2b3c4`. */
  readonly brings: string;
  /** What there is to say about others than the selected repositories. */
  readonly others: readonly Standing[];
  needsOf(repository: Repository): Promise<Needs>;
}

/** What one type of operation does. A failure of one repository is its own: `needsOf` never keeps others waiting. */
export interface Strategy {
  aim(operation: Operation, repositories: readonly Repository[], turn: Turn): Promise<Aim>;
  /** Lets go of what was remembered of repositories that are not among these. */
  keep(operation: Operation, repositories: readonly Repository[]): void;
}
