import { createReadStream } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import type { RunFile } from "../../reconcilers/runner-port.ts";
import { onDisk } from "../byte-path.ts";
import type { ChangedFile } from "../collect.ts";

/**
 * The files that a run changed, as one stream of bytes: a line of JSON that lists `[path, mode, size]` of each, and then their
 * contents, one after the other, with nothing between them. A file that is gone has the size -1.
 */
type Listed = readonly [path: string, mode: RunFile["mode"], size: number];

/** A line of the list: a path of git's longest, escaped, with what stands around it. */
const listedBytes = 4 * 1024 + 64;

/** The size that no honest bundle goes beyond. */
export const mostBytes = ({ outputMiB, files }: { readonly outputMiB: number; readonly files: number }): number =>
  outputMiB * 1024 * 1024 + files * listedBytes + 1024;

/** A bundle of files in a directory, which may be read more than once, a part of a file at a time. */
export async function bundleOf(
  root: string,
  files: readonly ChangedFile[],
): Promise<{ readonly bytes: number; readonly parts: () => AsyncIterable<Uint8Array> }> {
  const sizes = await Promise.all(files.map((file) => sizeOf(root, file)));
  const list = files.map(({ path, is }, at): Listed => [path, is === "Gone" ? "File" : is, sizes[at]!]);
  const head = Buffer.from(`${JSON.stringify(list)}\n`);
  async function* parts(): AsyncIterable<Uint8Array> {
    yield head;
    for (const file of files) yield* contentOf(root, file);
  }
  return { bytes: sizes.reduce((sum, size) => sum + Math.max(size, 0), head.length), parts };
}

const where = (root: string, path: string): Buffer => onDisk(root, Buffer.from(path).toString("latin1"));

async function sizeOf(root: string, { path, is }: ChangedFile): Promise<number> {
  if (is === "Gone") return -1;
  if (is === "Link") return (await readlink(where(root, path), { encoding: "buffer" })).length;
  return (await lstat(where(root, path))).size;
}

async function* contentOf(root: string, { path, is }: ChangedFile): AsyncIterable<Uint8Array> {
  if (is === "Gone") return;
  if (is === "Link") yield await readlink(where(root, path), { encoding: "buffer" });
  else yield* createReadStream(where(root, path)) as AsyncIterable<Buffer>;
}

/** A bundle that is none, or is beyond its bounds. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** The files in a bundle; their contents are views of `bytes`. Rejects anything that `bundleOf` would not have written. */
export function filesIn(
  bytes: Buffer,
  most: { readonly outputMiB: number; readonly files: number },
): readonly RunFile[] {
  const end = bytes.indexOf("\n");
  const list = listIn(bytes.subarray(0, Math.max(end, 0)).toString("utf8"));
  if (list.length > most.files) throw new BundleError(`it has ${list.length} files, and ${most.files} are allowed`);
  const total = list.reduce((sum, [, , size]) => sum + Math.max(size, 0), 0);
  if (total > most.outputMiB * 1024 * 1024) throw new BundleError(`it has more than ${most.outputMiB} MiB`);
  if (end + 1 + total !== bytes.length) throw new BundleError("its length is not what its list says");
  let at = end + 1;
  return list.map(([path, mode, size]) => {
    if (size < 0) return { path, mode, content: undefined };
    at += size;
    return { path, mode, content: bytes.subarray(at - size, at) };
  });
}

const modes: ReadonlySet<unknown> = new Set<RunFile["mode"]>(["File", "Executable", "Link"]);

function listIn(text: string): readonly Listed[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new BundleError("it does not begin with a list of files", { cause });
  }
  if (!Array.isArray(list) || !list.every(isListed)) throw new BundleError("its list is not one of files");
  if (new Set(list.map(([path]) => path)).size !== list.length) throw new BundleError("it has a file twice");
  return list;
}

function isListed(entry: unknown): entry is Listed {
  if (!Array.isArray(entry) || entry.length !== 3) return false;
  const [path, mode, size] = entry as unknown[];
  return typeof path === "string" && path !== "" && modes.has(mode) && Number.isSafeInteger(size) && Number(size) >= -1;
}
