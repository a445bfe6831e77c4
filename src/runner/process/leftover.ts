import { readdir, readFile, stat } from "node:fs/promises";
import { mark } from "./launch.ts";
import { beganAt, marked, treeOf } from "./proc.ts";
import { removeTree } from "./remove.ts";
import { folderOf, isRunId, type RunFolder } from "./run-folder.ts";

/** A result that nobody asked for again is of no use to anybody. */
const keptMs = 24 * 60 * 60_000;

/** Tidies up after a runner that is no more: ends what still runs, and removes what is old or was on its way out. */
export async function tidy(directory: string, now: Date): Promise<void> {
  for (const name of await readdir(directory)) {
    const folder = folderOf(directory, name);
    if (!isRunId(name)) {
      await removeTree(folder.root);
      continue;
    }
    await endLeftover(name, folder);
    const { mtimeMs } = await stat(folder.root);
    if (now.getTime() - mtimeMs > keptMs) await removeTree(folder.root);
    else await removeScratch(folder);
  }
}

/** All but the result. */
export async function removeScratch(folder: RunFolder): Promise<void> {
  for (const each of [folder.files, folder.home, folder.temporary, folder.view]) await removeTree(each);
}

/** Its leader ends when the runner does; this is for a leader that was kept from it. */
async function endLeftover(id: string, { leader }: RunFolder): Promise<void> {
  const text = await readFile(leader, "utf8").catch(() => undefined); // It did not get so far.
  const { pid, began } = JSON.parse(text ?? "{}") as { pid?: number; began?: string };
  const led = pid !== undefined && began !== undefined && beganAt(pid) === began ? [-pid, ...treeOf(pid)] : [];
  for (const each of [...led, ...marked(mark(id))]) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has ended in between.
    }
  }
}
