import { z } from "zod";
import { Sha, Time } from "./object.ts";

const Person = z.string().max(253);
/** Who did or said something, when, and why. */
export const By = z.object({
  by: Person.describe("Who, on the forge; `kubectl` for an annotation."),
  at: Time.describe("When."),
  reason: z.string().max(1024).optional().describe("Why, in their words."),
});

/** What people asked for, by annotation or by comment. */
export const Steering = z.object({
  comment: z.int().optional().describe("Last comment that was looked at."),
  hold: By.extend({ until: Time.describe("Until when.") })
    .optional()
    .describe("Nothing is merged or pushed meanwhile."),
  adopted: By.extend({ sha: Sha.describe("Commit of a person that we go on from.") })
    .optional()
    .describe("Somebody gave us the branch back as it is."),
  released: By.optional().describe("Somebody keeps the branch for good."),
  rebase: z.string().max(253).optional().describe("Last wish for a rebase that was carried out."),
  retry: z.string().max(253).optional().describe("Last wish to try again that was carried out."),
  rebuild: z.boolean().optional().describe("A rebase was asked for, and is still to be done."),
  reject: z.string().max(253).optional().describe("Last rejection by annotation that was carried out."),
  told: z.string().max(128).optional().describe("What people were told last, so that they are told once."),
});
