import type { BareRepository } from "../git/bare.ts";
import { readCommit, relate } from "../git/history.ts";
import { countTreeLines } from "../git/line-count.ts";
import { mergeTrees } from "../git/merge.ts";
import type { PullRequest } from "../store/record.ts";

/** What git says of two commits that a pull request would join. */
export interface PullFacts {
  readonly mergeBase: string | null;
  /** Commits of the pull request, oldest first. */
  readonly commits: readonly string[];
  /** The base has commits that the head has not. */
  readonly behind: boolean;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** The two commits between which an open pull request stands now; a closed one stands where it was closed. */
export function endsOf(bare: BareRepository, pull: PullRequest): { readonly base: string; readonly head: string } {
  if (pull.state === "closed") return { base: pull.base.sha, head: pull.head.sha };
  return { base: bare.refs.get(`refs/heads/${pull.base.ref}`) ?? pull.base.sha, head: pull.head.sha };
}

async function compute(bare: BareRepository, base: string, head: string): Promise<PullFacts> {
  const { mergeBase, ahead, behind } = await relate(bare, base, head);
  const [from, to] = await Promise.all([mergeBase ?? base, head].map((sha) => readCommit(bare, sha)));
  if (!from || !to) throw new Error(`${base} or ${head} is not a commit of ${bare.path}`);
  const { additions, deletions, files } = await countTreeLines(bare, from.tree, to.tree);
  const commits = [...ahead].reverse();
  return { mergeBase, commits, behind: behind.length > 0, additions, deletions, changedFiles: files };
}

/** The facts of a pull request; computed once for each pair of commits. */
export function factsOf(bare: BareRepository, pull: PullRequest): Promise<PullFacts> {
  const { base, head } = endsOf(bare, pull);
  return bare.memo(`facts ${base} ${head}`, () => compute(bare, base, head));
}

/** The tree that merging `head` into `base` gives, or null where they conflict; once for each pair. */
export function mergedTree(bare: BareRepository, base: string, head: string): Promise<string | null> {
  return bare.memo(`merge ${base} ${head}`, async () => {
    const { mergeBase } = await relate(bare, base, head);
    if (mergeBase === null) return null;
    if (mergeBase === base) return (await readCommit(bare, head))?.tree ?? null;
    if (mergeBase === head) return (await readCommit(bare, base))?.tree ?? null;
    return mergeTrees(bare, base, head);
  });
}
