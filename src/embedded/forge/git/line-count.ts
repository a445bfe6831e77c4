import type { BareRepository } from "./bare.ts";
import { diffTrees, type PathChange } from "./diff.ts";

/** Lines that came and went, over all files of a change. */
export interface LineCount {
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
}

type Pair = readonly [additions: number, deletions: number];

const sniffBytes = 8000;
const fileLimit = 50;
const sizeLimitBytes = 1024 * 1024;
/** Beyond this git takes short cuts, and its diff is no longer the shortest. */
const editLimit = 200;

const isBinary = (bytes: Buffer): boolean => bytes.subarray(0, sniffBytes).includes(0);

/** Lines with their ends, so that a missing newline at the end of the file counts. */
const linesOf = (bytes: Buffer): readonly string[] => bytes.toString("latin1").match(/[^\n]*\n|[^\n]+$/g) ?? [];

function middles(a: readonly string[], b: readonly string[]): readonly [readonly string[], readonly string[]] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  const most = Math.min(a.length, b.length) - start;
  while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

function occurrences(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** Length of the longest rising run that can be picked from `places`. */
function longestRise(places: readonly number[]): number {
  const tails: number[] = [];
  for (const place of places) {
    const at = tails.findIndex((tail) => tail >= place);
    if (at < 0) tails.push(place);
    else tails[at] = place;
  }
  return tails.length;
}

/**
 * What `git diff --numstat` says of two contents, or undefined where only git can tell: where lines that matter occur
 * more than once, git drops some of them before it looks, and its diff may be longer than the shortest.
 */
export function countLines(old: Buffer, now: Buffer): Pair | undefined {
  if (isBinary(old) || isBinary(now)) return [0, 0];
  const [before, after] = [linesOf(old), linesOf(now)];
  const [gone, come] = middles(before, after);
  const there = new Set(come);
  if (!gone.some((line) => there.has(line))) return [come.length, gone.length];
  const [inBefore, inAfter] = [occurrences(before), occurrences(after)];
  const isUnique = (line: string): boolean => (inBefore.get(line) ?? 0) <= 1 && (inAfter.get(line) ?? 0) <= 1;
  if (!gone.every(isUnique) || !come.every(isUnique)) return undefined;
  const place = new Map(come.map((line, index) => [line, index]));
  const kept = longestRise(gone.flatMap((line) => place.get(line) ?? []));
  const counts: Pair = [come.length - kept, gone.length - kept];
  return counts[0] + counts[1] <= editLimit ? counts : undefined;
}

async function countChange(bare: BareRepository, change: PathChange): Promise<Pair | undefined> {
  const [old, now] = await Promise.all([change.old, change.new].map((side) => side && bare.read(side.sha)));
  if ((change.old && !old) || (change.new && !now)) return undefined; // a submodule
  if ((old?.body.length ?? 0) + (now?.body.length ?? 0) > sizeLimitBytes) return undefined;
  return countLines(old?.body ?? Buffer.alloc(0), now?.body ?? Buffer.alloc(0));
}

/** The short way for small changes, without starting git; undefined where it is not sure to agree with git. */
async function countQuickly(bare: BareRepository, from: string, to: string): Promise<LineCount | undefined> {
  const changes = await diffTrees(bare, from, to);
  const mayBeRenames = changes.some(({ old }) => old === null) && changes.some((change) => change.new === null);
  if (mayBeRenames || changes.length > fileLimit) return undefined;
  let [additions, deletions] = [0, 0];
  for (const change of changes) {
    const pair = await countChange(bare, change);
    if (!pair) return undefined;
    additions += pair[0];
    deletions += pair[1];
  }
  return { additions, deletions, files: changes.length };
}

/** Counts what changed between two trees as `git diff --numstat -M` does. */
export async function countTreeLines(bare: BareRepository, from: string, to: string): Promise<LineCount> {
  const quick = await countQuickly(bare, from, to);
  if (quick) return quick;
  const { stdout } = await bare.run(["diff", "--numstat", "-M", from, to]);
  const lines = stdout.toString("utf8").split("\n").filter(Boolean);
  const sum = (column: number): number =>
    lines.reduce((total, line) => total + (Number.parseInt(line.split("\t")[column] ?? "", 10) || 0), 0);
  return { additions: sum(0), deletions: sum(1), files: lines.length };
}
