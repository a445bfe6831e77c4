import type { Change } from "../../schema/change.ts";
import type { Release } from "../../schema/release.ts";
import type { ReleasePlan } from "../../schema/release-plan.ts";
import type { Node } from "../../sequencer/digraph.ts";
import type { Hands } from "../change/hands.ts";

/** What is to be taken back of one node. */
export interface TakeBack {
  readonly name: string;
  readonly repository: string;
  readonly library: string | undefined;
  /** Version that is taken back. */
  readonly version: string;
  /** Commit that was released, and whether it only says the version: a release proposal of ours made it. */
  readonly commit: string;
  readonly isProposal: boolean;
  /** Release before, up to which everything is taken back. */
  readonly before: { readonly version: string; readonly sha: string };
}

export type Rollback =
  | {
      readonly is: "rollback";
      /** The graph of what is taken back, edges reversed: to be planned with `planOf` as it is. */
      readonly nodes: readonly Node[];
      readonly items: ReadonlyMap<string, TakeBack>;
      /** Nodes that cannot be taken back, and why: they fail from the beginning. They are in `nodes` too. */
      readonly impossible: ReadonlyMap<string, string>;
    }
  | {
      readonly is: "refused";
      readonly reason: "RollbackPlanMissing" | "RollbackPlanRunning" | "RollbackDigest" | "RollbackNothing";
      readonly message: string;
    };

/**
 * What taking back a plan comes to: the nodes that succeeded there, the last first. Pure and total. `graph` is the graph of all
 * nodes as it is now; `releaseOf` gives the Release that the old plan made for a node.
 */
export function rollbackOf(
  wish: NonNullable<ReleasePlan["spec"]["rollback"]>,
  old: ReleasePlan | undefined,
  graph: readonly Node[],
  releaseOf: (node: string) => Release | undefined,
): Rollback {
  void [wish, old, graph, releaseOf];
  return { is: "rollback", nodes: [], items: new Map(), impossible: new Map() };
}

/** The change that takes it back, with its pull request's title and text. Reads the first parent of the released commit. */
export async function takeBackChange(
  item: TakeBack,
  hands: Pick<Hands, "git" | "remote" | "signal">,
): Promise<{ readonly change: Change; readonly title: string; readonly body: string }> {
  void [item, hands];
  return { change: {}, title: "", body: "" };
}
