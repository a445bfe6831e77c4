import type { Slug } from "../reconcilers/forge-port.ts";
import { title } from "./call.ts";
import type { GraphQL } from "./graphql.ts";
import type { PullAt } from "./merge.ts";

/** What only GitHub's GraphQL API tells of a pull request. */
export interface QueueState {
  /** Whether its base merges through a queue. */
  readonly isMergeQueueEnabled: boolean;
  readonly isInMergeQueue: boolean;
}

const query = "query ($id: ID!) { node(id: $id) { ... on PullRequest { isMergeQueueEnabled isInMergeQueue } } }";
const none: QueueState = { isMergeQueueEnabled: false, isInMergeQueue: false };

/** Which branches merge through a queue, as far as it was seen: of others nobody needs to ask whether a pull request is in one. */
export class MergeQueues {
  readonly #graphql: GraphQL;
  readonly #known = new Set<string>();

  constructor(graphql: GraphQL) {
    this.#graphql = graphql;
  }

  /** A branch was seen to have a queue, or none. */
  learn(at: Slug, base: string, hasQueue: boolean): void {
    const key = `${title(at)} ${base}`;
    if (hasQueue) this.#known.add(key);
    else this.#known.delete(key);
  }

  has(at: Slug, base: string): boolean {
    return this.#known.has(`${title(at)} ${base}`);
  }

  /** How an open pull request stands to its base's queue. Hosts that know of no queues have none. */
  async stateOf(where: PullAt, pull: { readonly id: string; readonly base: string }): Promise<QueueState> {
    const { at, number, signal } = where;
    const doing = `read whether pull request #${number} of ${title(at)} is in a merge queue`;
    const answer = await this.#graphql.ask<{ readonly node: QueueState | null }>(doing, { query, id: pull.id }, signal);
    const state = "data" in answer ? (answer.data.node ?? none) : none;
    this.learn(at, pull.base, state.isMergeQueueEnabled);
    return state;
  }
}
