import { z } from "zod";
import { listAtomic } from "./kind.ts";
import { BaseStatus, Sha, Time } from "./object.ts";

/** What a release is doing. */
const ReleasePhase = z.enum([
  "Pending",
  "Proposing",
  "AwaitingMerge",
  "Tagging",
  "Publishing",
  "Verifying",
  "Released",
  "NothingToRelease",
  "Blocked",
]);

/** What a Release reports. */
export const ReleaseStatus = BaseStatus.extend({
  phase: ReleasePhase.optional().describe("What it is doing."),
  version: z.string().max(128).optional().describe("Version that is released."),
  because: z.string().max(1024).optional().describe("Why this version."),
  previous: z
    .object({
      version: z.string().max(128).describe("Version."),
      tag: z.string().max(244).describe("Tag."),
      sha: Sha.describe("Commit."),
    })
    .optional()
    .describe("Release before it on its line."),
  tag: z.string().max(244).optional().describe("Tag."),
  head: Sha.optional().describe("Head of the branch that version and notes were found on."),
  offered: z
    .array(z.string().max(128))
    .max(20)
    .meta(listAtomic)
    .optional()
    .describe("Versions that were proposed, the newest first: one of them is what is merged."),
  commit: Sha.optional().describe("Commit that is released: the merge of the proposal."),
  proposal: z.string().max(253).optional().describe("ChangeProposal that sets the version in the repository's files."),
  pullRequest: z.string().max(32).optional().describe("Its pull request, as people write it: `#41`."),
  notes: z.string().max(16_384).optional().describe("The notes, cut where they are long."),
  adopted: z.string().max(253).optional().describe("What was there already, made by somebody else: it was taken over."),
  wrote: z
    .string()
    .max(64)
    .optional()
    .describe("Digest of the notes as we wrote them to the forge: what a person changed since stays."),
  retried: z.string().max(253).optional().describe("Last wish to try again that was carried out."),
  url: z.string().max(2048).optional().describe("Page of the forge's release."),
  releasedAt: Time.optional().describe("When all of it was there first."),
  verified: z
    .object({
      tag: z.boolean().describe("The tag is at the commit."),
      release: z.boolean().describe("The forge shows it."),
      assets: z.int().describe("How many of its files the forge has."),
    })
    .optional()
    .describe("What was found there, looked at from outside."),
  intent: z
    .object({
      effect: z
        .enum(["Tag", "Publish", "Attach", "Revise"])
        .describe("What is about to be done outside of the cluster."),
      at: Time.describe("When it was written down."),
      name: z.string().max(244).describe("Tag that it is about."),
      commit: Sha.describe("Commit that it is about."),
    })
    .optional()
    .describe("Journal: written before the effect, so that after a crash it is found and adopted instead of repeated."),
});
