import { z } from "zod";
import { Approvals } from "./approval.ts";
import { listSet, rules } from "./kind.ts";

export const MergeMethod = z.enum(["Merge", "Squash", "Rebase"]);
export type MergeMethod = z.infer<typeof MergeMethod>;

/** When a pull request of ours is merged, and how. */
export const MergeRule = z
  .object({
    mode: z
      .enum(["Manual", "WhenChecksPass"])
      .default("Manual")
      .describe(
        "`Manual` waits for a person; `WhenChecksPass` merges exactly the commit whose checks have all passed.",
      ),
    method: MergeMethod.optional().describe("How to merge. By default what the Repository says, else `Squash`."),
    checks: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(50)
      .meta(listSet)
      .optional()
      .describe("Checks that must have passed besides those that the forge's branch protection requires."),
    allowNoChecks: z
      .boolean()
      .default(false)
      .describe("Merge although no check ran at all. Without it, a pull request without checks waits for a person."),
    approvals: Approvals.optional().describe("Reviews that it has to have, whoever merges it for us."),
    handOver: z
      .enum(["Never", "WhereOffered"])
      .default("Never")
      .describe(
        "`WhereOffered` gives the merge to the forge's own auto-merge or merge queue, where it is on; a branch that demands a queue always gets it.",
      ),
  })
  .meta(
    rules(
      {
        rule: "self.mode == 'WhenChecksPass' || !has(self.checks)",
        message: "checks only count when mode is WhenChecksPass: set the mode, or remove checks",
        fieldPath: ".checks",
        reason: "FieldValueForbidden",
      },
      {
        rule: "self.mode == 'WhenChecksPass' || !self.allowNoChecks",
        message: "allowNoChecks only counts when mode is WhenChecksPass: set the mode, or remove allowNoChecks",
        fieldPath: ".allowNoChecks",
        reason: "FieldValueForbidden",
      },
      {
        rule: "self.mode == 'WhenChecksPass' || !has(self.approvals)",
        message: "approvals only count when mode is WhenChecksPass: set the mode, or remove approvals",
        fieldPath: ".approvals",
        reason: "FieldValueForbidden",
      },
      {
        rule: "self.mode == 'WhenChecksPass' || self.handOver == 'Never'",
        message: "handOver only counts when mode is WhenChecksPass: set the mode, or remove handOver",
        fieldPath: ".handOver",
        reason: "FieldValueForbidden",
      },
    ),
  );
export type MergeRule = z.infer<typeof MergeRule>;
