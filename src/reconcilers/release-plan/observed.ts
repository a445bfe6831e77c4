import type { ReleasePlan } from "../../schema/release-plan.ts";
import type { Plan } from "../../sequencer/plan/plan.ts";
import type { Holds } from "./hold/hold.ts";
import type { Kin } from "./kin.ts";
import type { Problem } from "./verdict.ts";

/** Everything that `decide` may rest on. */
export interface Observed {
  readonly plan: ReleasePlan;
  /** What is to be done in which order, over the graph as it is now; or why nothing can be planned. */
  readonly planned: Plan | Problem;
  /** What was made for each node of the plan. */
  readonly kin: ReadonlyMap<string, Kin>;
  /** Versions that the nodes have now, as far as they are known. */
  readonly versions: ReadonlyMap<string, string>;
  /** Nodes that cannot be done, and why. */
  readonly impossible: ReadonlyMap<string, string>;
  readonly holds: Holds;
  /** A wish to try again what failed that was not carried out yet. */
  readonly retry: string | undefined;
  readonly now: Date;
}

/** Something to do in the cluster for a node. Safe to repeat. */
export type Effect =
  /** Move the versions that it requires, or release it where nothing has to be moved. */
  | { readonly do: "enter"; readonly node: string }
  | { readonly do: "release"; readonly node: string }
  /** Let its children say what the plan says now. */
  | { readonly do: "keep"; readonly node: string }
  /** Take away the Release that had nothing to release: it would release what comes later. */
  | { readonly do: "drop"; readonly node: string }
  /** Stop its children where they are. */
  | { readonly do: "stop"; readonly node: string };
