import { z } from "zod";
import { Branch } from "./branch.ts";
import { Change } from "./change.ts";
import { defineKind, listSet, rules } from "./kind.ts";
import { MergeRule } from "./merge-rule.ts";
import { commonColumns, Duration, Name, Reference } from "./object.ts";
import { ProposalStatus } from "./proposal-status.ts";
import { About, AtBirth } from "./proposal-text.ts";

/** How urgent its calls are where the forge's limits make some wait: the first goes first. */
export const Priority = z.enum(["Security", "Release", "Bump", "Regeneration"]);
export type Priority = z.infer<typeof Priority>;

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
    base: Branch.optional().describe("Branch that it is proposed to. By default the Repository's."),
    mode: z
      .enum(["Apply", "Plan"])
      .default("Apply")
      .describe("`Plan` writes nothing anywhere, and shows in `status.plan` what would be done."),
    title: z.string().min(1).max(250).describe("Title of the pull request, and subject of the commit."),
    body: z
      .string()
      .max(16_384)
      .default("")
      .describe("In Markdown: the first part of the pull request's text, and the commit's body."),
    about: About.optional().describe("What is known about the change. The pull request's text is made from it."),
    pullRequest: AtBirth.optional().describe("What the pull request has when it is opened."),
    change: Change.describe("The change."),
    merge: MergeRule.default({ mode: "Manual", allowNoChecks: false, handOver: "Never" }).describe(
      "When the pull request is merged.",
    ),
    refresh: z
      .enum(["Auto", "Conflicted", "BehindBase", "Never"])
      .default("Auto")
      .describe(
        "When the change is built anew on the head of its base: `Auto` when what it touches changed there or it conflicts, `Conflicted` only when it conflicts, `BehindBase` whenever the base moved, `Never` once it is proposed.",
      ),
    supersedes: z
      .array(Name)
      .min(1)
      .max(16)
      .meta(listSet)
      .optional()
      .describe("Proposals to the same Repository whose place it takes: theirs are closed with a link to it."),
    priority: Priority.default("Bump").describe("How urgent it is where the forge's limits make some wait."),
    interval: Duration.default("10m").describe(
      "How often to look while the pull request is open, in case an event was lost.",
    ),
    suspend: z.boolean().default(false).describe("Leave the branch and the pull request alone."),
  }),
  status: ProposalStatus,
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
