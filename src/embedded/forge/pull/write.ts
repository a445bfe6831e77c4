import { type Forge, logTo } from "../forge.ts";
import { mergeIntents, type PullRequest, pulls, type Repository } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { type Mergeability, pullView } from "../view/pull.ts";
import type { PullFacts } from "./fact.ts";
import type { PullTurn } from "./sync.ts";

const unknown: Mergeability = { mergeable: null, state: "unknown" };

/** One change of a pull request, to be written and told. */
export interface PullChange {
  readonly pull: PullRequest;
  /** GitHub's action: `opened`, `closed`, `reopened`, `edited`, `synchronize`, `labeled`, … */
  readonly action: string;
  /** Login of who did it. */
  readonly actor: string;
  readonly facts: PullFacts;
  /** More fields of the event, such as `changes` or `label`. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Puts a pull request and tells the listeners, in one transaction with what else happens. */
export function writePull(transaction: Transaction, forge: Forge, repository: Repository, change: PullChange): void {
  const { pull, action, actor, facts } = change;
  transaction.put(pulls, repository.id, pull.number, pull);
  forge.events.emit(transaction, {
    name: "pull_request",
    action,
    repository,
    sender: actor,
    payload: {
      number: pull.number,
      pull_request: pullView(forge, repository, pull, { facts, mergeability: unknown }),
      ...change.payload,
    },
  });
}

/** Writes what the refs said of a pull request. */
export function writeTurn(
  transaction: Transaction,
  forge: Forge,
  repository: Repository,
  turn: PullTurn & { readonly actor: string },
): void {
  const { pull, action, facts, before, actor } = turn;
  const payload = action === "synchronize" ? { before, after: pull.head.sha } : {};
  writePull(transaction, forge, repository, { pull, action, actor, facts, payload });
  if (transaction.get(mergeIntents, repository.id, pull.number)) {
    transaction.delete(mergeIntents, repository.id, pull.number);
  }
  const verb = action === "synchronize" ? "synchronize" : pull.mergedAt === null ? "close" : "merge";
  logTo(transaction, forge, {
    actor,
    action: `pull.${verb}`,
    subject: String(pull.number),
    repository,
    sha: verb === "merge" ? pull.mergeCommitSha : pull.head.sha,
  });
}
