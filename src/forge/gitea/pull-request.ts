import { createHash } from "node:crypto";
import type { PullRequest } from "../../reconcilers/forge-port.ts";
import { shownTitle } from "./title.ts";

/** One side of a pull request. */
export interface GiteaBranch {
  /** The branch's name, also when the branch is gone. Empty where it never was one (AGit). */
  readonly label: string;
  /** The branch's name while it is there, `refs/pull/N/head` after that. */
  readonly ref: string;
  /** The branch's tip while it is there: of a closed pull request, not what was closed. */
  readonly sha: string;
  readonly repo_id: number;
}

/** The parts of Gitea's pull requests that are used. */
export interface GiteaPull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean;
  readonly merged: boolean;
  readonly merge_commit_sha: string | null;
  /** False while Gitea has not found out yet, for a draft, after an error in finding out, and for a conflict. */
  readonly mergeable: boolean;
  readonly head: GiteaBranch;
  readonly base: GiteaBranch;
  readonly comments: number;
  readonly review_comments?: number;
  readonly content_version?: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  readonly user: GiteaUser;
  readonly assignees: readonly GiteaUser[] | null;
  readonly labels: readonly { readonly name: string }[] | null;
}

export interface GiteaUser {
  readonly id: number;
  readonly login: string;
}

/** What a pull request's own words do not tell. */
export interface Beside {
  /** Its commit, which is not the branch's once it is closed. */
  readonly headSha: string;
  readonly mergeable: boolean | undefined;
  readonly handedOver: boolean;
}

export const stateOf = ({ merged, state }: Pick<GiteaPull, "merged" | "state">): PullRequest["state"] =>
  merged ? "Merged" : state === "open" ? "Open" : "Closed";

/** Gitea's pull request in our words. */
export function toPullRequest(pull: GiteaPull, beside: Beside): PullRequest {
  const draft = pull.draft ?? false;
  return {
    number: pull.number,
    url: pull.html_url,
    state: stateOf(pull),
    title: draft ? shownTitle(pull.title) : pull.title,
    body: pull.body,
    draft,
    baseBranch: pull.base.label,
    ...beside,
    mergeSha: pull.merged ? (pull.merge_commit_sha ?? undefined) : undefined,
    openedAt: new Date(pull.created_at),
    mark: markOf(pull, beside),
  };
}

/**
 * All that a change shows in. Gitea dates changes to the second, so what may change twice in one counts by itself; of what
 * is no longer open it is the date alone.
 */
function markOf(pull: GiteaPull, { headSha, mergeable, handedOver }: Beside): string {
  const always = [pull.updated_at, pull.state, pull.merged, headSha];
  const { title, body, draft, comments, review_comments, content_version, base, labels } = pull;
  const names = (labels ?? []).map(({ name }) => name);
  const counted = [comments, review_comments, content_version, mergeable, handedOver];
  const whileOpen = [title, body, draft, base.label, names, counted];
  return createHash("sha256")
    .update(JSON.stringify(pull.state === "open" ? [...always, ...whileOpen] : always))
    .digest("base64url");
}

/** Whether it comes from this branch of the repository itself, and not from a fork's of the same name. */
export const isFrom = ({ head, base }: GiteaPull, branch: string): boolean =>
  head.repo_id === base.repo_id && head.label === branch && branch !== "";
