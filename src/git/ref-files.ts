import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MirrorError } from "./failure.ts";
import { isObjectId } from "./pack.ts";

/**
 * All refs of a repository below a folder such as `refs/mirror/`, by name, from the files that git keeps them in: without
 * a process. Whoever writes refs has to be kept out meanwhile. Rejects with a MirrorError where one cannot be read.
 */
export async function readRefs(directory: string, below: string): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  const packed = await absentAs(readFile(join(directory, "packed-refs"), "utf8"), "");
  for (const line of packed.split("\n")) {
    const [oid = "", name = ""] = line.split(" ");
    if (line === "" || line.startsWith("#") || line.startsWith("^")) continue;
    if (!isObjectId(oid) || name === "") throw broken(line.slice(0, 80));
    if (name.startsWith(below)) refs.set(name, oid);
  }
  // A ref that moved since they were packed has a file of its own.
  for await (const [name, oid] of looseRefs(Buffer.from(`${directory}/`), below.replace(/\/$/, "")))
    refs.set(name, oid);
  return refs;
}

/** Paths are bytes: a name need not be UTF-8. */
async function* looseRefs(directory: Buffer, below: string): AsyncGenerator<readonly [string, string]> {
  const open = [Buffer.from(below)];
  for (let folder = open.pop(); folder; folder = open.pop()) {
    const path = Buffer.concat([directory, folder]);
    for (const entry of await absentAs(readdir(path, { encoding: "buffer", withFileTypes: true }), [])) {
      const name = Buffer.concat([folder, Buffer.from("/"), nameOf(entry)]);
      if (entry.isDirectory()) open.push(name);
      else if (!name.toString("latin1").endsWith(".lock")) {
        const oid = (await readFile(Buffer.concat([directory, name]), "latin1")).trim();
        if (!isObjectId(oid)) throw broken(name.toString("utf8"));
        yield [name.toString("utf8"), oid];
      }
    }
  }
}

/** With `encoding: "buffer"`, names are buffers, whatever their type says. */
const nameOf = ({ name }: { readonly name: string | Buffer }): Buffer => Buffer.from(name as string);

async function absentAs<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  }
}

const broken = (what: string): MirrorError => new MirrorError(`the mirror has a bad ref: ${what}`);
