import { defineTable, type Reader } from "../store/store.ts";

/** A pull request that waits for its merge behind others. */
export interface QueueEntry {
  readonly id: number;
  /** The pull request's number. */
  readonly number: number;
  /** Branch that it is to be merged into. */
  readonly base: string;
  /** Head that was enqueued; another one has to be enqueued anew. */
  readonly headSha: string;
  /** Login of who enqueued it. */
  readonly by: string;
  readonly at: string;
  /** The merge as it is tried out: a commit on top of the base as that was, under a branch of its own. */
  readonly group: { readonly ref: string; readonly sha: string; readonly baseSha: string } | null;
}

/** Scope repository id, key number of the pull request; in the order of the queue. */
export const queueEntries = defineTable<QueueEntry>("queueEntries");

/** The queue of a branch, first come first. */
export const queueOf = (reader: Reader, repositoryId: number, base: string): readonly QueueEntry[] =>
  [...reader.all(queueEntries, repositoryId).values()].filter((entry) => entry.base === base);
