import type { Forge } from "../forge.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import { lookAtPulls } from "./sync.ts";
import { writeTurn } from "./write.ts";

/**
 * Brings open pull requests in step with their branches before somebody reads them: a push may have moved a branch and
 * died before it could say so. Costs the reading of two refs for each, and writes only where they differ.
 */
export async function refreshPulls(forge: Forge, repository: Repository, shown: readonly PullRequest[]): Promise<void> {
  const bare = forge.git.at(repository.directory);
  const isStale = ({ state, head }: PullRequest): boolean =>
    state === "open" && bare.refs.get(`refs/heads/${head.ref}`) !== head.sha;
  const stale = new Set(shown.filter(isStale).map(({ head }) => head.ref));
  if (stale.size === 0) return;
  await bare.exclusive(async () => {
    const turns = await lookAtPulls(forge, repository, repository.owner, stale);
    if (turns.length === 0) return;
    forge.store.transact((transaction) => {
      for (const turn of turns) writeTurn(transaction, forge, repository, { ...turn, actor: turn.pull.user });
    });
  });
}
