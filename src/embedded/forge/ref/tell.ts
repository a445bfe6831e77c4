import { type Forge, logTo, nowOf } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { lookAtPulls } from "../pull/sync.ts";
import { writeTurn } from "../pull/write.ts";
import { pulls, type Repository, repositories, type User } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { pushStory } from "../view/push.ts";
import { forget } from "./announce.ts";
import { branchOf, type RefChange, tagOf } from "./change.ts";

const verbOf = ({ before, after }: RefChange): string =>
  after === null ? "delete" : before === null ? "create" : "update";

/** Tells that a branch or tag was made or went: events that a plain move does not have. */
function tellBirthOrDeath(
  transaction: Transaction,
  forge: Forge,
  repository: Repository,
  { user, change }: { readonly user: User; readonly change: RefChange },
): void {
  const { ref, before, after } = change;
  if (before !== null && after !== null) return;
  const name = branchOf(ref) ?? tagOf(ref);
  if (name === undefined) return;
  const ref_type = branchOf(ref) === undefined ? "tag" : "branch";
  const more = after === null ? {} : { master_branch: repository.defaultBranch, description: repository.description };
  forge.events.emit(transaction, {
    name: after === null ? "delete" : "create",
    repository,
    sender: user.login,
    payload: { ref: name, ref_type, ...more, pusher_type: "user" },
  });
}

function logChange(
  transaction: Transaction,
  forge: Forge,
  repository: Repository,
  { user, change }: { readonly user: User; readonly change: RefChange },
): void {
  const tag = tagOf(change.ref);
  const kind = tag === undefined ? "branch" : "tag";
  const subject = tag ?? branchOf(change.ref) ?? change.ref;
  const action = `${kind}.${verbOf(change)}`;
  logTo(transaction, forge, { actor: user.login, action, subject, repository, sha: change.after });
}

/** The same as `tellChanges`, for a caller that is the repository's one writer already. */
export async function tellWhileExclusive(
  forge: Forge,
  repositoryId: number,
  user: User,
  changes: readonly RefChange[],
): Promise<void> {
  const repository = forge.store.get(repositories, "", repositoryId);
  if (!repository) return;
  const bare = forge.git.at(repository.directory);
  const told = changes.filter(({ ref }) => /^refs\/(heads|tags)\//.test(ref));
  const stories = await Promise.all(told.map((change) => pushStory(forge, repository, user, change)));
  const branches = new Set(told.flatMap(({ ref }) => branchOf(ref) ?? []));
  const turns = await lookAtPulls(forge, repository, user.login, branches);
  forge.store.transact((transaction) => {
    const now = nowOf(forge);
    const current = {
      ...(transaction.get(repositories, "", repositoryId) ?? repository),
      pushedAt: now,
      updatedAt: now,
    };
    transaction.put(repositories, "", repositoryId, current);
    for (const [index, change] of told.entries()) {
      logChange(transaction, forge, current, { user, change });
      tellBirthOrDeath(transaction, forge, current, { user, change });
      const payload = stories[index]!.payload;
      forge.events.emit(transaction, { name: "push", repository: current, sender: user.login, payload });
    }
    for (const turn of turns) writeTurn(transaction, forge, current, { ...turn, actor: user.login });
    forget(transaction, repositoryId, changes);
  });
  showPullRefs(forge, repository, bare);
}

/**
 * Tells the pull requests, the log and every listener that refs have moved. What becomes of a pull request is read off
 * the refs as they are now, so changes may be told late or in another order than they were made.
 */
export function tellChanges(
  forge: Forge,
  repositoryId: number,
  user: User,
  changes: readonly RefChange[],
): Promise<void> {
  const repository = forge.store.get(repositories, "", repositoryId);
  if (!repository) return Promise.resolve();
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(() => tellWhileExclusive(forge, repositoryId, user, changes));
}

/** Makes `refs/pull/N/head` say what the pull requests say, as `git fetch origin pull/7/head` expects. */
export function showPullRefs(forge: Forge, repository: Repository, bare: BareRepository): void {
  for (const { number, head } of forge.store.all(pulls, repository.id).values()) {
    const name = `refs/pull/${number}/head`;
    const shown = bare.refs.get(name) ?? null;
    if (shown !== head.sha) bare.refs.update(name, head.sha, shown);
  }
}
