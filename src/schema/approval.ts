import { z } from "zod";
import { listSet } from "./kind.ts";

/** An account on the forge. */
const Account = z.string().min(1).max(253);

/** Whose yes is needed before a pull request is merged. The author of the pull request never counts. */
export const Approvals = z.object({
  count: z.int().min(1).max(10).default(1).describe("How many accounts have to approve the commit in a review."),
  by: z
    .array(Account)
    .min(1)
    .max(64)
    .meta(listSet)
    .optional()
    .describe("Accounts that may, of those that may write there. By default all of these."),
  except: z
    .array(Account)
    .min(1)
    .max(64)
    .meta(listSet)
    .optional()
    .describe("Accounts whose yes does not count, such as whoever asked for it."),
});
export type Approvals = z.infer<typeof Approvals>;

/** Whose yes is needed, and to which releases. */
export const ReleaseApproval = Approvals.extend({
  of: z
    .enum(["Never", "Majors", "Always"])
    .default("Never")
    .describe("Which releases wait for a yes: none, those that raise the major part, or all."),
});
export const noApproval = { of: "Never", count: 1 } as const;
