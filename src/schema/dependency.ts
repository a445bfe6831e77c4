import { z } from "zod";
import { Branch } from "./branch.ts";
import { rules } from "./kind.ts";
import { NodeName, Reference } from "./object.ts";

/** A repository that another one builds on, and how. */
export const Edge = z
  .object({
    name: NodeName.describe("Repository object that this one depends on, or a library in one: `REPOSITORY/LIBRARY`."),
    via: z
      .enum(["Declared", "Source", "Manifest"])
      .default("Declared")
      .describe(
        "`Source` follows its head by `sources`, `Manifest` pins its version in a file, `Declared` is order alone.",
      ),
    path: z.string().min(1).max(1024).optional().describe("The manifest, from the repository's root."),
    range: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Versions that are acceptable, as the manifest's ecosystem writes them."),
    onMajor: z
      .enum(["Propose", "RequireApproval", "Ignore"])
      .optional()
      .describe(
        "What a release plan does when the major part is raised, or `range` does not take the version: propose it like any other (the default), let a person approve it, or leave the version as it is.",
      ),
  })
  .meta(
    rules(
      {
        rule: "self.via != 'Manifest' || has(self.path)",
        message: "an edge via Manifest needs the manifest's path",
        fieldPath: ".path",
        reason: "FieldValueRequired",
      },
      {
        rule: "self.via == 'Manifest' || !has(self.path)",
        message: "path only counts via Manifest: set via, or remove path",
        fieldPath: ".path",
        reason: "FieldValueForbidden",
      },
    ),
  );

/** An entry of `librarian.yaml` that follows another repository. */
export const Source = z.object({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9][-_.A-Za-z0-9]*$/)
    .describe("Key below `sources` in `librarian.yaml`."),
  repositoryRef: Reference.describe("Repository object that is followed."),
  branch: Branch.optional().describe("Branch that is followed. By default the one that the followed Repository names."),
});
