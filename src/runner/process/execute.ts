import { chmod, chown, mkdir } from "node:fs/promises";
import type { Clock } from "../../reconcilers/ports.ts";
import type { Run, RunFailure } from "../../reconcilers/runner-port.ts";
import { collect } from "../collect.ts";
import type { Manifest } from "../manifest.ts";
import { TarError } from "../tar-header.ts";
import { type Owner, unpack } from "../unpack.ts";
import type { Ended } from "./child.ts";
import { type Confinement, describe, ownerAt, refusal } from "./confinement.ts";
import type { Breach } from "./guard.ts";
import type { ProcessLimits } from "./limit.ts";
import { hasProc } from "./proc.ts";
import { keep, type Result } from "./result.ts";
import type { RunFolder } from "./run-folder.ts";
import { supervise } from "./supervise.ts";
import type { Tools } from "./tool.ts";

/** What one run works with. */
export interface Bench {
  readonly run: Run;
  readonly folder: RunFolder;
  /** Number of its place, from 0: no two that run at once have the same. */
  readonly place: number;
  readonly confinement: Confinement;
  readonly tools: Tools;
  readonly path: string;
  readonly hidden: readonly string[];
  readonly limits: ProcessLimits;
  readonly clock: Clock;
  readonly files: AsyncIterable<Uint8Array>;
  /** Is told when the command begins. */
  readonly onStart: (at: Date) => void;
  readonly signal: AbortSignal;
}

const MiB = 1024 * 1024;

/** One run from its files to its result. Rejects when the files cannot be had, and when the signal aborts; no process is left then. */
export async function execute(bench: Bench): Promise<Result> {
  const { folder, run, limits, signal, confinement } = bench;
  const owner = ownerAt(bench.place, confinement);
  await chmod(folder.root, owner ? 0o711 : 0o700); // It has to come through where it has no view of its own.
  for (const each of [folder.files, folder.home, folder.temporary]) await makeFor(each, owner);
  const most = { bytes: limits.treeMiB * MiB, entries: limits.treeFiles };
  const before = await unpack(bench.files, { into: folder.files, owner, most, signal }).catch(unfit);
  if (before instanceof TarError) return failed("OutputTooLarge", `its files cannot be laid out: ${before.message}`);
  const missing = missingDirectory(run, before);
  if (missing) return missing;
  const { child, ended, breach, startedAt } = await supervise(bench, owner);
  signal.throwIfAborted();
  const failure = breach ?? failureOf(ended, run, child.complaint.text());
  if (failure) return failed(failure.reason, failure.message, child.log.text());
  return gather(bench, before, { startedAt, log: child.log.text() });
}

const unfit = (error: unknown): TarError => {
  if (error instanceof TarError) return error;
  throw error;
};

const failed = (reason: RunFailure, message: string, log = ""): Result => ({ is: "failed", reason, message, log });

async function makeFor(directory: string, owner: Owner | undefined): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  if (owner) await chown(directory, owner.uid, owner.gid);
}

/** It begins nowhere but in a directory of the commit; a link is none. */
function missingDirectory({ wish }: Run, files: Manifest): Result | undefined {
  const { directory } = wish;
  const path = directory && Buffer.from(directory).toString("latin1").replace(/\/+$/, "");
  if (!path || files.get(path)?.mode === "Directory") return undefined;
  return failed("CommandFailed", `there is no directory ${directory} in the commit`);
}

/** What the shell says of a program that wrote a file beyond what it may: 128 and the number of SIGXFSZ. */
const fileTooLarge = 153;

function failureOf({ began, code }: Ended, { wish }: Run, complaint: string): Breach | undefined {
  if (!began) return { reason: "IsolationUnavailable", message: refusal(complaint || "its leader did not begin") };
  if (code === 0) return undefined;
  if (code === fileTooLarge) return { reason: "OutputTooLarge", message: "it wrote a file larger than it may" };
  const how =
    code === undefined ? "was killed" : code > 128 ? `ended by signal ${code - 128}` : `ended with code ${code}`;
  return { reason: "CommandFailed", message: `${wish.command[0]} ${how}` };
}

async function gather(
  { run, folder, clock, signal, confinement }: Bench,
  before: Manifest,
  { startedAt, log }: { startedAt: Date; log: string },
): Promise<Result> {
  const { outputMiB, files: most } = run.wish.limits;
  const found = await collect({ root: folder.files, before, most: { bytes: outputMiB * MiB, files: most }, signal });
  if (found.is === "invalid") return failed("ResultInvalid", found.message, log);
  if (found.is === "tooLarge") return failed("OutputTooLarge", found.message, log);
  await keep(found.files, folder);
  return {
    is: "succeeded",
    files: found.files,
    isolation: describe(confinement, run.wish.network, hasProc()),
    startedAt: startedAt.toISOString(),
    finishedAt: clock.now().toISOString(),
  };
}
