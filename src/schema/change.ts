import { z } from "zod";
import { Edit, FilePath } from "./edit.ts";
import { listAtomic, listMap, listSet, rules } from "./kind.ts";
import { Duration, Sha } from "./object.ts";

const Limits = z.object({
  time: Duration.default("10m").describe("Longest time that it may run."),
  memoryMiB: z.int().min(16).max(65_536).default(1024).describe("Most memory, of all its processes together."),
  outputMiB: z.int().min(1).max(512).default(32).describe("Most bytes that it may leave in changed files."),
  files: z.int().min(1).max(20_000).default(2_000).describe("Most files that it may change."),
});

/** A command whose changes to the files of the repository are proposed. It runs without credentials. */
export const RunChange = z.object({
  command: z
    .array(z.string().max(4096))
    .min(1)
    .max(64)
    .meta(listAtomic)
    .describe("Program and arguments. No shell takes it apart: write `[sh, -c, …]` where one is wanted."),
  image: z
    .string()
    .max(512)
    .regex(/^[a-z0-9][-a-zA-Z0-9._:/]*@sha256:[0-9a-f]{64}$/)
    .optional()
    .describe("Image that it runs in, by digest. Needed where commands run as Jobs."),
  env: z
    .array(
      z.object({
        name: z
          .string()
          .max(128)
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
          .describe("Name."),
        value: z.string().max(4096).describe("Value. It is no place for a secret."),
      }),
    )
    .max(32)
    .meta(listMap("name"))
    .default([])
    .describe("Its environment, besides PATH, HOME, TMPDIR and LANG. Nothing is inherited."),
  directory: FilePath.optional().describe("Directory that it runs in. By default the repository's root."),
  paths: z
    .array(z.string().min(1).max(512).regex(/^[^/]/))
    .min(1)
    .max(64)
    .meta(listAtomic)
    .describe(
      "Files that it may change: `*` stands for a part of a name, `**` for any directories, `src/` for all below it.",
    ),
  network: z
    .enum(["None", "Open"])
    .default("None")
    .describe("Whether it may use the network. Where `None` cannot be had, it does not run."),
  limits: Limits.default({ time: "10m", memoryMiB: 1024, outputMiB: 32, files: 2_000 }).describe(
    "What it may use. Beyond, it is stopped.",
  ),
  repeat: z
    .enum(["Once", "WhenBaseMoves"])
    .default("Once")
    .describe("`Once` is over with the merge; `WhenBaseMoves` runs again for every new head of the base branch."),
});
export type RunChange = z.infer<typeof RunChange>;

/** Commits of the same repository that are applied to the base branch, each as one commit. */
const CherryPick = z.object({
  commits: z
    .array(Sha)
    .min(1)
    .max(50)
    .meta(listAtomic)
    .describe("Commits, in the order in which they are applied. One that the base has already is left out."),
  onConflict: z
    .enum(["FailFast", "ReportAll"])
    .default("ReportAll")
    .describe("At the first commit that conflicts stop, or try the rest too and report every conflict."),
});

/** Commits of the same repository that are taken back, as one commit. */
const Revert = z.object({
  from: Sha.describe("Commit from which on everything is taken back, itself not: how it was before."),
  to: Sha.describe("Last commit that is taken back. What came after it stays."),
});

/** What a proposal changes. */
export const Change = z
  .object({
    edits: z
      .array(Edit)
      .min(1)
      .max(100)
      .meta(listAtomic)
      .optional()
      .describe("Edits, applied in this order to the head of the base branch."),
    run: RunChange.optional().describe("A command that changes files of the base branch's head."),
    cherryPick: CherryPick.optional().describe("Commits to apply to the base branch."),
    revert: Revert.optional().describe("Commits to take back on the base branch."),
  })
  .meta(
    rules({
      rule: "[has(self.edits), has(self.run), has(self.cherryPick), has(self.revert)].filter(x, x).size() == 1",
      message: "give exactly one of edits, run, cherryPick or revert",
      reason: "FieldValueInvalid",
    }),
  );
export type Change = z.infer<typeof Change>;

/** Labels of a set that a person may change afterwards. */
export const Handles = z.array(z.string().min(1).max(100)).min(1).max(20).meta(listSet);
