import { statfs } from "node:fs/promises";
import type { Clock } from "../../reconcilers/ports.ts";
import type { RunFailure } from "../../reconcilers/runner-port.ts";
import type { Child } from "./child.ts";
import { DiskUse } from "./disk-use.ts";
import { memoryOf } from "./proc.ts";
import type { RunFolder } from "./run-folder.ts";

/** A limit that a run went beyond. */
export interface Breach {
  readonly reason: RunFailure;
  readonly message: string;
}

export interface Bounds {
  readonly memoryMiB: number;
  readonly processes: number;
  readonly logMiB: number;
  /** What it may write at all while it runs, besides the files that it began with. */
  readonly scratchMiB: number;
  readonly entries: number;
}

const everyMs = 100;
/** What is left free on the disk for everybody else. */
const reserveBytes = 256 * 1024 * 1024;
const MiB = 1024 * 1024;

/**
 * Looks after a run until the signal aborts, ten times a second. Resolves with the first limit that it went beyond, else with
 * undefined. Memory and processes are seen where there is a `/proc`.
 */
export async function guard(
  child: Child,
  { folder, bounds, clock }: { folder: RunFolder; bounds: Bounds; clock: Clock },
  signal: AbortSignal,
): Promise<Breach | undefined> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const disk = new DiskUse([folder.files, folder.home, folder.temporary], bounds.entries);
  // Apart, since counting files may take its time, and memory does not wait.
  const looks = [async () => ofProcesses(child, bounds), () => ofDisk(disk, { folder, bounds }, either)];
  const found = await Promise.all(
    looks.map(async (look) => {
      try {
        return await until(look, clock, either);
      } finally {
        over.abort();
      }
    }),
  );
  return found.find(Boolean);
}

async function until(
  look: () => Promise<Breach | undefined>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Breach | undefined> {
  while (!signal.aborted) {
    const breach = await look();
    if (breach) return breach;
    await clock.sleep(everyMs, signal).catch(() => undefined); // Only the signal ends a sleep early.
  }
  return undefined;
}

function ofProcesses(child: Child, bounds: Bounds): Breach | undefined {
  if (child.log.bytes > bounds.logMiB * MiB)
    return { reason: "OutputTooLarge", message: `it wrote more than ${bounds.logMiB} MiB to its log` };
  const pids = child.processes();
  if (pids.length > bounds.processes)
    return { reason: "OutOfMemory", message: `it had more than ${bounds.processes} processes at once` };
  if (memoryOf(pids) > bounds.memoryMiB * MiB)
    return { reason: "OutOfMemory", message: `its processes held more than ${bounds.memoryMiB} MiB together` };
  return undefined;
}

async function ofDisk(
  disk: DiskUse,
  { folder, bounds }: { folder: RunFolder; bounds: Bounds },
  signal: AbortSignal,
): Promise<Breach | undefined> {
  const { bavail, bsize, ffree } = await statfs(folder.root);
  if (bavail * bsize < reserveBytes)
    return { reason: "OutputTooLarge", message: `it left less than ${reserveBytes / MiB} MiB on the disk` };
  const { bytes, entries } = await disk.look({ bytes: bavail * bsize, entries: ffree }, signal);
  if (bytes > bounds.scratchMiB * MiB)
    return { reason: "OutputTooLarge", message: `it wrote more than ${bounds.scratchMiB} MiB to the disk` };
  if (entries > bounds.entries)
    return { reason: "OutputTooLarge", message: `it made more than ${bounds.entries} files and directories` };
  return undefined;
}
