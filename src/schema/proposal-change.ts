import { z } from "zod";
import { listAtomic } from "./kind.ts";
import { Sha, Time } from "./object.ts";

/** How the change differs from its base. */
export const Diff = z.object({
  files: z.int().describe("Files that change."),
  added: z.int().describe("Lines added."),
  removed: z.int().describe("Lines removed."),
  paths: z.array(z.string().max(1024)).max(20).meta(listAtomic).describe("The first of these files, by name."),
});

/** How the command of a change went. */
export const RunStatus = z.object({
  input: z.string().max(64).describe("Digest of command, limits, image and base: what its output depends on."),
  output: z.string().max(64).optional().describe("Digest of what it gave."),
  before: z.string().max(64).optional().describe("Digest of what it gave the last time, on another base."),
  base: Sha.optional().describe("Commit whose files it began with."),
  attempt: z.int().describe("How many times it was started for this input."),
  startedAt: Time.optional().describe("When it was started."),
  finishedAt: Time.optional().describe("When it ended."),
  isolation: z.string().max(512).optional().describe("How it was kept apart."),
  log: z.string().max(2048).optional().describe("Its last lines, when it failed."),
});

/** Why a commit could not be picked or taken back, file by file. */
export const Conflict = z.object({
  commit: Sha.describe("Commit that does not apply."),
  path: z.string().max(1024).describe("File."),
  why: z.string().max(256).describe("What is in the way."),
});

/** What would be done, where nothing is. */
export const Plan = z.object({
  digest: z.string().max(64).describe("Digest of what would be done: the same plan, the same digest."),
  diff: z.string().max(16_384).describe("The change, as git shows it; cut where it is long."),
  calls: z.array(z.string().max(4096)).max(20).meta(listAtomic).describe("What would be sent, in order."),
});
