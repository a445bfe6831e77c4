import { defineTable } from "../store/store.ts";

/** What somebody said below a pull request. */
export interface IssueComment {
  readonly id: number;
  /** The pull request's number. */
  readonly number: number;
  readonly user: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Scope repository id, key id. */
export const issueComments = defineTable<IssueComment>("issueComments");
