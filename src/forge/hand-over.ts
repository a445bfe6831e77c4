import { ForgeError } from "../reconcilers/errors.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import { call, named, type Rest, title } from "./call.ts";
import type { Complaint, GraphQL } from "./graphql.ts";
import type { PullAt } from "./merge.ts";
import type { MergeQueues } from "./merge-queues.ts";

export type HandedOver = { readonly handed: true } | { readonly handed: false; readonly message: string };

interface How {
  readonly sha: string;
  readonly method: MergeMethod;
}

export interface Hands {
  readonly rest: Rest;
  readonly graphql: GraphQL;
  readonly queues: MergeQueues;
}

const enqueue =
  "mutation ($id: ID!, $sha: GitObjectID!) { enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $sha }) { mergeQueueEntry { id } } }";
const enable =
  "mutation ($id: ID!, $sha: GitObjectID!, $mergeMethod: PullRequestMergeMethod!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $sha, mergeMethod: $mergeMethod }) { pullRequest { id } } }";

const refused = (message: string): HandedOver => ({ handed: false, message });

/**
 * Gives a merge to GitHub: to the base's queue where it has one, else to auto-merge. Both take exactly `sha`. What GitHub
 * does not take comes back with its word: a pull request that could be merged at once is "in clean status". What somebody who may
 * write pushes afterwards, GitHub merges as well: that is their doing.
 */
export async function handOverPull(hands: Hands, where: PullAt, how: How): Promise<HandedOver> {
  const before = await standing(hands, where);
  if (before.handed) return { handed: true };
  const { pull, hasQueue } = before;
  if (pull.state !== "open") return refused(`the pull request is ${pull.merged ? "merged" : "closed"}`);
  if (pull.head.sha !== how.sha) return refused(`the head of the pull request is ${pull.head.sha}, not ${how.sha}`);
  try {
    const complaint = await give(hands, { ...where, id: pull.node_id, hasQueue }, how);
    return complaint ? refused(complaint.message) : { handed: true };
  } catch (error) {
    // The answer may have got lost on its way, and the order not.
    const isDoubtful = error instanceof ForgeError && error.code === "unavailable";
    if (!isDoubtful || !(await standing(hands, where)).handed) throw error;
    return { handed: true };
  }
}

async function standing({ rest, queues }: Hands, where: PullAt) {
  const { at, number, signal } = where;
  const { data: pull } = await call(`read pull request #${number} of ${title(at)}`, signal, () =>
    rest.pulls.get({ ...named(at), pull_number: number, request: { signal } }),
  );
  if (pull.state !== "open" || pull.auto_merge) return { pull, handed: pull.state === "open", hasQueue: false };
  const queue = await queues.stateOf(where, { id: pull.node_id, base: pull.base.ref });
  return { pull, handed: queue.isInMergeQueue, hasQueue: queue.isMergeQueueEnabled };
}

/** Undefined when it was taken. A queue takes what is ready; auto-merge puts into it what will be. */
async function give(
  { graphql }: Hands,
  { at, number, signal, id, hasQueue }: PullAt & { readonly id: string; readonly hasQueue: boolean },
  { sha, method }: How,
): Promise<Complaint | undefined> {
  const doing = `hand the merge of pull request #${number} of ${title(at)} over`;
  const ask = async (query: string, more: object): Promise<Complaint | undefined> => {
    const answer = await graphql.ask(doing, { query, id, sha, ...more }, signal);
    return "complaint" in answer ? answer.complaint : undefined;
  };
  const notQueued = hasQueue ? await ask(enqueue, {}) : undefined;
  if (hasQueue && !notQueued) return undefined;
  const notArmed = await ask(enable, { mergeMethod: method.toUpperCase() });
  return notArmed && (notQueued ?? notArmed);
}
