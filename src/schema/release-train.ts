import { z } from "zod";
import { defineKind } from "./kind.ts";
import { BaseStatus, commonColumns, Name, Time } from "./object.ts";
import { planShape } from "./release-plan.ts";
import { Selection } from "./selection.ts";

export const ReleaseTrain = defineKind({
  kind: "ReleaseTrain",
  plural: "releasetrains",
  shortNames: ["train"],
  doc: "A schedule that makes release plans: one at a time, and none where nothing changed.",
  spec: z.object({
    schedule: z
      .object({
        cron: z.string().min(1).max(200).describe("Five fields: minute, hour, day of month, month, day of week."),
        timeZone: z.string().min(1).max(64).default("Etc/UTC").describe("Time zone of the fields."),
      })
      .describe("When it leaves."),
    repositories: Selection.describe("Repositories that are on it; those with libraries by their libraries."),
    ...planShape,
    keep: z.int().min(1).max(100).default(10).describe("Plans that are kept after they are over."),
    suspend: z.boolean().default(false).describe("Make no more plans; one that exists goes on."),
  }),
  status: BaseStatus.extend({
    lastPlan: Name.optional().describe("Plan that it made last."),
    lastLeftAt: Time.optional().describe("When it left last, with or without a plan."),
    nextAt: Time.optional().describe("When it leaves next."),
    skipped: z.string().max(1024).optional().describe("Why it left without a plan, if it did."),
  }),
  columns: [
    { name: "Schedule", path: ".spec.schedule.cron" },
    { name: "Plan", path: ".status.lastPlan" },
    { name: "Next", path: ".status.nextAt" },
    ...commonColumns,
  ],
});
export type ReleaseTrain = z.infer<typeof ReleaseTrain.object>;
