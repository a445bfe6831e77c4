import { z } from "zod";
import { Branch } from "./branch.ts";
import { Edge } from "./dependency.ts";
import { listAtomic, listMap } from "./kind.ts";
import { Name } from "./object.ts";

/**
 * A file or directory, from the repository's root. What an edit says about paths is a rule in CEL, too dear for so many: this is as
 * much of it as a pattern can say.
 */
const RulePath = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^([^./][^/]*|\.[^./][^/]*|\.\.[^/]+)(\/([^./][^/]*|\.[^./][^/]*|\.\.[^/]+))*$/);

/** How a version is written as a tag. */
const TagFormat = z
  .string()
  .max(200)
  .regex(/^[^\s~^:?*[\\]*\{version\}[^\s~^:?*[\\]*$/);

/** A version as releases are counted: `1.2.3`, `1.2.3-beta.1`, `1.2.3+build`. */
export const VersionText = z
  .string()
  .max(128)
  .regex(/^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/);

/** A file that says the version. */
const VersionFile = z.object({
  path: RulePath.describe("File, from the repository's root."),
  field: z
    .array(z.string().min(1).max(253))
    .min(1)
    .max(32)
    .meta(listAtomic)
    .optional()
    .describe(
      "Keys that lead to the version in a YAML, JSON or TOML file. Without, every line with the marker `x-millrace-version` or `x-release-please-version` is changed.",
    ),
});

/** What decides the next version. */
const rule = {
  strategy: z
    .enum(["ConventionalCommits", "PreRelease", "AlwaysMajor", "AlwaysMinor", "AlwaysPatch", "Manual"])
    .default("ConventionalCommits")
    .describe(
      "`ConventionalCommits` goes by the commits since the last release, `PreRelease` counts a pre-release up by them; the next three always raise the same part; `Manual` wants the version said in the Release.",
    ),
  tagFormat: TagFormat.default("v{version}").describe("How a version is written as a tag; `{version}` stands for it."),
  minorForBreakingBelowOne: z
    .boolean()
    .default(false)
    .describe("Below 1.0.0 a breaking change raises the minor part only."),
  patchForFeatureBelowOne: z.boolean().default(false).describe("Below 1.0.0 a feature raises the patch only."),
  preRelease: z
    .string()
    .max(64)
    .regex(/^[0-9A-Za-z.-]+$/)
    .optional()
    .describe("What a first pre-release is called, such as `beta`."),
  floor: VersionText.optional().describe("The next version is at least this."),
};

const files = {
  files: z
    .array(VersionFile)
    .max(64)
    .meta(listAtomic)
    .default([])
    .describe("Files that say the version, besides those of the language."),
  changelog: RulePath.optional().describe(
    "File at whose top the notes are written. By default `CHANGELOG.md`, in the library's directory; it is made where it is missing.",
  ),
};

const Library = z.object({
  name: Name.describe("Name of the library."),
  path: RulePath.describe("Directory that it is in: changes below it are its own."),
  excludePaths: z.array(RulePath).max(64).meta(listAtomic).default([]).describe("Directories below that are not."),
  dependsOn: z
    .array(Edge)
    .max(64)
    .meta(listMap("name"))
    .default([])
    .describe("Repositories and libraries that this library builds on."),
  ...rule,
  ...files,
});
export type Library = z.infer<typeof Library>;

const Line = z.object({
  branch: Branch.describe("Branch of the line, such as `release/1.x`."),
  tagFormat: TagFormat.optional().describe("How its versions are tagged. By default as everywhere else."),
  bumps: z
    .enum(["Any", "MinorAtMost", "PatchOnly"])
    .default("PatchOnly")
    .describe("What a release of the line may raise. More is refused, by the commit that asks for it."),
});

/** How a repository is released. */
export const ReleaseRule = z.object({
  ...rule,
  ...files,
  libraries: z
    .array(Library)
    .max(500)
    .meta(listMap("name"))
    .default([])
    .describe("Libraries that are released by themselves."),
  lines: z
    .array(Line)
    .max(32)
    .meta(listMap("branch"))
    .default([])
    .describe("Branches besides the base branch that are released, each with versions of its own."),
});
export type ReleaseRule = z.infer<typeof ReleaseRule>;
