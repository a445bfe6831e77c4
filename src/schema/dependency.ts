import { z } from "zod";
import { Branch } from "./branch.ts";
import { rules } from "./kind.ts";
import { Name, Reference } from "./object.ts";

/** A repository that another one builds on, and how. */
export const Edge = z
  .object({
    name: Name.describe("Repository object that this one depends on."),
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
