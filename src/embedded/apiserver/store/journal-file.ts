import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import type { Replay } from "./journal-line.ts";

const newline = 0x0a;

/**
 * Replays a file of journal lines. A last line that is cut short is what a crash leaves: nobody was told that it
 * was written, so it is cut off the file. Any other broken line is damage. Rejects, naming the file and the line.
 */
export async function replayFile(path: string, replay: Replay, options: { readonly whole: boolean }): Promise<void> {
  const bytes = await readFile(path);
  let number = 0;
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(newline, start);
    number += 1;
    if (end < 0) break;
    replayLine(bytes.toString("utf8", start, end), replay, `${path}:${number}`);
    start = end + 1;
  }
  if (start === bytes.length) return;
  if (options.whole) throw damaged(`${path}:${number}`, "the line has no end");
  await truncate(path, start);
}

function replayLine(text: string, replay: Replay, place: string): void {
  try {
    replay.line(text);
  } catch (error) {
    throw damaged(place, (error as Error).message);
  }
}

const damaged = (place: string, why: string): Error =>
  new Error(`${place}: the journal is damaged (${why}); restore the folder from a copy, or remove it to start empty`);

/** Makes a folder's list of files durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all of these parts at the end of a file, and waits for the disk. */
export async function appendDurably(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text);
  await file.datasync();
}
