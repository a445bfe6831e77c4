import { z } from "zod";
import { listAtomic, listMap } from "./kind.ts";
import { BaseStatus, Name, NodeName, Sha } from "./object.ts";

/** What was found out about a repository. */
export const RepositoryStatus = BaseStatus.extend({
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
      others: z
        .string()
        .max(4_800)
        .optional()
        .describe("Digests of what else they require: by these it is seen when somebody begins to provide it."),
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
});
