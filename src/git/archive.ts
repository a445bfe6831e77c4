import { ForgeError } from "../reconcilers/errors.ts";
import { BlobStream } from "./blob-stream.ts";
import type { Visit } from "./mirrors.ts";
import { type TarEntry, tarEnd, tarHeader, tarPadding } from "./tar.ts";
import { entryMode, shownName } from "./tree.ts";
import { maxTargetBytes, targetFault } from "./tree-edit.ts";
import { nameFault } from "./tree-path.ts";
import { type Walked, walkTree } from "./tree-walk.ts";

/** What goes into an archive. All of it is in the mirror. */
export interface Contents {
  readonly entries: readonly Walked[];
  readonly modifiedAt: Date;
}

/** Most files and folders of an archive. */
const maxEntries = 1_000_000;
/** Bytes that are handed on together. */
const pieceBytes = 64 * 1024;

/** Finds out what a commit holds, and fetches in one go what of it is not in the mirror. */
export async function contentsOf(visit: Visit, sha: string): Promise<Contents> {
  const { objects } = visit;
  const commit = await objects.existing(sha);
  const entries = await walkTree(commit.tree, (oid) => objects.tree(oid), { most: maxEntries, judge: nameFault });
  const missing = await missingOf(visit, new Set(entries.filter(hasContent).map(({ oid }) => oid)));
  if (missing.length > 0) await visit.fetchFiles(missing);
  return { entries, modifiedAt: commit.committedAt };
}

const hasContent = ({ mode }: Walked): boolean => !["Directory", "Submodule"].includes(entryMode(mode));

/** Which of these objects the mirror does not have, by one process for all of them. */
async function missingOf({ commands, mirror, title, signal }: Visit, oids: ReadonlySet<string>): Promise<string[]> {
  if (oids.size === 0) return [];
  const args = ["cat-file", "--batch-check", "--buffer"];
  const input = `${[...oids].join("\n")}\n`;
  const output = await commands.output(mirror, { doing: `look into the mirror of ${title}`, args, input, signal });
  return output
    .toString("latin1")
    .split("\n")
    .filter((line) => line.endsWith(" missing"))
    .map((line) => line.slice(0, 40));
}

/** The archive, piece by piece: never more in memory than one. */
export async function* archiveOf(visit: Visit, { entries, modifiedAt }: Contents): AsyncGenerator<Uint8Array> {
  const { commands, mirror, title, signal } = visit;
  const input = entries.filter(hasContent).map(({ oid }) => `${oid}\n`);
  const call = { doing: `read ${title}`, args: ["cat-file", "--batch", "--buffer"], input: input.join(""), signal };
  const blobs = new BlobStream(commands.stream(mirror, call));
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const entry of entries) {
      if (!hasContent(entry)) {
        yield tarHeader({ is: "folder", path: entry.path, modifiedAt });
        continue;
      }
      const size = await blobs.next();
      if (entryMode(entry.mode) === "Link") {
        yield tarHeader(await linkOf(blobs, entry, { size, modifiedAt }));
        continue;
      }
      const isExecutable = entryMode(entry.mode) === "Executable";
      yield tarHeader({ is: "file", path: entry.path, size, isExecutable, modifiedAt });
      yield* blobs.content(size);
      yield tarPadding(size);
    }
    yield tarEnd;
  }
  try {
    yield* gathered(pieces());
  } finally {
    await blobs.close();
  }
}

async function linkOf(
  blobs: BlobStream,
  { path }: Walked,
  { size, modifiedAt }: { readonly size: number; readonly modifiedAt: Date },
): Promise<TarEntry> {
  // What is too long is not read at all: its size says it.
  const target = size > maxTargetBytes ? Buffer.alloc(maxTargetBytes + 1, "x") : await blobs.whole(size);
  const fault = targetFault(target);
  if (fault) throw new ForgeError("rejected", `cannot hand out ${JSON.stringify(shownName(path))}: it ${fault}`);
  return { is: "link", path, target: target.toString("latin1"), modifiedAt };
}

/** Puts small pieces together. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.byteLength;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}
