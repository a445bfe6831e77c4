import { z } from "zod";
import { Branch } from "./branch.ts";
import { Edge, Source } from "./dependency.ts";
import { defineKind, listAtomic, listMap, listSet, rules } from "./kind.ts";
import { MergeMethod } from "./merge-rule.ts";
import { BaseStatus, commonColumns, Duration, Name, NodeName, Reference, Sha } from "./object.ts";
import { ReleaseRule } from "./release-rule.ts";

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
  status: BaseStatus.extend({
    url: z.string().max(2048).optional().describe("The repository's page."),
    defaultBranch: z.string().max(244).optional().describe("The forge's default branch."),
    head: z
      .object({ sha: Sha.describe("Commit.") })
      .optional()
      .describe("Head of the base branch."),
    tags: z.int().optional().describe("How many tags there are."),
    latestRelease: z
      .object({
        version: z.string().max(200).describe("Version."),
        tag: z.string().max(244).describe("Tag."),
        sha: Sha.describe("Commit that it points at."),
      })
      .optional()
      .describe("Highest version among the tags that match `release.tagFormat`."),
    libraries: z
      .array(z.object({ name: Name.describe("Library."), version: z.string().max(200).describe("Version.") }))
      .max(500)
      .meta(listMap("name"))
      .optional()
      .describe("Highest version of each library among the tags that match its `tagFormat`."),
    manifests: z
      .object({
        provides: z
          .array(
            z.object({
              name: z
                .string()
                .max(300)
                .describe("Name with its ecosystem, such as `npm:@acme/auth` or `golang:acme.dev/auth`."),
              path: z.string().max(1024).describe("Manifest that says so."),
            }),
          )
          .max(300)
          .meta(listAtomic)
          .describe("Names by which others require it: modules, packages, crates, artifacts."),
        requires: z
          .array(
            z.object({
              node: NodeName.describe("Repository object that provides it, or a library in one."),
              name: z.string().max(300).describe("What is required, as the manifest names it."),
              path: z.string().max(1024).describe("Manifest that says so."),
              range: z.string().max(200).describe("Version or range that it says."),
            }),
          )
          .max(300)
          .meta(listAtomic)
          .describe("What the manifests require, not only to develop, that a Repository of the namespace provides."),
      })
      .optional()
      .describe("What the manifests at the head say."),
    drift: z
      .object({
        undeclared: z
          .array(NodeName)
          .max(50)
          .meta(listAtomic)
          .describe("Required by a manifest, and not in `dependsOn`."),
        unused: z
          .array(NodeName)
          .max(50)
          .meta(listAtomic)
          .describe("In `dependsOn` via `Manifest`, and required by none."),
      })
      .optional()
      .describe("How `dependsOn` and the manifests differ, where they do."),
    openProposals: z.int().optional().describe("Proposals of ours with an open pull request."),
    graph: z
      .object({
        position: z.int().describe("Length of the longest chain of dependencies below it; 0 depends on nothing."),
        dependsOn: z.int().describe("Direct dependencies."),
        dependents: z.int().describe("Repositories that depend on it directly."),
      })
      .optional()
      .describe("Place in the graph of the namespace."),
  }),
  columns: [
    { name: "Head", path: ".status.head.sha", wide: true },
    { name: "Release", path: ".status.latestRelease.version" },
    { name: "Position", path: ".status.graph.position", type: "integer" },
    { name: "Proposals", path: ".status.openProposals", type: "integer" },
    { name: "URL", path: ".status.url", wide: true },
    ...commonColumns,
  ],
  selectableFields: [".spec.forgeRef.name", ".spec.owner"],
});
export type Repository = z.infer<typeof Repository.object>;
