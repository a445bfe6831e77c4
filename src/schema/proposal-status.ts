import { z } from "zod";
import { listAtomic } from "./kind.ts";
import { BaseStatus, Sha, Time } from "./object.ts";
import { Conflict, Diff, Plan, RunStatus } from "./proposal-change.ts";
import { By, Steering } from "./proposal-steering.ts";

/** What a proposal is doing. The state machine stands above `observe` in the reconciler. */
export const Phase = z.enum([
  "Pending",
  "Planned",
  "Running",
  "Pushing",
  "Opening",
  "ChecksRunning",
  "ChecksFailed",
  "AwaitingMerge",
  "Held",
  "Queued",
  "Merging",
  "Merged",
  "NoChange",
  "Declined",
  "HumanOwned",
  "Released",
  "Superseded",
  "Blocked",
]);
export type Phase = z.infer<typeof Phase>;

const Effect = z.enum(["Push", "Open", "Decorate", "Revise", "Comment", "Enqueue", "Merge", "Close", "DeleteBranch"]);

const PullRequestStatus = z.object({
  ref: z.string().max(32).describe("Number as people write it: `#41`."),
  number: z.int().describe("Number."),
  url: z.string().max(2048).describe("Page."),
  state: z.enum(["Open", "Merged", "Closed"]).describe("State on the forge."),
  openedAt: Time.optional().describe("When we saw it open first."),
  seen: z.string().max(128).optional().describe("Mark of the pull request as its comments were read last."),
  since: Time.optional().describe("Since when it shows the commit that it shows."),
  wrote: z
    .string()
    .max(64)
    .optional()
    .describe("Digests of title and text as we wrote them last: what a person changed since stays as it is."),
});

/** What a ChangeProposal reports. */
export const ProposalStatus = BaseStatus.extend({
  phase: Phase.optional().describe("What the proposal is doing."),
  branch: z.string().max(244).optional().describe("Branch that it owns."),
  fingerprint: z
    .string()
    .max(64)
    .optional()
    .describe("Digest of what is asked for, whatever the base. A refusal is remembered by it."),
  base: z
    .object({
      branch: z.string().max(244).describe("Branch."),
      sha: Sha.describe("Commit that the change is built on."),
    })
    .optional()
    .describe("What the change is built on."),
  commit: Sha.optional().describe("Tip of the branch, as we wrote it. A branch with another tip belongs to a person."),
  tip: Sha.optional().describe("Tip of the branch, where a person wrote it."),
  diff: Diff.optional().describe("What the change comes to."),
  pullRequest: PullRequestStatus.optional().describe("Pull request that it owns."),
  leftOut: z.string().max(1024).optional().describe("What of the change was left out, and why."),
  unknown: z
    .array(z.string().max(100))
    .max(60)
    .meta(listAtomic)
    .optional()
    .describe(
      "Labels and accounts of `spec.pullRequest` that the forge does not know: the pull request is without them.",
    ),
  checks: z
    .object({
      total: z.int().describe("Checks that count."),
      passed: z.int().describe("Of these, how many have passed."),
      failing: z
        .array(z.string().max(200))
        .max(20)
        .meta(listAtomic)
        .describe("Names of those that have not, and will not by themselves."),
    })
    .optional()
    .describe("Checks of the commit that we wrote."),
  approvals: z
    .object({
      needed: z.int().describe("How many accounts have to approve it."),
      by: z.array(z.string().max(253)).max(20).meta(listAtomic).describe("Accounts whose approval counts."),
    })
    .optional()
    .describe(
      "Reviews of the commit, where the merge rule asks for any. Once it is merged: those that it was merged with.",
    ),
  merge: z
    .object({ sha: Sha.optional().describe("Commit on the base branch.") })
    .optional()
    .describe("How it ended up on the base branch."),
  withdrawn: z
    .int()
    .optional()
    .describe("Pull request that we closed ourselves, because it was not needed any more. That is not a refusal."),
  declined: By.partial()
    .extend({
      fingerprint: z.string().max(64).describe("What was refused."),
      number: z.int().optional().describe("Pull request that a person closed."),
    })
    .optional()
    .describe("A person's no, remembered until something else is asked for."),
  steering: Steering.optional().describe("What people asked for, by annotation or by comment."),
  run: RunStatus.optional().describe("The command of `spec.change.run`."),
  conflicts: z
    .array(Conflict)
    .max(50)
    .meta(listAtomic)
    .optional()
    .describe("Commits that could not be picked or taken back."),
  plan: Plan.optional().describe("What would be done, where `spec.mode` is `Plan`."),
  queue: z
    .object({
      left: z.int().describe("How often the forge took it out again without merging it."),
      at: Time.describe("When it did so last."),
    })
    .optional()
    .describe("How the forge's own merge went. Forgotten when something else is proposed."),
  looked: z
    .string()
    .max(64)
    .optional()
    .describe("Digests of what this status was computed from: while they are the same, nothing else is read."),
  supersededBy: z.string().max(253).optional().describe("Proposal that took its place."),
  throttledUntil: Time.optional().describe("Nothing is sent to the forge for it before this moment."),
  intent: z
    .object({
      effect: Effect.describe("What is about to be done outside of the cluster."),
      at: Time.describe("When it was written down."),
      commit: Sha.optional().describe("Commit that it is about."),
      base: Sha.optional().describe("Commit that that one is built on."),
      number: z.int().optional().describe("Pull request that it is about."),
      mark: z.string().max(128).optional().describe("Mark by which the comment is found again."),
    })
    .optional()
    .describe("Journal: written before the effect, so that after a crash it is found and adopted instead of repeated."),
});
