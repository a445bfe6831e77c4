import { z } from "zod";
import { noApproval, ReleaseApproval } from "./approval.ts";
import { listAtomic } from "./kind.ts";
import { Duration } from "./object.ts";

const Freeze = z.object({
  rule: z
    .string()
    .min(1)
    .max(512)
    .describe("When it begins: an RRULE of RFC 5545, such as `FREQ=WEEKLY;BYDAY=FR;BYHOUR=16;BYMINUTE=0;BYSECOND=0`."),
  length: Duration.describe("How long it lasts."),
  timeZone: z.string().min(1).max(64).default("Etc/UTC").describe("Time zone of the rule, from the IANA database."),
  from: z
    .string()
    .max(10)
    .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)
    .default("2024-01-01")
    .describe("First day that counts; `INTERVAL` counts from here."),
  reason: z.string().max(253).default("").describe("Why, for people."),
});

/** How a plan goes on, and when it does not. */
export const PlanPolicy = z.object({
  onFailure: z
    .enum(["SkipDependents", "Halt", "Continue"])
    .default("SkipDependents")
    .describe(
      "What a failure stops besides what depends on it: with `Halt` everything that has not begun, with `SkipDependents` so from `maxFailures` on, with `Continue` never.",
    ),
  maxFailures: z.int().min(0).max(1_000).default(1_000).describe("More failures than these halt the plan."),
  maxParallel: z.int().min(1).max(100).default(8).describe("Most repositories under way at once."),
  stale: z
    .enum(["BumpIn", "Refuse"])
    .default("BumpIn")
    .describe(
      "What happens to a repository between two of the plan that is not in it: it is taken in, or the plan refused.",
    ),
  attempts: z.int().min(1).max(10).default(3).describe("How often a step is tried while what fails may pass."),
  timeout: Duration.default("24h").describe("How long one repository may take. Then it has failed."),
  soak: Duration.default("0s").describe("How long a release has to be there before what builds on it begins."),
  approval: ReleaseApproval.default(noApproval).describe("Who has to say yes, and to what."),
  freezes: z.array(Freeze).max(16).meta(listAtomic).default([]).describe("When nothing begins."),
  health: z
    .enum(["Required", "Ignored"])
    .default("Ignored")
    .describe("`Required`: nothing begins while the checks of a base branch of the plan have not all passed."),
});
export type PlanPolicy = z.infer<typeof PlanPolicy>;
