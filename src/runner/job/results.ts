import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../reconcilers/ports.ts";

/** Whose result it is: that of one Job, since a run that is started again must not find what the first one left. */
export interface Delivery {
  readonly id: string;
  readonly job: string;
}

/** What came of runs, on this machine's disk until it is discarded. */
export interface Results {
  /** When it came; undefined where it has not. */
  receivedAt(delivery: Delivery): Promise<Date | undefined>;
  /** Undefined where there is none. */
  read(delivery: Delivery): Promise<Buffer | undefined>;
  /**
   * Takes a body of at most `bytes` bytes with this SHA-256 (hex). It counts once `keep` has resolved; `drop` forgets it.
   * Rejects when the body breaks off.
   */
  receive(body: AsyncIterable<Uint8Array>, most: Expected): Promise<Received>;
  /** Forgets all that came of a run. */
  discard(id: string): Promise<void>;
}

interface Expected {
  readonly bytes: number;
  readonly sha256: string;
}

export type Received =
  | { readonly is: "whole"; keep(delivery: Delivery): Promise<void>; drop(): Promise<void> }
  | { readonly is: "tooLarge" | "damaged" };

/** Results that nobody asked for in this time belong to runs of a leader of earlier. */
const keptMs = 48 * 60 * 60_000;

/** Results in files of a directory, which is made when it is needed. */
export function resultsIn(directory: string, clock: Clock): Results {
  const pathOf = ({ id, job }: Delivery): string => join(directory, `${id}.${job}`);
  return {
    receivedAt: async (delivery) => (await absent(stat(pathOf(delivery))))?.mtime,
    read: (delivery) => absent(readFile(pathOf(delivery))),
    async receive(body, expected) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await sweep(directory, clock.now().getTime() - keptMs);
      const part = join(directory, `part.${randomUUID()}`);
      const drop = () => rm(part, { force: true });
      try {
        const is = await write(part, body, expected);
        if (is === "whole") return { is, drop, keep: (delivery) => rename(part, pathOf(delivery)) };
        await drop();
        return { is };
      } catch (error) {
        await drop();
        throw error;
      }
    },
    async discard(id) {
      const names = (await absent(readdir(directory))) ?? [];
      for (const name of names.filter((each) => each.startsWith(`${id}.`)))
        await rm(join(directory, name), { force: true });
    },
  };
}

async function write(
  path: string,
  body: AsyncIterable<Uint8Array>,
  { bytes, sha256 }: Expected,
): Promise<"whole" | "tooLarge" | "damaged"> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  try {
    let size = 0;
    for await (const part of body) {
      size += part.length;
      if (size > bytes) return "tooLarge";
      hash.update(part);
      await file.writeFile(part);
    }
    return hash.digest("hex") === sha256 ? "whole" : "damaged";
  } finally {
    await file.close();
  }
}

async function sweep(directory: string, before: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const facts = await absent(stat(path));
    if (facts && facts.mtimeMs < before) await rm(path, { force: true });
  }
}

async function absent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
