import { z } from "zod";
import { defineKind, listAtomic, listMap, rules } from "./kind.ts";
import { MergeRule } from "./merge-rule.ts";
import { BaseStatus, commonColumns, Name, NodeName, Reference, Time } from "./object.ts";
import { PlanPolicy } from "./plan-policy.ts";
import { VersionText } from "./release-rule.ts";

const Item = z.object({
  repositoryRef: Reference.describe("Repository that is released."),
  library: Name.optional().describe("Library of its `release.libraries`. By default the repository itself."),
  version: VersionText.optional().describe("Its version. By default it follows from the commits."),
  bump: z
    .enum(["Auto", "Major", "Minor", "Patch"])
    .default("Auto")
    .describe("At least how much the version is raised where it is not said."),
});
export type PlanItem = z.infer<typeof Item>;

/** What a plan and a train share: what is released, and how. */
export const planShape = {
  policy: PlanPolicy.default(PlanPolicy.parse({})).describe("How it goes on, and when it does not."),
  merge: MergeRule.default({ mode: "WhenChecksPass", allowNoChecks: false, handOver: "Never" }).describe(
    "When its pull requests are merged.",
  ),
};

const unchanging = (field: string) =>
  rules({
    rule: "self == oldSelf",
    message: `${field} cannot be changed: make another plan`,
    reason: "FieldValueForbidden",
  });

export const NodePhase = z.enum([
  "WaitingFor",
  "Held",
  "Ready",
  "Bumping",
  "Releasing",
  "Verifying",
  "Succeeded",
  "Unchanged",
  "Failed",
  "Skipped",
]);
export type NodePhase = z.infer<typeof NodePhase>;

const Node = z.object({
  name: NodeName.describe("Repository object, or `REPOSITORY/LIBRARY`."),
  phase: NodePhase.describe("How far it has come."),
  message: z.string().max(512).optional().describe("What it waits for, or why it is so: names, pull requests, causes."),
  version: z.string().max(128).optional().describe("Version that it was released as."),
  before: z.string().max(128).optional().describe("Version that it had when the plan began."),
  pullRequest: z.string().max(32).optional().describe("Pull request that it is at: `#41`."),
  attempts: z.int().optional().describe("How often it was tried again."),
  retryAt: Time.optional().describe("Not before then it is tried again."),
  retried: z.string().max(253).optional().describe("Wish to try again that its children were told of."),
  since: Time.optional().describe("When it began."),
  until: Time.optional().describe("When it ended."),
});

export const ReleasePlan = defineKind({
  kind: "ReleasePlan",
  plural: "releaseplans",
  shortNames: ["plan", "plans"],
  doc: "Repositories to release, in the order of what they depend on: bump, merge, release, verify, next.",
  spec: z
    .object({
      releases: z
        .array(Item)
        .min(1)
        .max(300)
        .meta(listAtomic)
        .meta(unchanging("releases"))
        .optional()
        .describe("What is released. Cannot be changed."),
      rollback: z
        .object({
          planRef: Reference.describe("Plan whose releases are taken back."),
          digest: z.string().max(64).optional().describe("Digest that it must have."),
        })
        .meta(unchanging("rollback"))
        .optional()
        .describe("Instead: take back what another plan released, the last first, by new releases. Cannot be changed."),
      requestedBy: z
        .string()
        .max(253)
        .optional()
        .describe("Account on the forge of whoever asked for it. Its approval does not count."),
      ...planShape,
      state: z
        .enum(["Preview", "Running", "Paused", "Aborted"])
        .default("Running")
        .describe(
          "`Preview` only shows what would be done; `Paused` begins nothing more; `Aborted` ends it, and leaves what is done.",
        ),
      suspend: z.boolean().default(false).describe("Do nothing more for it."),
    })
    .meta(
      rules({
        rule: "has(self.releases) != has(self.rollback)",
        message: "give either releases or rollback",
        reason: "FieldValueInvalid",
      }),
    ),
  status: BaseStatus.extend({
    phase: z
      .enum(["Previewed", "Running", "Paused", "Succeeded", "Failed", "Aborted", "Blocked"])
      .optional()
      .describe("What the plan is doing."),
    digest: z
      .string()
      .max(64)
      .optional()
      .describe("Digest of graph, versions and policy: the same input, the same plan."),
    run: Name.optional().describe("RunRecord that tells what happened."),
    progress: z.string().max(32).optional().describe("Repositories that are done, of all."),
    waiting: z.int().optional().describe("How many have not begun."),
    failed: z.int().optional().describe("How many have failed."),
    skipped: z.int().optional().describe("How many are not released because of others."),
    longest: z.array(NodeName).max(64).meta(listAtomic).optional().describe("The longest chain."),
    proposals: z.int().optional().describe("Pull requests that it takes at most."),
    calls: z.int().optional().describe("Calls that create content on a forge that it takes at most."),
    notInPlan: z
      .array(NodeName)
      .max(50)
      .meta(listAtomic)
      .optional()
      .describe("The first of those that build on something in the plan, and are not in it."),
    unaffected: z.int().optional().describe("How many others have nothing to do with it."),
    retried: z.string().max(253).optional().describe("Last wish to try again that was carried out."),
    nodes: z.array(Node).max(300).meta(listMap("name")).optional().describe("Where each repository stands."),
    startedAt: Time.optional().describe("When it began."),
    finishedAt: Time.optional().describe("When it was over."),
  }),
  columns: [
    { name: "Phase", path: ".status.phase" },
    { name: "Done", path: ".status.progress" },
    { name: "Waiting", path: ".status.waiting", type: "integer" },
    { name: "Failed", path: ".status.failed", type: "integer" },
    { name: "Digest", path: ".status.digest", wide: true },
    ...commonColumns,
  ],
  selectableFields: [".status.phase"],
});
export type ReleasePlan = z.infer<typeof ReleasePlan.object>;
