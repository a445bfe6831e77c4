import { somebody } from "../access.ts";
import { nowOf } from "../forge.ts";
import type { RepositoryCall } from "../http/call.ts";
import { notFound } from "../http/problem.ts";
import { factsOf } from "../pull/fact.ts";
import { writePull } from "../pull/write.ts";
import { type PullRequest, pulls } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";

/** The pull request that a path names as an issue or as itself, or 404. */
export function pullNamed({ forge, repository, params }: RepositoryCall): PullRequest {
  const number = Number(params["issue_number"] ?? params["pull_number"]);
  const pull = forge.store.get(pulls, repository.id, number);
  if (!pull) throw notFound();
  return pull;
}

/** What a change of a pull request is told as; the action is GitHub's. */
export interface PullTelling {
  readonly action: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/**
 * Changes a pull request and tells of it, once for each telling; without one, only the record is written.
 * `change` sees the pull request as it is when the transaction runs.
 */
export async function changePull(
  call: RepositoryCall,
  change: (
    pull: PullRequest,
    transaction: Transaction,
  ) => { readonly pull: PullRequest; readonly tell: readonly PullTelling[] },
): Promise<PullRequest> {
  const { forge, repository } = call;
  const actor = somebody(call.caller).user.login;
  const seen = pullNamed(call);
  const facts = await factsOf(forge.git.at(repository.directory), seen);
  return forge.store.transact((transaction) => {
    const current = transaction.get(pulls, repository.id, seen.number) ?? seen;
    const { pull: changed, tell } = change(current, transaction);
    const pull = { ...changed, updatedAt: nowOf(forge) };
    transaction.put(pulls, repository.id, pull.number, pull);
    for (const telling of tell) writePull(transaction, forge, repository, { pull, actor, facts, ...telling });
    return pull;
  });
}
