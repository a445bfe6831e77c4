import { ForgeError, type ForgeErrorCode } from "../reconcilers/errors.ts";
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

/** Failures of a host that has no GraphQL, or does not let us ask. */
const mute: readonly ForgeErrorCode[] = ["absent", "denied", "rejected"];

/**
 * Which branches merge through a queue, as far as it was seen. It is asked once for each: a branch that gets a queue later is
 * learned of by its rules, or when it refuses a merge.
 */
export class MergeQueues {
  readonly #graphql: GraphQL;
  readonly #known = new Map<string, boolean>();

  constructor(graphql: GraphQL) {
    this.#graphql = graphql;
  }

  /** A branch was seen to have a queue, or none. */
  learn(at: Slug, base: string, hasQueue: boolean): void {
    this.#known.set(keyOf(at, base), hasQueue);
  }

  /** Whether an open pull request is in its base's queue. Asks only where there is one, or may be. */
  async holds(where: PullAt, pull: PullNode): Promise<boolean> {
    if (this.#known.get(keyOf(where.at, pull.base)) === false) return false;
    return (await this.stateOf(where, pull)).isInMergeQueue;
  }

  /** How an open pull request stands to its base's queue. Hosts that know of no queues have none. */
  async stateOf(where: PullAt, pull: PullNode): Promise<QueueState> {
    const state = await this.#ask(where, pull);
    this.learn(where.at, pull.base, state.isMergeQueueEnabled);
    return state;
  }

  async #ask({ at, number, signal }: PullAt, { id }: PullNode): Promise<QueueState> {
    const doing = `read whether pull request #${number} of ${title(at)} is in a merge queue`;
    try {
      const answer = await this.#graphql.ask<{ readonly node: QueueState | null }>(doing, { query, id }, signal);
      return "data" in answer ? (answer.data.node ?? none) : none;
    } catch (error) {
      if (error instanceof ForgeError && mute.includes(error.code)) return none;
      throw error;
    }
  }
}

/** A pull request as GraphQL names it, and the branch that it goes to. */
interface PullNode {
  readonly id: string;
  readonly base: string;
}

const keyOf = (at: Slug, base: string): string => `${title(at)} ${base}`;
