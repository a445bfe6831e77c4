import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import { RefMoved } from "../git/refs.ts";
import { conflict } from "../http/problem.ts";
import { announce, forget } from "../ref/announce.ts";
import { tellWhileExclusive } from "../ref/tell.ts";
import { changeRefWhileExclusive } from "../ref/write.ts";
import { mergeIntents, type PullRequest, pulls, type Repository } from "../store/record.ts";
import { endsOf, factsOf } from "./fact.ts";
import { type MergeMethod, type MergeWish, notMergeable, prepare, type Scene } from "./prepare.ts";

const notAllowed: Readonly<Record<MergeMethod, string>> = {
  merge: "Merge commits are not allowed on this repository.",
  squash: "Squash merges are not allowed on this repository.",
  rebase: "Rebase merges are not allowed on this repository.",
};
function demandMergeable(repository: Repository, pull: PullRequest, method: MergeMethod): void {
  const { allowMergeCommit: merge, allowSquashMerge: squash, allowRebaseMerge: rebase } = repository;
  if (pull.state === "closed") throw notMergeable();
  if (pull.draft) throw notMergeable("Pull Request is still a draft");
  if (!{ merge, squash, rebase }[method]) throw notMergeable(notAllowed[method]);
}

async function carryOut(scene: Scene, wish: MergeWish): Promise<string> {
  const { forge, repository, bare, pull } = scene;
  const { behind } = await factsOf(bare, pull);
  const rule = forge.rules.merge(repository, pull, behind);
  if (rule.state === "blocked" || rule.state === "behind") throw notMergeable(rule.reason);
  const { queue, linear } = forge.rules.landing(repository, pull.base.ref);
  if (queue) throw violation("Changes must be made through the merge queue");
  if (linear && wish.method === "merge") throw violation("This branch must not contain merge commits.");
  const sha = await prepare(scene, wish);
  await land(scene, sha);
  return sha;
}

const violation = (rule: string) => notMergeable(`Repository rule violations found\n\n${rule}\n\n`);

/**
 * Moves the base to a commit that was prepared, and tells everybody that the pull request is merged. The caller is the
 * repository's one writer.
 */
export async function land({ forge, repository, bare, pull, caller, base }: Scene, sha: string): Promise<void> {
  const ref = `refs/heads/${pull.base.ref}`;
  forge.store.transact((transaction) => {
    transaction.put(mergeIntents, repository.id, pull.number, { sha, by: caller.user.login });
    transaction.put(pulls, repository.id, pull.number, { ...pull, base: { ...pull.base, sha: base } });
  });
  const change = { ref, before: base, after: sha };
  announce(forge, repository.id, caller.user, [change]);
  try {
    bare.refs.update(ref, sha, base);
  } catch (error) {
    forge.store.transact((transaction) => {
      transaction.delete(mergeIntents, repository.id, pull.number);
      forget(transaction, repository.id, [change]);
    });
    if (error instanceof RefMoved) throw notMergeable("Base branch was modified. Review and try the merge again.");
    throw error;
  }
  await tellWhileExclusive(forge, repository.id, caller.user, [change]);
}

/**
 * Merges a pull request and gives the commit that its base is at then. What is about to happen is written before the
 * base moves, so that a forge that dies in between knows on its next start that this pull request was merged.
 */
export function mergePull(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  { number, wish }: { readonly number: number; readonly wish: MergeWish },
): Promise<string> {
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(async () => {
    const pull = forge.store.get(pulls, repository.id, number);
    if (!pull) throw notMergeable();
    demandMergeable(repository, pull, wish.method);
    const headRef = `refs/heads/${pull.head.ref}`;
    const moved = bare.refs.get(headRef) !== pull.head.sha;
    if (moved || (wish.sha !== undefined && wish.sha !== pull.head.sha)) {
      throw conflict("Head branch was modified. Review and try the merge again.");
    }
    const { base } = endsOf(bare, pull);
    const sha = await carryOut({ forge, repository, bare, pull, caller, base }, wish);
    if (repository.deleteBranchOnMerge && pull.head.ref !== repository.defaultBranch) {
      await changeRefWhileExclusive(forge, repository, caller, { ref: headRef, before: pull.head.sha, after: null });
    }
    return sha;
  });
}
