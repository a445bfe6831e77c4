import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, readlink, rename } from "node:fs/promises";
import { join } from "node:path";
import type { RunFailure, RunFile, RunState } from "../../reconcilers/runner-port.ts";
import { onDisk } from "../byte-path.ts";
import type { ChangedFile } from "../collect.ts";
import type { RunFolder } from "./run-folder.ts";

/** How a run ended, as it stands in its folder. Contents of files are beside it, called by their place in the list. */
export type Result =
  | {
      readonly is: "succeeded";
      readonly files: readonly ChangedFile[];
      readonly isolation: string;
      readonly startedAt: string;
      readonly finishedAt: string;
    }
  | { readonly is: "failed"; readonly reason: RunFailure; readonly message: string; readonly log: string };

/** Moves what changed out of the tree, so that the rest of it can go. */
export async function keep(files: readonly ChangedFile[], folder: RunFolder): Promise<void> {
  await mkdir(folder.kept, { mode: 0o700 });
  for (const [index, { path, is }] of files.entries()) {
    const from = onDisk(folder.files, Buffer.from(path).toString("latin1"));
    const to = join(folder.kept, `${index}`);
    if (is !== "Gone") await rename(from, to);
    if (is === "File" || is === "Executable") await chmod(to, 0o600); // A command may have taken it from itself.
  }
}

/** Stores it, whole or not at all. */
export async function writeResult(result: Result, { root, result: target }: RunFolder): Promise<void> {
  const draft = join(root, `result-${randomUUID()}`);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(JSON.stringify(result));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, target);
}

/** Undefined where there is none. */
export async function readResult(folder: RunFolder): Promise<RunState | undefined> {
  const text = await readFile(folder.result, "utf8").catch(ifAbsent);
  if (text === undefined) return undefined;
  try {
    return await stateOf(JSON.parse(text) as Result, folder);
  } catch (error) {
    return { is: "lost", message: `its result cannot be read: ${error instanceof Error ? error.message : error}` };
  }
}

async function stateOf(result: Result, { kept }: RunFolder): Promise<RunState> {
  if (result.is === "failed") return result;
  const files: RunFile[] = [];
  for (const [index, file] of result.files.entries()) files.push(await read(file, join(kept, `${index}`)));
  const { isolation, startedAt, finishedAt } = result;
  return { is: "succeeded", files, isolation, startedAt: new Date(startedAt), finishedAt: new Date(finishedAt) };
}

async function read({ path, is }: ChangedFile, kept: string): Promise<RunFile> {
  if (is === "Gone") return { path, content: undefined, mode: "File" };
  const content = is === "Link" ? await readlink(kept, { encoding: "buffer" }) : await readFile(kept);
  return { path, content, mode: is };
}

function ifAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
