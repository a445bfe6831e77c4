import { z } from "zod";
import { noApproval, ReleaseApproval } from "./approval.ts";
import { Branch } from "./branch.ts";
import { Priority } from "./change-proposal.ts";
import { FilePath } from "./edit.ts";
import { defineKind, listAtomic, listMap, rules } from "./kind.ts";
import { MergeRule } from "./merge-rule.ts";
import { BaseStatus, commonColumns, Duration, Name, Reference, Sha, Time } from "./object.ts";
import { VersionText } from "./release-rule.ts";

/** What a release is doing. */
const ReleasePhase = z.enum([
  "Pending",
  "Proposing",
  "AwaitingMerge",
  "Tagging",
  "Publishing",
  "Verifying",
  "Released",
  "NothingToRelease",
  "Blocked",
]);

const unchanging = (field: string) =>
  rules({
    rule: "self == oldSelf",
    message: `${field} cannot be changed: make another Release`,
    reason: "FieldValueForbidden",
  });

export const Release = defineKind({
  kind: "Release",
  plural: "releases",
  shortNames: ["rel"],
  doc: "One version of one repository, or of one library in it: proposal, tag, the forge's release, and the proof that they are there.",
  spec: z.object({
    repositoryRef: Reference.meta(unchanging("repositoryRef")).describe("Repository that is released."),
    library: Name.optional().describe(
      "Library of the Repository's `release.libraries`. By default the repository itself.",
    ),
    branch: Branch.optional().describe(
      "Line that is released: a branch of `release.lines`. By default the base branch.",
    ),
    version: VersionText.optional().describe("The version. By default it follows from the commits."),
    bump: z
      .enum(["Auto", "Major", "Minor", "Patch"])
      .default("Auto")
      .describe("At least how much the version is raised where it is not said. `Auto` goes by the commits."),
    notes: z.string().max(32_768).optional().describe("Notes in Markdown, instead of those that the commits give."),
    highlights: z
      .string()
      .max(16_384)
      .optional()
      .describe("Markdown of your own that stands above the notes, in the changelog and on the forge."),
    assets: z
      .array(
        z.object({
          name: z
            .string()
            .min(1)
            .max(200)
            .regex(/^[A-Za-z0-9][-_.+A-Za-z0-9]*$/)
            .describe("What it is called there."),
          path: FilePath.describe("File of the released commit."),
        }),
      )
      .max(50)
      .meta(listMap("name"))
      .default([])
      .describe("Files that go with the forge's release."),
    force: z.boolean().default(false).describe("Release although no commit is for users."),
    merge: MergeRule.default({ mode: "Manual", allowNoChecks: false, handOver: "Never" }).describe(
      "When the release proposal is merged: the merge is the release.",
    ),
    approval: ReleaseApproval.default(noApproval).describe("Whose yes is needed before the proposal is merged."),
    forgeRelease: z
      .enum(["Publish", "Draft", "None"])
      .default("Publish")
      .describe("Whether the forge shows a release for the tag, and whether a person publishes it."),
    priority: Priority.default("Release").describe("How urgent its calls are where the forge's limits make some wait."),
    interval: Duration.default("10m").describe("How often to look, in case an event was lost."),
    suspend: z.boolean().default(false).describe("Do nothing more for it."),
  }),
  status: BaseStatus.extend({
    phase: ReleasePhase.optional().describe("What it is doing."),
    version: z.string().max(128).optional().describe("Version that is released."),
    because: z.string().max(1024).optional().describe("Why this version."),
    previous: z
      .object({
        version: z.string().max(128).describe("Version."),
        tag: z.string().max(244).describe("Tag."),
        sha: Sha.describe("Commit."),
      })
      .optional()
      .describe("Release before it on its line."),
    tag: z.string().max(244).optional().describe("Tag."),
    head: Sha.optional().describe("Head of the branch that version and notes were found on."),
    offered: z
      .array(z.string().max(128))
      .max(20)
      .meta(listAtomic)
      .optional()
      .describe("Versions that were proposed, the newest first: one of them is what is merged."),
    commit: Sha.optional().describe("Commit that is released: the merge of the proposal."),
    proposal: z
      .string()
      .max(253)
      .optional()
      .describe("ChangeProposal that sets the version in the repository's files."),
    pullRequest: z.string().max(32).optional().describe("Its pull request, as people write it: `#41`."),
    notes: z.string().max(16_384).optional().describe("The notes, cut where they are long."),
    adopted: z
      .string()
      .max(253)
      .optional()
      .describe("What was there already, made by somebody else: it was taken over."),
    wrote: z
      .string()
      .max(64)
      .optional()
      .describe("Digest of the notes as we wrote them to the forge: what a person changed since stays."),
    retried: z.string().max(253).optional().describe("Last wish to try again that was carried out."),
    url: z.string().max(2048).optional().describe("Page of the forge's release."),
    releasedAt: Time.optional().describe("When all of it was there first."),
    verified: z
      .object({
        tag: z.boolean().describe("The tag is at the commit."),
        release: z.boolean().describe("The forge shows it."),
        assets: z.int().describe("How many of its files the forge has."),
      })
      .optional()
      .describe("What was found there, looked at from outside."),
    intent: z
      .object({
        effect: z
          .enum(["Tag", "Publish", "Attach", "Revise"])
          .describe("What is about to be done outside of the cluster."),
        at: Time.describe("When it was written down."),
        name: z.string().max(244).describe("Tag that it is about."),
        commit: Sha.describe("Commit that it is about."),
      })
      .optional()
      .describe(
        "Journal: written before the effect, so that after a crash it is found and adopted instead of repeated.",
      ),
  }),
  columns: [
    { name: "Repository", path: ".spec.repositoryRef.name" },
    { name: "Version", path: ".status.version" },
    { name: "PR", path: ".status.pullRequest" },
    { name: "Phase", path: ".status.phase" },
    { name: "Tag", path: ".status.tag", wide: true },
    { name: "URL", path: ".status.url", wide: true },
    ...commonColumns,
  ],
  selectableFields: [".spec.repositoryRef.name", ".status.phase"],
});
export type Release = z.infer<typeof Release.object>;
