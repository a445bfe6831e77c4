import type { Forge } from "../forge.ts";
import { findUser } from "../forge.ts";
import { Problem } from "../http/problem.ts";
import type { StartPart } from "../part.ts";
import { enqueueWhileExclusive, obstacleToQueue } from "../queue/order.ts";
import { queueEntries } from "../queue/record.ts";
import { runQueue } from "../queue/run.ts";
import { type PullRequest, pulls, type Repository, repositories } from "../store/record.ts";
import { mergePull } from "./merge.ts";
import { mergeabilityOf } from "./mergeability.ts";

/**
 * Merges what the forge was told to merge by itself: looked at whenever something happens in a repository, and once at the
 * start, since the forge may have died before it could.
 */
export const startMerging: StartPart = (forge) => {
  const work = new Map<number, Promise<void>>();
  const again = new Set<number>();
  let isOn = false;
  const look = (id: number): void => {
    if (!isOn) return;
    if (work.has(id)) {
      again.add(id);
      return;
    }
    const done = settle(forge, id)
      .catch((error: unknown) => forge.onError(error, `merging in repository ${id}`))
      .finally(() => {
        work.delete(id);
        if (again.delete(id)) look(id);
      });
    work.set(id, done);
  };
  forge.events.listen((transaction, { repository }) => transaction.after(() => look(repository.id)));
  return {
    begin: () => {
      isOn = true;
      for (const id of forge.store.all(repositories, "").keys()) look(Number(id));
    },
    close: async () => {
      isOn = false;
      await Promise.all(work.values());
    },
  };
};

async function settle(forge: Forge, id: number): Promise<void> {
  const repository = forge.store.get(repositories, "", id);
  if (!repository) return;
  const ordered = [...forge.store.all(pulls, id).values()].filter((pull) => pull.state === "open" && pull.autoMerge);
  for (const pull of ordered) await carryOut(forge, repository, pull);
  const bases = new Set([...forge.store.all(queueEntries, id).values()].map(({ base }) => base));
  for (const base of bases) await runQueue({ forge, repository, base });
}

/** In the name of who gave the order. What still stands in the way is waited for. */
async function carryOut(forge: Forge, repository: Repository, pull: PullRequest): Promise<void> {
  const { autoMerge, number, head, base } = pull;
  const user = autoMerge && findUser(forge.store, autoMerge.by);
  if (!user) return;
  const caller = { user, token: undefined, credential: "" };
  try {
    if (forge.rules.landing(repository, base.ref).queue) {
      const wish = { number, head: head.sha };
      const bare = forge.git.at(repository.directory);
      if ((await obstacleToQueue(forge, repository, pull)) === undefined)
        await bare.exclusive(() => enqueueWhileExclusive(forge, repository, caller, wish));
      return;
    }
    const { state } = await mergeabilityOf(forge, repository, pull);
    if (state !== "clean" && state !== "unstable") return;
    const { method, title, message } = autoMerge;
    const wish = { method, title: title ?? undefined, message: message ?? undefined, sha: head.sha };
    await mergePull(forge, repository, caller, { number, wish });
  } catch (error) {
    // It was changed or merged in between: whatever did that is looked at by itself.
    if (!(error instanceof Problem)) throw error;
  }
}
