import { type Forge, findUser } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import type { Repository } from "../store/record.ts";
import { type Announced, announcedChanges } from "./announce.ts";
import { tellWhileExclusive } from "./tell.ts";

/** Tells of what was changed before the forge died, in the order in which it came about, and forgets what was not. */
export async function tellUntold(forge: Forge, repository: Repository, bare: BareRepository): Promise<void> {
  const all = [...forge.store.all(announcedChanges, repository.id).values()];
  /** Where each ref must have been for an earlier change to have come about. */
  const at = new Map<string, string | null>();
  const came: Announced[] = [];
  for (const { user, changes } of all.reverse()) {
    const done = changes.filter(({ ref, after }) => {
      const now = at.has(ref) ? at.get(ref) : (bare.refs.get(ref) ?? null);
      return now === after;
    });
    for (const { ref, before } of done) at.set(ref, before);
    came.push({ user, changes: done });
  }
  for (const { user: login, changes } of came.reverse()) {
    const user = findUser(forge.store, login);
    if (user && changes.length > 0) await tellWhileExclusive(forge, repository.id, user, changes);
  }
  forge.store.transact((transaction) => {
    for (const key of [...transaction.all(announcedChanges, repository.id).keys()])
      transaction.delete(announcedChanges, repository.id, key);
  });
}
