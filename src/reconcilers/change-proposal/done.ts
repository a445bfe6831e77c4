import type { Observed } from "./observed.ts";
import { type Decision, rest } from "./verdict.ts";

/** How a step went: the world as it is after it, or why it was not to be. An intent that is `kept` is tried again. */
export type Done =
  | { readonly is: "done"; readonly observed: Observed }
  | { readonly is: "refused"; readonly decision: Decision; readonly kept: boolean };

/** It went as it should. */
export const done = (observed: Observed): Done => ({ is: "done", observed });

/** Somebody was faster. The next look says who. */
export const moved = (branch: string): Done => ({
  is: "refused",
  decision: rest("Pending", ["BranchMoved", `${branch} moved in between; it is looked at again`], "soon"),
  kept: false,
});
