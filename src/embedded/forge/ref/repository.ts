import type { Caller } from "../access.ts";
import { type Forge, findRepository, logTo } from "../forge.ts";
import { invalid } from "../http/problem.ts";
import { type Repository, repositories, repositoryNames } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";

const keyOf = (owner: string, name: string): string => `${owner}/${name}`.toLowerCase();

/** Gives a repository another name; the old one leads to it until somebody else takes it. */
export function renameRepository(
  transaction: Transaction,
  forge: Forge,
  repository: Repository,
  { name, actor }: { readonly name: string; readonly actor: string },
): Repository {
  const { id, owner } = repository;
  const taken = findRepository(transaction, owner, name);
  if (taken && !taken.renamed && taken.repository.id !== id) {
    throw invalid({
      resource: "Repository",
      code: "custom",
      field: "name",
      message: "name already exists on this account",
    });
  }
  const renamed = { ...repository, name };
  transaction.put(repositories, "", id, renamed);
  transaction.put(repositoryNames, "", keyOf(owner, repository.name), { id, current: false });
  transaction.put(repositoryNames, "", keyOf(owner, name), { id, current: true });
  const subject = `${owner}/${name}`;
  logTo(transaction, forge, { actor, action: "repository.rename", subject, repository: renamed });
  forge.events.emit(transaction, {
    name: "repository",
    action: "renamed",
    repository: renamed,
    sender: actor,
    payload: { changes: { repository: { name: { from: repository.name } } } },
  });
  return renamed;
}

/** Deletes a repository: first from the record, then from the disk, so that a death in between leaves only a folder. */
export function deleteRepository(forge: Forge, repository: Repository, caller: Caller): Promise<void> {
  return forge.git.at(repository.directory).exclusive(async () => {
    const actor = caller.user.login;
    const subject = `${repository.owner}/${repository.name}`;
    forge.store.transact((transaction) => {
      transaction.delete(repositories, "", repository.id);
      for (const [key, entry] of [...transaction.all(repositoryNames, "")]) {
        if (entry.id === repository.id) transaction.delete(repositoryNames, "", key);
      }
      transaction.clear(repository.id);
      logTo(transaction, forge, { actor, action: "repository.delete", subject, repository });
      const event = { name: "repository", action: "deleted", repository, sender: actor, payload: {} };
      forge.events.emit(transaction, event);
    });
    forge.git.remove(repository.directory);
  });
}
