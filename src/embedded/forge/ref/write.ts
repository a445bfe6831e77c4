import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import { isAncestor } from "../git/history.ts";
import { RefMoved, RefNameTaken } from "../git/refs.ts";
import { conflict, unprocessable } from "../http/problem.ts";
import type { Repository } from "../store/record.ts";
import { announce, forget } from "./announce.ts";
import { branchOf, type RefChange } from "./change.ts";
import { tellWhileExclusive } from "./tell.ts";

/** 422 in the words of a protected branch, where its rules say no to the change. */
export async function demandAllowed(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  { ref, before, after }: RefChange,
): Promise<void> {
  const branch = branchOf(ref);
  if (branch === undefined) return;
  const rule = forge.rules.push(repository, branch, caller);
  if (rule.refuse !== undefined) throw conflict(`Repository rule violations found\n\n${rule.refuse}`);
  if (after === null && !rule.deletion) throw unprocessable("Cannot delete protected branch");
  if (before === null || after === null || rule.forcePush) return;
  const bare = forge.git.at(repository.directory);
  if (!(await isAncestor(bare, before, after))) throw unprocessable("Cannot force-push to this branch");
}

/**
 * Moves, makes (`before` null) or deletes (`after` null) a ref for a caller of the API, and tells everybody. 409 where
 * it is not at `before` any more. The caller must be the repository's one writer (`bare.exclusive`).
 */
export async function changeRefWhileExclusive(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  change: RefChange,
): Promise<void> {
  const bare = forge.git.at(repository.directory);
  await demandAllowed(forge, repository, caller, change);
  announce(forge, repository.id, caller.user, [change]);
  try {
    if (change.after !== null) bare.refs.update(change.ref, change.after, change.before);
    else if (change.before !== null) await bare.deleteRef({ name: change.ref, sha: change.before });
  } catch (error) {
    forge.store.transact((transaction) => forget(transaction, repository.id, [change]));
    if (error instanceof RefMoved) throw conflict(error.message);
    if (error instanceof RefNameTaken) throw unprocessable(error.message);
    throw error;
  }
  await tellWhileExclusive(forge, repository.id, caller.user, [change]);
}

/** The same, in its turn among the repository's writers. */
export function changeRef(forge: Forge, repository: Repository, caller: Caller, change: RefChange): Promise<void> {
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(() => changeRefWhileExclusive(forge, repository, caller, change));
}
