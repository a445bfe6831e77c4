import { z } from "zod";
import { Edit } from "./edit.ts";
import { defineKind, listAtomic, rules } from "./kind.ts";
import { MergeRule } from "./merge-rule.ts";
import { BaseStatus, commonColumns, Duration, Reference, Sha, Time } from "./object.ts";

/** What a proposal is doing. The state machine stands above `decide` in the reconciler. */
export const Phase = z.enum([
  "Pending",
  "Pushing",
  "Opening",
  "ChecksRunning",
  "ChecksFailed",
  "AwaitingMerge",
  "Merging",
  "Merged",
  "NoChange",
  "Declined",
  "HumanOwned",
  "Blocked",
]);
export type Phase = z.infer<typeof Phase>;

const Effect = z.enum(["Push", "Open", "Revise", "Merge", "Close", "DeleteBranch"]);

export const ChangeProposal = defineKind({
  kind: "ChangeProposal",
  plural: "changeproposals",
  shortNames: ["proposal", "proposals", "cp"],
  doc: "One change to one repository: it owns one branch and one pull request, from birth to merge or close.",
  spec: z.object({
    repositoryRef: Reference.meta(
      rules({
        rule: "self == oldSelf",
        message: "repositoryRef cannot be changed: a proposal belongs to one repository; make another",
        reason: "FieldValueForbidden",
      }),
    ).describe("Repository that is changed. Cannot be changed."),
    title: z.string().min(1).max(250).describe("Title of the pull request, and subject of the commit."),
    body: z
      .string()
      .max(16_384)
      .default("")
      .describe("Why, in Markdown: the first part of the pull request's text and the commit's body."),
    edits: z
      .array(Edit)
      .min(1)
      .max(100)
      .meta(listAtomic)
      .describe("The change, applied in this order to the head of the base branch."),
    merge: MergeRule.default({ mode: "Manual", allowNoChecks: false }).describe("When the pull request is merged."),
    interval: Duration.default("10m").describe(
      "How often to look while the pull request is open, in case an event was lost.",
    ),
    suspend: z.boolean().default(false).describe("Leave the branch and the pull request alone."),
  }),
  status: BaseStatus.extend({
    phase: Phase.optional().describe("What the proposal is doing."),
    branch: z.string().max(244).optional().describe("Branch that it owns."),
    fingerprint: z
      .string()
      .max(64)
      .optional()
      .describe("Digest of what the edits ask for, whatever the base. A refusal is remembered by it."),
    base: z
      .object({
        branch: z.string().max(244).describe("Branch."),
        sha: Sha.describe("Commit that the change is built on."),
      })
      .optional()
      .describe("What the change is built on."),
    commit: Sha.optional().describe(
      "Tip of the branch, as we wrote it. A branch with another tip belongs to a person.",
    ),
    pullRequest: z
      .object({
        ref: z.string().max(32).describe("Number as people write it: `#41`."),
        number: z.int().describe("Number."),
        url: z.string().max(2048).describe("Page."),
        state: z.enum(["Open", "Merged", "Closed"]).describe("State on the forge."),
      })
      .optional()
      .describe("Pull request that it owns."),
    checks: z
      .object({
        total: z.int().describe("Checks that count."),
        passed: z.int().describe("Of these, how many have passed."),
        failing: z
          .array(z.string().max(200))
          .max(20)
          .meta(listAtomic)
          .describe("Names of those that have not, and will not by themselves."),
      })
      .optional()
      .describe("Checks of the commit that we wrote."),
    merge: z
      .object({ sha: Sha.optional().describe("Commit on the base branch.") })
      .optional()
      .describe("How it ended up on the base branch."),
    withdrawn: z
      .int()
      .optional()
      .describe("Pull request that we closed ourselves, because it was not needed any more. That is not a refusal."),
    declined: z
      .object({
        fingerprint: z.string().max(64).describe("What was refused."),
        number: z.int().describe("Pull request that a person closed."),
      })
      .optional()
      .describe("A person's no, remembered until something else is asked for."),
    intent: z
      .object({
        effect: Effect.describe("What is about to be done outside of the cluster."),
        at: Time.describe("When it was written down."),
        commit: Sha.optional().describe("Commit that it is about."),
        number: z.int().optional().describe("Pull request that it is about."),
      })
      .optional()
      .describe(
        "Journal: written before the effect, so that after a crash it is found and adopted instead of repeated.",
      ),
  }),
  columns: [
    { name: "Repository", path: ".spec.repositoryRef.name" },
    { name: "PR", path: ".status.pullRequest.ref" },
    { name: "Phase", path: ".status.phase" },
    { name: "Branch", path: ".status.branch", wide: true },
    { name: "URL", path: ".status.pullRequest.url", wide: true },
    ...commonColumns,
  ],
  selectableFields: [".spec.repositoryRef.name", ".status.phase"],
});
export type ChangeProposal = z.infer<typeof ChangeProposal.object>;
