import { z } from "zod";
import { Branch } from "./branch.ts";
import { Edge, Source } from "./dependency.ts";
import { defineKind, listMap, listSet, rules } from "./kind.ts";
import { MergeMethod } from "./merge-rule.ts";
import { commonColumns, Duration, Reference } from "./object.ts";
import { ReleaseRule } from "./release-rule.ts";
import { RepositoryStatus } from "./repository-status.ts";

/** Fleet-wide routines that a repository can allow. */
export const OperationName = z.enum([
  "SyncSources",
  "Backport",
  "Generate",
  "OnboardAPIs",
  "Release",
  "SyncCatalog",
  "Run",
]);
export const Repository = defineKind({
  kind: "Repository",
  plural: "repositories",
  shortNames: ["repo"],
  doc: "One git repository of the fleet: where it is, what it depends on, and what Millrace may do there.",
  spec: z
    .object({
      forgeRef: Reference.describe("Forge that hosts it."),
      owner: z
        .string()
        .min(1)
        .max(100)
        .regex(/^[A-Za-z0-9][-_.A-Za-z0-9]*$/)
        .describe("Organisation or account that owns it."),
      name: z
        .string()
        .min(1)
        .max(100)
        .regex(/^[-_.A-Za-z0-9]+$/)
        .describe("Name on the forge."),
      branch: Branch.default("main").describe("Base branch: changes are proposed to it, and its head is what counts."),
      language: z
        .enum([
          "cpp",
          "dart",
          "dotnet",
          "go",
          "helm",
          "java",
          "node",
          "php",
          "python",
          "ruby",
          "rust",
          "swift",
          "other",
        ])
        .optional()
        .describe("Ecosystem that decides how versions and manifests are written."),
      dependsOn: z
        .array(Edge)
        .max(256)
        .meta(listMap("name"))
        .default([])
        .describe("Repositories that this one builds on."),
      sources: z
        .array(Source)
        .max(64)
        .meta(listMap("name"))
        .default([])
        .describe("Entries of `librarian.yaml` that follow another repository."),
      operations: z
        .array(OperationName)
        .max(16)
        .meta(listSet)
        .default([])
        .describe(
          "Operations that may propose changes here. An operation that is not listed leaves it alone and says so.",
        ),
      manifests: z
        .enum(["Derive", "Ignore"])
        .default("Derive")
        .describe(
          "Whether `go.mod`, `package.json` and the like give edges of the graph besides `dependsOn`, with what they require.",
        ),
      release: ReleaseRule.default(ReleaseRule.parse({})).describe("How this repository is released."),
      mergeMethod: MergeMethod.optional().describe(
        "How pull requests are merged here where the merge rule leaves it open.",
      ),
      interval: Duration.default("1h").describe("How often to look, in case an event was lost."),
      suspend: z.boolean().default(false).describe("Leave the repository and all proposals to it alone."),
    })
    .meta(
      rules({
        rule: "self.dependsOn.all(d, d.via != 'Source' || self.sources.exists(s, s.repositoryRef.name == d.name))",
        message: "an edge via Source needs an entry of sources with that repositoryRef",
        fieldPath: ".dependsOn",
        reason: "FieldValueInvalid",
      }),
    ),
  status: RepositoryStatus,
  columns: [
    { name: "Head", path: ".status.head.sha", wide: true },
    { name: "Release", path: ".status.latestRelease.version" },
    { name: "Position", path: ".status.graph.position", type: "integer" },
    { name: "Proposals", path: ".status.openProposals", type: "integer" },
    { name: "URL", path: ".status.url", wide: true },
    ...commonColumns,
  ],
  selectableFields: [".spec.forgeRef.name", ".spec.owner"],
  objectRules: [
    {
      rule: "self.spec.dependsOn.all(d, d.name != self.metadata.name)",
      message: "a Repository cannot depend on itself: its own name is in spec.dependsOn",
      fieldPath: ".spec.dependsOn",
      reason: "FieldValueInvalid",
    },
  ],
});
export type Repository = z.infer<typeof Repository.object>;
