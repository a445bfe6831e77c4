import { z } from "zod";
import { Handles } from "./change.ts";
import { listAtomic } from "./kind.ts";

/** What is known about a change: facts from which the pull request's text is made. Texts of others are shown as text. */
export const About = z.object({
  why: z.string().max(1024).optional().describe("Why now, in a sentence."),
  origins: z
    .array(
      z.object({
        name: z.string().max(253).describe("What it is: a repository, a project, a file."),
        url: z.string().max(2048).optional().describe("Where to read about it."),
        from: z.string().max(256).optional().describe("Version or commit before."),
        to: z.string().max(256).optional().describe("Version or commit after."),
      }),
    )
    .max(32)
    .meta(listAtomic)
    .optional()
    .describe("Where the change comes from."),
  notes: z
    .string()
    .max(16_384)
    .optional()
    .describe(
      "What upstream says about it. It is shown as quoted text: no mention, no link and no markup works in it.",
    ),
  next: z.string().max(1024).optional().describe("What follows once it is merged, in a sentence."),
});
export type About = z.infer<typeof About>;

/** What a pull request has when it is opened. People change it afterwards, and it stays as they left it. */
export const AtBirth = z.object({
  draft: z.boolean().default(false).describe("Open it as a draft."),
  labels: Handles.optional().describe("Labels."),
  reviewers: Handles.optional().describe("Accounts that are asked for a review; a team as `team/NAME`."),
  assignees: Handles.optional().describe("Accounts that it is assigned to."),
});
export type AtBirth = z.infer<typeof AtBirth>;
