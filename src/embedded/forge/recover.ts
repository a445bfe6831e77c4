import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Forge } from "./forge.ts";
import type { BareRepository } from "./git/bare.ts";
import { isAncestor } from "./git/history.ts";
import { lookAtPulls, openPulls } from "./pull/sync.ts";
import { writeTurn } from "./pull/write.ts";
import { showPullRefs } from "./ref/tell.ts";
import { tellUntold } from "./ref/untold.ts";
import { mergeIntents, pulls, type Repository, repositories } from "./store/record.ts";

/** Locks and half-received objects of a forge that was killed: nobody else will ever take them away. */
function sweepLeftovers(bare: BareRepository): void {
  for (const name of readdirSync(join(bare.path, "refs"), { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".lock")) rmSync(join(bare.path, "refs", name), { force: true });
  }
  for (const name of ["HEAD.lock", "packed-refs.lock"]) rmSync(join(bare.path, name), { force: true });
  for (const name of readdirSync(join(bare.path, "objects"))) {
    if (/^(tmp_objdir-|incoming-|tmp_obj_)/.test(name))
      rmSync(join(bare.path, "objects", name), { recursive: true, force: true });
  }
}

/** An intent whose commit never reached its base was not carried out: nobody was told that it was. */
async function dropIntents(forge: Forge, repository: Repository, bare: BareRepository): Promise<void> {
  for (const [number, { sha }] of [...forge.store.all(mergeIntents, repository.id)]) {
    const pull = forge.store.get(pulls, repository.id, number);
    const base = pull && bare.refs.get(`refs/heads/${pull.base.ref}`);
    if (base !== undefined && (await isAncestor(bare, sha, base))) continue;
    forge.store.transact((transaction) => transaction.delete(mergeIntents, repository.id, number));
  }
}

async function recoverRepository(forge: Forge, repository: Repository): Promise<void> {
  const bare = forge.git.at(repository.directory);
  sweepLeftovers(bare);
  bare.setHead(repository.defaultBranch);
  await dropIntents(forge, repository, bare);
  await tellUntold(forge, repository, bare);
  if (openPulls(forge, repository).length > 0) {
    const turns = await lookAtPulls(forge, repository, repository.owner);
    forge.store.transact((transaction) => {
      for (const turn of turns) {
        const actor = turn.pull.mergedBy ?? turn.pull.user;
        writeTurn(transaction, forge, repository, { ...turn, actor });
      }
    });
  }
  showPullRefs(forge, repository, bare);
}

/**
 * Brings the records in step with the refs, which may have moved in a forge that died before it could write so: pull
 * requests follow their branches, merges that had reached their base are merged, and whoever listens hears of pushes that
 * nobody has told yet. Run before the first answer.
 */
export async function recover(forge: Forge): Promise<void> {
  for (const repository of [...forge.store.all(repositories, "").values()]) await recoverRepository(forge, repository);
}
