import type { Caller } from "../access.ts";
import { type Forge, nowOf } from "../forge.ts";
import { type PullRequest, pulls, type Repository, repositories } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { tellWhileExclusive } from "./tell.ts";

interface Renaming {
  readonly old: string;
  readonly name: string;
}

/** The pull request with the branch's new name, or undefined where it does not concern it. */
function followed(pull: PullRequest, { old, name }: Renaming): PullRequest | undefined {
  if (pull.state === "closed" || (pull.head.ref !== old && pull.base.ref !== old)) return undefined;
  const follow = <E extends { readonly ref: string }>(end: E): E => (end.ref === old ? { ...end, ref: name } : end);
  return { ...pull, head: follow(pull.head), base: follow(pull.base) };
}

function record(transaction: Transaction, forge: Forge, repository: Repository, renaming: Renaming): void {
  const current = transaction.get(repositories, "", repository.id) ?? repository;
  if (current.defaultBranch === renaming.old) {
    transaction.put(repositories, "", repository.id, { ...current, defaultBranch: renaming.name });
  }
  for (const pull of [...transaction.all(pulls, repository.id).values()]) {
    const moved = followed(pull, renaming);
    if (moved) transaction.put(pulls, repository.id, pull.number, { ...moved, updatedAt: nowOf(forge) });
  }
}

/** Renames a branch: the default branch and the open pull requests on it follow, as on GitHub. */
export function renameBranch(forge: Forge, repository: Repository, caller: Caller, renaming: Renaming): Promise<void> {
  const { old, name } = renaming;
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(async () => {
    const sha = bare.refs.get(`refs/heads/${old}`);
    if (sha === undefined) return;
    bare.refs.update(`refs/heads/${name}`, sha, null);
    forge.store.transact((transaction) => record(transaction, forge, repository, renaming));
    if (repository.defaultBranch === old) bare.setHead(name);
    await bare.deleteRef({ name: `refs/heads/${old}`, sha });
    await tellWhileExclusive(forge, repository.id, caller.user, [
      { ref: `refs/heads/${name}`, before: null, after: sha },
      { ref: `refs/heads/${old}`, before: sha, after: null },
    ]);
  });
}
