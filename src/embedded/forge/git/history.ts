import type { BareRepository } from "./bare.ts";
import { type Commit, parseCommit } from "./object.ts";

/** How two commits stand to each other. */
export interface Relation {
  /** The best common ancestor; null where the histories have nothing in common. */
  readonly mergeBase: string | null;
  /** Commits that only `head` has, newest first. */
  readonly ahead: readonly string[];
  /** Commits that only `base` has, newest first. */
  readonly behind: readonly string[];
}

/** A commit by its full sha; undefined where there is none. */
export async function readCommit(bare: BareRepository, sha: string): Promise<Commit | undefined> {
  const object = await bare.read(sha);
  return object?.type === "commit" ? parseCommit(sha, object.body) : undefined;
}

const chainLimit = 48;

/** The line of only-parents from `sha` down, as far as it is one; the last may have any parents. */
async function chain(bare: BareRepository, sha: string): Promise<readonly string[]> {
  const shas = [sha];
  while (shas.length < chainLimit) {
    const commit = await readCommit(bare, shas.at(-1)!);
    if (commit?.parents.length !== 1) break;
    shas.push(commit.parents[0]!);
  }
  return shas;
}

/** Two short lines that meet: the usual pull request, answered without starting git. */
async function relateLines(bare: BareRepository, base: string, head: string): Promise<Relation | undefined> {
  const ours = await chain(bare, head);
  const atHead = ours.indexOf(base);
  if (atHead >= 0) return { mergeBase: base, ahead: ours.slice(0, atHead), behind: [] };
  const theirs = await chain(bare, base);
  const known = new Set(theirs);
  const meet = ours.findIndex((sha) => known.has(sha));
  if (meet < 0) return undefined;
  const mergeBase = ours[meet]!;
  return { mergeBase, ahead: ours.slice(0, meet), behind: theirs.slice(0, theirs.indexOf(mergeBase)) };
}

/** How `head` stands to `base`; both are commits that exist. */
export function relate(bare: BareRepository, base: string, head: string): Promise<Relation> {
  return bare.memo(`relate ${base} ${head}`, () => computeRelation(bare, base, head));
}

async function computeRelation(bare: BareRepository, base: string, head: string): Promise<Relation> {
  if (base === head) return { mergeBase: base, ahead: [], behind: [] };
  const quick = await relateLines(bare, base, head);
  if (quick) return quick;
  const [merge, sides] = await Promise.all([
    bare.run(["merge-base", base, head], { accept: [0, 1] }),
    bare.run(["rev-list", "--left-right", "--topo-order", `${base}...${head}`]),
  ]);
  const lines = sides.stdout.toString("latin1").split("\n").filter(Boolean);
  const side = (mark: string): string[] => lines.filter((line) => line[0] === mark).map((line) => line.slice(1));
  return {
    mergeBase: merge.code === 0 ? merge.stdout.toString("latin1").slice(0, 40) : null,
    ahead: side(">"),
    behind: side("<"),
  };
}

/** Whether everything in `old` is in `newer` too. */
export async function isAncestor(bare: BareRepository, old: string, newer: string): Promise<boolean> {
  if (old === newer) return true;
  const line = await chain(bare, newer);
  if (line.includes(old)) return true;
  const { code } = await bare.run(["merge-base", "--is-ancestor", old, newer], { accept: [0, 1] });
  return code === 0;
}

/** Arguments of `git rev-list` for what is reachable from `tip`; `args` are more of them, paths last after `--`. */
function revisionsOf(tip: string, args: readonly string[]): readonly string[] {
  const at = args.indexOf("--");
  return at < 0 ? [...args, tip, "--"] : [...args.slice(0, at), tip, ...args.slice(at)];
}

/** Commits reachable from `tip`, newest first, at most `limit` after `skip`. */
export async function listCommits(
  bare: BareRepository,
  tip: string,
  window: { readonly skip: number; readonly limit: number },
  args: readonly string[] = [],
): Promise<readonly string[]> {
  const part = [`--skip=${window.skip}`, `--max-count=${window.limit}`];
  const { stdout } = await bare.run(["rev-list", ...part, ...revisionsOf(tip, args)]);
  return stdout.toString("latin1").split("\n").filter(Boolean);
}

/** How many commits `listCommits` could give in all. */
export async function countCommits(bare: BareRepository, tip: string, args: readonly string[] = []): Promise<number> {
  const { stdout } = await bare.run(["rev-list", "--count", ...revisionsOf(tip, args)]);
  return Number(stdout.toString("latin1"));
}
