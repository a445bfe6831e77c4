import type { Caller } from "../access.ts";
import { type Forge, logTo, nowOf } from "../forge.ts";
import { unprocessable } from "../http/problem.ts";
import { enqueueWhileExclusive, obstacleToQueue } from "../queue/order.ts";
import type { AutoMerge, PullRequest, Repository } from "../store/record.ts";
import { currentPull } from "./create.ts";
import { factsOf } from "./fact.ts";
import { mergeabilityOf } from "./mergeability.ts";
import { writePull } from "./write.ts";

/** What a caller wants merged by the forge; `head` is what the head must be now. */
export interface AutoMergeWish extends Pick<AutoMerge, "method" | "title" | "message"> {
  readonly number: number;
  readonly head: string | undefined;
}

/**
 * Tells the forge to merge a pull request as soon as nothing stands in the way: into the queue, where its base has one. 422
 * with GitHub's words where there is nothing to wait for, or the repository does not have it.
 */
export function enableAutoMerge(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  wish: AutoMergeWish,
): Promise<PullRequest> {
  const { number, head, method, title, message } = wish;
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(async () => {
    const pull = currentPull(forge, repository, number);
    if (!repository.allowAutoMerge) throw unprocessable("Auto merge is not allowed for this repository");
    if (pull.state === "closed") throw unprocessable("Pull request is closed");
    if (head !== undefined && head !== pull.head.sha)
      throw unprocessable("Head branch was modified. Review and try again.");
    const { login: by } = caller.user;
    const isReady = await isReadyForQueue(forge, repository, pull);
    if (isReady) {
      await enqueueWhileExclusive(forge, repository, caller, { number, head });
      return currentPull(forge, repository, number);
    }
    const at = nowOf(forge);
    const armed = { ...pull, autoMerge: { by, at, method, title, message }, updatedAt: at };
    return write(forge, repository, { pull: armed, actor: by, action: "auto_merge_enabled" });
  });
}

/** Whether it goes into a queue at once. 422 where there is no queue, and nothing that it would wait for either. */
async function isReadyForQueue(forge: Forge, repository: Repository, pull: PullRequest): Promise<boolean> {
  if (forge.rules.landing(repository, pull.base.ref).queue)
    return (await obstacleToQueue(forge, repository, pull)) === undefined;
  const { state } = await mergeabilityOf(forge, repository, pull);
  if (state !== "blocked" && state !== "behind") throw unprocessable(`Pull request is in ${state} status`);
  return false;
}

/** Takes the order back; nothing where there is none. The caller is the repository's one writer. */
export async function disableWhileExclusive(
  forge: Forge,
  repository: Repository,
  { number, actor, reason }: { readonly number: number; readonly actor: string; readonly reason: string },
): Promise<PullRequest> {
  const pull = currentPull(forge, repository, number);
  if (!pull.autoMerge) return pull;
  const disarmed = { ...pull, autoMerge: null, updatedAt: nowOf(forge) };
  return write(forge, repository, { pull: disarmed, actor, action: "auto_merge_disabled", reason });
}

async function write(
  forge: Forge,
  repository: Repository,
  change: {
    readonly pull: PullRequest;
    readonly actor: string;
    readonly action: "auto_merge_enabled" | "auto_merge_disabled";
    readonly reason?: string;
  },
): Promise<PullRequest> {
  const { pull, actor, action, reason } = change;
  const facts = await factsOf(forge.git.at(repository.directory), pull);
  const payload = reason === undefined ? {} : { reason };
  forge.store.transact((transaction) => {
    writePull(transaction, forge, repository, { pull, actor, action, facts, payload });
    const subject = String(pull.number);
    logTo(transaction, forge, { actor, action: `pull.${action}`, subject, repository, sha: pull.head.sha });
  });
  return pull;
}
