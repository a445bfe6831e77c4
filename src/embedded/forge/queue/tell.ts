import { type Forge, logTo } from "../forge.ts";
import { readCommit } from "../git/history.ts";
import { factsOf } from "../pull/fact.ts";
import { writePull } from "../pull/write.ts";
import { createUser } from "../seed.ts";
import { type PullRequest, pulls, type Repository, type User } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { type QueueEntry, queueEntries } from "./record.ts";

/** Why a pull request leaves the queue, in GitHub's words. */
export type Leaving =
  | "MANUAL"
  | "MERGE"
  | "MERGE_CONFLICT"
  | "CI_FAILURE"
  | "BRANCH_PROTECTIONS"
  | "UNKNOWN_REMOVAL_REASON";

/** Under the name that GitHub gives it. A login with brackets would make an address that many refuse. */
const queueBot = { login: "github-merge-queue[bot]", type: "Bot", email: "merge-queue@forge.invalid" } as const;

/** Who merges what is in queues. */
export const queueUser = (forge: Forge): User =>
  forge.store.transact((transaction) => createUser(transaction, forge, queueBot));

/** Tells that a pull request came into the queue or left it, together with what `write` puts. */
export async function tellQueue(
  forge: Forge,
  repository: Repository,
  told: {
    readonly number: number;
    readonly actor: string;
    readonly action: "enqueued" | "dequeued";
    readonly reason?: Leaving;
  },
  write: (transaction: Transaction, pull: PullRequest) => PullRequest,
): Promise<void> {
  const { number, actor, action, reason } = told;
  const bare = forge.git.at(repository.directory);
  const seen = forge.store.get(pulls, repository.id, number);
  if (!seen) return;
  const facts = await factsOf(bare, seen);
  forge.store.transact((transaction) => {
    const pull = write(transaction, transaction.get(pulls, repository.id, number) ?? seen);
    const payload = reason === undefined ? {} : { reason };
    writePull(transaction, forge, repository, { pull, action, actor, facts, payload });
    const verb = action === "enqueued" ? "enqueue" : "dequeue";
    logTo(transaction, forge, {
      actor,
      action: `pull.${verb}`,
      subject: String(number),
      repository,
      sha: pull.head.sha,
    });
  });
}

/** Tells that the merge of an entry is to be checked, or that nobody needs to check it any more. */
export async function tellGroup(
  forge: Forge,
  repository: Repository,
  { base, group }: QueueEntry,
  told: { readonly action: "checks_requested" | "destroyed"; readonly reason?: "merged" | "invalidated" | "dequeued" },
): Promise<void> {
  const commit = group && (await readCommit(forge.git.at(repository.directory), group.sha));
  if (!commit) return;
  const { name, email } = commit.committer;
  const merge_group = {
    head_sha: group.sha,
    head_ref: group.ref,
    base_sha: group.baseSha,
    base_ref: `refs/heads/${base}`,
    head_commit: {
      ...{ id: commit.sha, tree_id: commit.tree, message: commit.message },
      ...{ timestamp: forge.clock.now().toISOString(), author: { name, email }, committer: { name, email } },
    },
  };
  const { action, reason } = told;
  const payload = { merge_group, ...(reason !== undefined && { reason }) };
  const { login: sender } = queueUser(forge);
  forge.store.transact((transaction) =>
    forge.events.emit(transaction, { name: "merge_group", action, repository, sender, payload }),
  );
}

/** Puts an entry as it is now. */
export const putEntry = (forge: Forge, repository: Repository, entry: QueueEntry): void =>
  forge.store.transact((transaction) => transaction.put(queueEntries, repository.id, entry.number, entry));
