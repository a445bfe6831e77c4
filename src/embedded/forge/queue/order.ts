import type { Caller } from "../access.ts";
import { type Forge, nowOf } from "../forge.ts";
import { unprocessable } from "../http/problem.ts";
import { currentPull } from "../pull/create.ts";
import { factsOf } from "../pull/fact.ts";
import { mergeabilityOf } from "../pull/mergeability.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import { type QueueEntry, queueEntries } from "./record.ts";
import { tellQueue } from "./tell.ts";

/** What a caller wants put into the queue; `head` is what the head must be. */
export interface QueueWish {
  readonly number: number;
  readonly head: string | undefined;
}

/** Why a pull request cannot go into its queue now; undefined when it can. */
export async function obstacleToQueue(
  forge: Forge,
  repository: Repository,
  pull: PullRequest,
): Promise<string | undefined> {
  if (!forge.rules.landing(repository, pull.base.ref).queue)
    return `No merge queue found for branch '${pull.base.ref}'`;
  if (pull.state === "closed") return "Pull request is closed";
  const { state } = await mergeabilityOf(forge, repository, pull);
  if (state === "clean" || state === "unstable") return undefined;
  const { behind } = await factsOf(forge.git.at(repository.directory), pull);
  const rule = forge.rules.merge(repository, pull, behind);
  return "reason" in rule ? rule.reason : `Pull request is in ${state} status`;
}

/**
 * Puts a pull request at the end of its base's queue, and gives its entry: the one that it has already, too. 422 where it
 * cannot go there. The caller is the repository's one writer.
 */
export async function enqueueWhileExclusive(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  { number, head }: QueueWish,
): Promise<QueueEntry> {
  const pull = currentPull(forge, repository, number);
  const there = forge.store.get(queueEntries, repository.id, number);
  if (there) return there;
  if (head !== undefined && head !== pull.head.sha)
    throw unprocessable("Head branch was modified. Review and try again.");
  const obstacle = await obstacleToQueue(forge, repository, pull);
  if (obstacle !== undefined) throw unprocessable(obstacle);
  const { login: by } = caller.user;
  let entry: QueueEntry | undefined;
  await tellQueue(forge, repository, { number, actor: by, action: "enqueued" }, (transaction, pull) => {
    const at = nowOf(forge);
    entry = {
      ...{ id: transaction.next("id"), number, base: pull.base.ref, headSha: pull.head.sha, by, at, group: null },
    };
    transaction.put(queueEntries, repository.id, number, entry);
    return { ...pull, autoMerge: null, updatedAt: at };
  });
  return entry!;
}
