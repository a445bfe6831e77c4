import { z } from "zod";
import { defineKind, listAtomic, listMap, listSet, rules } from "./kind.ts";
import { MergeRule } from "./merge-rule.ts";
import { BaseStatus, commonColumns, Duration, Name, Reference, Sha, Time } from "./object.ts";
import { Selection } from "./selection.ts";

const Backport = z.object({
  commits: z
    .array(Sha)
    .min(1)
    .max(50)
    .meta(listAtomic)
    .describe("Commits, in the order in which they are applied. One that a branch has already is left out there."),
  branches: z
    .array(z.string().min(1).max(244))
    .min(1)
    .max(32)
    .meta(listSet)
    .describe("Branches that they go to; `*` stands for any part of a name without a slash, as in `release/*`."),
  failFast: z
    .boolean()
    .default(false)
    .describe("Begin with no further branch once one conflicts, in the order of the list."),
});

export const Operation = defineKind({
  kind: "Operation",
  plural: "operations",
  shortNames: ["op"],
  doc: "A fleet-wide routine: it computes the wanted change of every selected repository and keeps one proposal for each.",
  spec: z
    .object({
      type: z
        .enum(["SyncSources", "Backport"])
        .meta(
          rules({
            rule: "self == oldSelf",
            message: "type cannot be changed: make another Operation",
            reason: "FieldValueForbidden",
          }),
        )
        .describe(
          "`SyncSources` keeps the entries of `librarian.yaml` that a Repository lists in `sources` at the heads of what they follow. `Backport` picks commits of the base branch onto other branches, one proposal for each branch.",
        ),
      backport: Backport.optional().describe("Which commits go to which branches."),
      repositories: Selection.describe("Repositories that it works on."),
      schedule: z
        .object({
          cron: z.string().min(1).max(200).describe("Five fields: minute, hour, day of month, month, day of week."),
          timeZone: z
            .string()
            .min(1)
            .max(64)
            .default("Etc/UTC")
            .describe("Time zone of the fields, from the IANA database."),
        })
        .optional()
        .describe("When to run by the clock."),
      triggers: z
        .array(
          z.object({
            event: z.enum(["Push"]).describe("`Push`: the head of the repository's base branch moved."),
            repositoryRef: Reference.describe("Repository that is watched."),
          }),
        )
        .max(64)
        .meta(listAtomic)
        .optional()
        .describe(
          "Events that start a run. Without `triggers` and `schedule`, every move of a followed repository does.",
        ),
      merge: MergeRule.default({ mode: "Manual", allowNoChecks: false, handOver: "Never" }).describe(
        "When the pull requests are merged.",
      ),
      interval: Duration.default("1h").describe("How often to look, in case an event was lost."),
      suspend: z.boolean().default(false).describe("Start no run; proposals that exist go on."),
    })
    .meta(
      rules(
        {
          rule: "(self.type == 'Backport') == has(self.backport)",
          message: "backport belongs to type Backport, which needs it",
          fieldPath: ".backport",
          reason: "FieldValueInvalid",
        },
        {
          rule: "self.type != 'Backport' || (!has(self.schedule) && !has(self.triggers))",
          message: "a Backport runs when it is declared, and has neither schedule nor triggers: remove them",
          reason: "FieldValueForbidden",
        },
      ),
    ),
  status: BaseStatus.extend({
    lastRun: z
      .object({
        at: Time.describe("When it was decided."),
        cause: z.enum(["Created", "Changed", "Requested", "Schedule", "Push", "Selection"]).describe("Why it ran."),
        heads: z
          .array(
            z.object({
              name: z.string().max(253).describe("Repository."),
              sha: z.string().max(64).describe("Commit."),
            }),
          )
          .max(256)
          .meta(listMap("name"))
          .describe("Heads that the run brings to the fleet."),
      })
      .optional()
      .describe("The run whose result is wanted now."),
    run: Name.optional().describe("Run that is recorded: the RunRecords with this `spec.run` tell what happened."),
    nextRunAt: Time.optional().describe("Next run by the clock."),
    selected: z.int().optional().describe("Repositories that are selected."),
    upToDate: z.int().optional().describe("Of these, how many need nothing."),
    open: z.int().optional().describe("How many have an open proposal or will have one."),
    blocked: z.int().optional().describe("How many cannot go on without a person."),
    attention: z
      .array(
        z.object({
          name: z.string().max(253).describe("Repository."),
          reason: z.string().max(253).describe("Why it is not up to date."),
          message: z.string().max(1024).describe("What to do about it."),
        }),
      )
      .max(20)
      .meta(listMap("name"))
      .optional()
      .describe("The first repositories, by name, that cannot go on without a person."),
  }),
  columns: [
    { name: "Type", path: ".spec.type" },
    { name: "Selected", path: ".status.selected", type: "integer" },
    { name: "UpToDate", path: ".status.upToDate", type: "integer" },
    { name: "Open", path: ".status.open", type: "integer" },
    { name: "Blocked", path: ".status.blocked", type: "integer" },
    { name: "LastRun", path: ".status.lastRun.at", type: "date", wide: true },
    { name: "NextRun", path: ".status.nextRunAt", wide: true },
    ...commonColumns,
  ],
  selectableFields: [".spec.type"],
});
export type Operation = z.infer<typeof Operation.object>;
