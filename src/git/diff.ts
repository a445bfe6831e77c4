import { ForgeError } from "../reconcilers/errors.ts";
import type { Diff } from "../reconcilers/git-port.ts";
import type { Visit } from "./mirrors.ts";
import { countDifferences } from "./tree-walk.ts";

/** What is compared, and how many bytes of text are wanted. */
export interface Between {
  readonly from: string;
  readonly to: string;
  readonly most: number;
}

/** Most files and folders that may differ. */
const maxFiles = 100_000;

/** Says nothing but what differs byte by byte: no program, no conversion, no attribute, no guess at renames. */
const plainDiff = [
  ...["-c", "core.quotePath=false", "-c", "diff.algorithm=myers", "-c", "diff.mnemonicPrefix=false"],
  ...["diff-tree", "-r", "-z", "--numstat", "--patch", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color"],
  ...["--ignore-submodules=none", "--submodule=short", "--unified=3", "--inter-hunk-context=0", "--abbrev=10"],
];

/** How two commits differ, by one process, which fetches together what of it is not in the mirror. */
export async function diffOf(visit: Visit, { from, to, most }: Between): Promise<Diff> {
  const { objects, commands, mirror, access, title, signal } = visit;
  const [old, young] = [await objects.existing(from), await objects.existing(to)];
  if (old.tree === young.tree) return { files: [], text: "" };
  await checkSize(visit, [old.tree, young.tree], maxFiles);
  const call = { doing: `compare ${from} and ${to} of ${title}`, args: [...plainDiff, old.tree, young.tree] };
  return commands.taken(mirror, { ...call, access, signal }, (output) => readDiff(output, most));
}

/** Passes when no more files and folders differ than git can be asked to look at. */
export async function checkSize(
  { objects, title }: Visit,
  trees: readonly [string, string],
  most: number,
): Promise<void> {
  const count = await countDifferences(trees, (oid) => objects.tree(oid), most + 1);
  if (count > most)
    throw new ForgeError("rejected", `the commits of ${title} differ in more than ${most} files and folders`);
}

/** Reads what `git diff-tree -z --numstat --patch` says, and stops at `most` bytes of text. */
async function readDiff(output: AsyncIterable<Buffer>, most: number): Promise<Diff> {
  const files: Diff["files"][number][] = [];
  const text: Buffer[] = [];
  let bytes = 0;
  let rest: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of output) {
    let patch: Buffer | undefined = chunk;
    if (rest) {
      const read = readFiles(Buffer.concat([rest, chunk]), files);
      [rest, patch] = [read.rest, read.patch];
    }
    if (!patch) continue;
    text.push(patch);
    bytes += patch.length;
    if (bytes > most) break;
  }
  return { files, text: cut(Buffer.concat(text), most) };
}

/** Takes what is there of the list of files: `added TAB removed TAB path NUL`, with a NUL after the last one. */
function readFiles(
  data: Buffer,
  files: Diff["files"][number][],
): { readonly rest: Buffer; readonly patch?: undefined } | { readonly rest?: undefined; readonly patch: Buffer } {
  for (let at = 0; ; ) {
    const end = data.indexOf(0, at);
    if (end < 0) return { rest: data.subarray(at) };
    if (end === at) return { patch: data.subarray(at + 1) };
    const [added, removed, ...path] = data.toString("utf8", at, end).split("\t");
    files.push({ path: path.join("\t"), added: Number(added) || 0, removed: Number(removed) || 0 });
    at = end + 1;
  }
}

/** Text of at most so many bytes, whole lines of it, and a line that says so where there is more. */
export function cut(text: Buffer, most: number): string {
  if (text.length <= most) return text.toString("utf8");
  const end = text.lastIndexOf(0x0a, most - 1) + 1;
  return `${text.toString("utf8", 0, most > 0 ? end : 0)}(cut here: the rest is beyond ${most} bytes)\n`;
}
