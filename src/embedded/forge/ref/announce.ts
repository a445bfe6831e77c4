import type { Forge } from "../forge.ts";
import type { User } from "../store/record.ts";
import { defineTable, type Transaction } from "../store/store.ts";
import type { RefChange } from "./change.ts";

/** Refs that somebody is about to move: put before git does it, gone in the transaction that tells of it. */
export interface Announced {
  readonly user: string;
  readonly changes: readonly RefChange[];
}

/** Scope repository id, key id. */
export const announcedChanges = defineTable<Announced>("announcedChanges");

/** Notes what is about to be changed, so that a forge that dies in between tells of it when it starts again. */
export function announce(forge: Forge, repositoryId: number, user: User, changes: readonly RefChange[]): void {
  forge.store.transact((transaction) =>
    transaction.put(announcedChanges, repositoryId, transaction.next("id"), { user: user.login, changes }),
  );
}

/** Forgets changes that were told, or that did not come about. */
export function forget(transaction: Transaction, repositoryId: number, changes: readonly RefChange[]): void {
  const isSame = (a: RefChange) => (b: RefChange) => a.ref === b.ref && a.before === b.before && a.after === b.after;
  for (const [key, announced] of [...transaction.all(announcedChanges, repositoryId)]) {
    const left = announced.changes.filter((each) => !changes.some(isSame(each)));
    if (left.length === announced.changes.length) continue;
    if (left.length === 0) transaction.delete(announcedChanges, repositoryId, key);
    else transaction.put(announcedChanges, repositoryId, key, { ...announced, changes: left });
  }
}
