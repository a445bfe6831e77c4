import { z } from "zod";
import { listAtomic, rules } from "./kind.ts";

/** A file of a repository, from its root. */
export const FilePath = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^/]/)
  .meta(
    rules({
      rule: "!self.matches('(^|/)([.]{0,2}|[.][gG][iI][tT])(/|$)')",
      message: "a path names a file below the repository's root: no '.', '..', '.git' or empty part",
      reason: "FieldValueInvalid",
    }),
  );

const SetValue = z.object({
  field: z
    .array(z.string().max(253))
    .min(1)
    .max(32)
    .meta(listAtomic)
    .describe(
      "Keys that lead to the scalar, outermost first. Items of a list by their number, from 0, or by what one alone says: `[name=auth]`. Of several elements in XML the same; attributes go by `@name`.",
    ),
  value: z
    .string()
    .max(4096)
    .describe("Its new value. Only the scalar's own bytes change: quotes, comments, order and layout stay."),
  format: z
    .enum(["Yaml", "Json", "Toml", "Xml"])
    .optional()
    .describe("How the file is written. By default what its name says, else `Yaml`."),
});

const MarkedLine = z.object({
  marker: z
    .string()
    .min(1)
    .max(200)
    .describe("Text that the line holds, such as a comment `x-millrace-version`. Every line that holds it is changed."),
  what: z
    .enum(["Version", "Commit", "Quoted", "Marker"])
    .default("Version")
    .describe(
      "Part of the line that is replaced: the only semantic version, the only full commit id, the only quoted text, or the marker itself wherever it is no part of a longer word.",
    ),
  value: z.string().max(1024).describe("What it is replaced by."),
});

const ChangelogSection = z.object({
  version: z.string().min(1).max(128).describe("Version that the section is about."),
  text: z.string().min(1).max(32_768).describe("The section, from its heading on, such as `## 1.2.3 (2026-11-21)`."),
});

/** One change to one file of a repository. */
export const Edit = z
  .object({
    path: FilePath.describe("File, from the repository's root. Nothing in `.git`, and no way out by `..`."),
    set: SetValue.optional().describe("Change one value that is there already in a YAML, JSON, TOML or XML file."),
    changelog: ChangelogSection.optional().describe(
      "Put a section in front of the newest one of a changelog in Markdown, or in the place of the one with its version. The file is made where it is missing.",
    ),
    line: MarkedLine.optional().describe("Change a part of every marked line, in a text file of any kind."),
    content: z.string().max(32_768).optional().describe("Make this the file's whole content, as UTF-8."),
    delete: z.boolean().optional().describe("Remove the file."),
    rename: z
      .object({ to: FilePath.describe("Its new path. Nothing may be there.") })
      .optional()
      .describe("Move the file, with its content and mode."),
    mode: z
      .enum(["File", "Executable"])
      .optional()
      .describe("Whether the file can be executed; by itself, or together with `content`."),
  })
  .meta(
    rules({
      rule: "[has(self.set), has(self.changelog), has(self.line), has(self.content), has(self.delete) && self.delete, has(self.rename), has(self.mode) && !has(self.content)].filter(x, x).size() == 1",
      message:
        "give exactly one of set, changelog, line, content, delete: true, rename or mode; only content and mode go together",
      reason: "FieldValueInvalid",
    }),
  );
export type Edit = z.infer<typeof Edit>;
