import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const newline = 0x0a;
const fileOf = (generation: number): string => `state-${String(generation).padStart(8, "0")}.jsonl`;
const pattern = /^state-(?<generation>\d{8})\.jsonl$/;

/**
 * An append-only file of JSON lines. A line is written with one system call and is whole or torn; a torn last line is
 * cut off when the file is opened, so a process that is killed loses at most the line that it had not yet answered for.
 * Compaction writes the whole state to the next generation's file and renames it into place.
 */
export class Journal {
  readonly #folder: string;
  #generation: number;
  #descriptor: number;
  #bytes: number;

  private constructor(folder: string, generation: number, descriptor: number, bytes: number) {
    this.#folder = folder;
    this.#generation = generation;
    this.#descriptor = descriptor;
    this.#bytes = bytes;
  }

  /** Opens the newest generation in `folder` and hands every line of it to `replay`, oldest first. */
  static open(folder: string, replay: (line: unknown) => void): Journal {
    const generations = readdirSync(folder)
      .flatMap((name) => pattern.exec(name)?.groups?.["generation"] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
    const generation = generations[0] ?? 1;
    const path = join(folder, fileOf(generation));
    const descriptor = openSync(path, "a+");
    const content = readFileSync(path);
    const bytes = content.lastIndexOf(newline) + 1;
    if (bytes < content.length) ftruncateSync(descriptor, bytes);
    replayLines(content.subarray(0, bytes), path, replay);
    for (const old of generations.slice(1)) unlinkSync(join(folder, fileOf(old)));
    return new Journal(folder, generation, descriptor, bytes);
  }

  /** Size of the current generation's file in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends one line; when it returns, the line survives the death of this process. */
  append(line: unknown): void {
    this.#bytes += writeLine(this.#descriptor, line);
  }

  /** Replaces the whole file by `lines`, which must say the same in fewer words. */
  compact(lines: Iterable<unknown>): void {
    const path = join(this.#folder, fileOf(this.#generation + 1));
    const descriptor = openSync(`${path}.partial`, "w");
    let bytes = 0;
    for (const line of lines) bytes += writeLine(descriptor, line);
    fsyncSync(descriptor);
    renameSync(`${path}.partial`, path);
    const old = join(this.#folder, fileOf(this.#generation));
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    this.#generation += 1;
    this.#bytes = bytes;
    unlinkSync(old);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function writeLine(descriptor: number, line: unknown): number {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return bytes.length;
}

function replayLines(content: Buffer, path: string, replay: (line: unknown) => void): void {
  let start = 0;
  for (let number = 1; start < content.length; number += 1) {
    const end = content.indexOf(newline, start);
    try {
      replay(JSON.parse(content.toString("utf8", start, end)));
    } catch (cause) {
      throw new Error(`${path}:${number} is not a line of this journal; restore the file from a backup or remove it`, {
        cause,
      });
    }
    start = end + 1;
  }
}
