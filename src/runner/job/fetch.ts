import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../reconcilers/ports.ts";
import { TarError } from "../tar-header.ts";
import { unpack } from "../unpack.ts";
import { ask, persist, RequestError } from "./http.ts";
import { writeRecord } from "./record.ts";
import type { Verdict } from "./verdict.ts";

/** Where things are in the pod. `ticket` is a file. */
export interface FetchOptions {
  readonly url: string;
  readonly ticket: string;
  /** A directory that is empty, but for what an earlier attempt of this very program left. */
  readonly workspace: string;
  /** File that keeps what was fetched, where the command cannot reach it. */
  readonly record: string;
  readonly mebibytes: number;
  /** Directory that has to be there afterwards. */
  readonly directory: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const patienceMs = 2 * 60_000;

/** Files of a repository: more than any that is known, few enough to be counted. */
const mostEntries = 2_000_000;

/** Brings the files of a run into its pod. Undefined when all is there, else why not. */
export async function fetchSource(options: FetchOptions): Promise<Verdict | undefined> {
  const { clock, signal, directory, workspace } = options;
  try {
    await persist(() => download(options), { clock, patienceMs, signal });
  } catch (error) {
    if (error instanceof RequestError)
      return { reason: "Lost", message: `its files could not be fetched: ${error.message}` };
    if (isFull(error))
      return { reason: "RunUnschedulable", message: `the files of the repository do not fit the pod's disk` };
    if (error instanceof TarError)
      return {
        reason: "RunUnschedulable",
        message: `the files of the repository cannot be laid out: ${error.message}`,
      };
    throw error;
  }
  if (directory === undefined || (await isDirectory(join(workspace, directory)))) return undefined;
  return { reason: "CommandFailed", message: `there is no directory ${JSON.stringify(directory)} in the repository` };
}

async function download({ url, ticket, workspace, record, mebibytes, signal }: FetchOptions): Promise<void> {
  const answer = await ask({ url, ticket: (await readFile(ticket, "utf8")).trim(), signal });
  try {
    // The directory itself is the volume's: an attempt that broke off leaves nothing in it to the next one.
    for (const name of await readdir(workspace)) await rm(join(workspace, name), { recursive: true, force: true });
    const most = { bytes: mebibytes * 1024 * 1024, entries: mostEntries };
    const manifest = await unpack(whole(answer), { into: workspace, owner: undefined, most, signal });
    await writeFile(`${record}.new`, writeRecord(manifest));
    await rename(`${record}.new`, record);
  } finally {
    answer.destroy();
  }
}

/** A stream that breaks off is the way's fault, and the ticket works for a little while yet. */
async function* whole(answer: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* answer;
  } catch (cause) {
    throw new RequestError(`they broke off: ${(cause as Error).message}`, { cause });
  }
}

const isFull = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
