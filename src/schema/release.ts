import { z } from "zod";
import { noApproval, ReleaseApproval } from "./approval.ts";
import { Branch } from "./branch.ts";
import { Priority } from "./change-proposal.ts";
import { FilePath } from "./edit.ts";
import { defineKind, listMap, rules } from "./kind.ts";
import { MergeRule } from "./merge-rule.ts";
import { commonColumns, Duration, Name, Reference } from "./object.ts";
import { VersionText } from "./release-rule.ts";
import { ReleaseStatus } from "./release-status.ts";

const unchanging = (field: string, rule = "self == oldSelf") => ({
  rule,
  message: `${field} cannot be changed: make another Release`,
  reason: "FieldValueForbidden" as const,
});

/** The same of a field that may be missing, which has to stay so too. */
const unchangingIn = (field: string) =>
  unchanging(
    field,
    `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
  );

export const Release = defineKind({
  kind: "Release",
  plural: "releases",
  shortNames: ["rel"],
  doc: "One version of one repository, or of one library in it: proposal, tag, the forge's release, and the proof that they are there.",
  spec: z
    .object({
      repositoryRef: Reference.meta(rules(unchanging("repositoryRef"))).describe("Repository that is released."),
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
      priority: Priority.default("Release").describe(
        "How urgent its calls are where the forge's limits make some wait.",
      ),
      interval: Duration.default("10m").describe("How often to look, in case an event was lost."),
      suspend: z.boolean().default(false).describe("Do nothing more for it."),
    })
    .meta(
      rules(unchangingIn("library"), unchangingIn("branch"), {
        rule: "self.forgeRelease != 'None' || self.assets.size() == 0",
        message: "assets go with the forge's release: set forgeRelease, or remove assets",
        fieldPath: ".assets",
        reason: "FieldValueForbidden",
      }),
    ),
  status: ReleaseStatus,
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
