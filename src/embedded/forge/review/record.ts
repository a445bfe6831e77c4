import type { Repository } from "../store/record.ts";
import { defineTable, type Reader } from "../store/store.ts";

export type ReviewState = "PENDING" | "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";

/** One person's judgement of one state of a pull request. */
export interface Review {
  readonly id: number;
  /** The pull request's number. */
  readonly number: number;
  readonly user: string;
  readonly body: string;
  readonly state: ReviewState;
  readonly commitId: string;
  /** Null while it is pending, and only its author sees it. */
  readonly submittedAt: string | null;
}

/** A remark on a line of the diff, or on a whole file. */
export interface ReviewComment {
  readonly id: number;
  readonly number: number;
  readonly reviewId: number;
  readonly user: string;
  readonly body: string;
  readonly path: string;
  readonly subject: "line" | "file";
  readonly line: number | null;
  readonly side: "LEFT" | "RIGHT";
  readonly startLine: number | null;
  readonly startSide: "LEFT" | "RIGHT" | null;
  readonly commitId: string;
  readonly diffHunk: string;
  /** Lines below the first hunk's header, from 1. */
  readonly position: number;
  readonly inReplyTo: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Scope repository id, key id. */
export const reviews = defineTable<Review>("reviews");
/** Scope repository id, key id. */
export const reviewComments = defineTable<ReviewComment>("reviewComments");

/** The reviews of a pull request, oldest first. */
export const reviewsOf = (reader: Reader, repository: Repository, number: number): readonly Review[] =>
  [...reader.all(reviews, repository.id).values()].filter((review) => review.number === number);

/** What each reviewer says now: the newest review that approved or asked for changes, unless it was dismissed. */
export function opinions(reader: Reader, repository: Repository, number: number): ReadonlyMap<string, Review> {
  const latest = new Map<string, Review>();
  for (const review of reviewsOf(reader, repository, number)) {
    if (review.state === "APPROVED" || review.state === "CHANGES_REQUESTED") latest.set(review.user, review);
    else if (review.state === "DISMISSED") latest.delete(review.user);
  }
  return latest;
}
