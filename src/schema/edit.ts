import { z } from "zod";
import { listAtomic, rules } from "./kind.ts";

/** One change to one file of a repository. */
export const Edit = z
  .object({
    path: z
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
      )
      .describe("File, from the repository's root. Nothing in `.git`, and no way out by `..`."),
    set: z
      .object({
        field: z
          .array(z.string().min(1).max(253))
          .min(1)
          .max(32)
          .meta(listAtomic)
          .describe("YAML keys that lead to the scalar, outermost first."),
        value: z
          .string()
          .max(4096)
          .describe("Its new value. Only the scalar's own bytes change: quotes, comments and layout stay."),
      })
      .optional()
      .describe("Change one value that is there already in a YAML file."),
    content: z.string().max(32_768).optional().describe("Make this the file's whole content, as UTF-8."),
    delete: z.boolean().optional().describe("Remove the file."),
  })
  .meta(
    rules({
      rule: "[has(self.set), has(self.content), has(self.delete) && self.delete].filter(x, x).size() == 1",
      message: "give exactly one of set, content or delete: true",
      reason: "FieldValueInvalid",
    }),
  );
export type Edit = z.infer<typeof Edit>;
