import { createHash } from "node:crypto";
import type { PullRequest } from "../reconcilers/forge-port.ts";

/** The parts of GitHub's pull requests that are used; lists leave some out. */
export interface GitHubPull {
  readonly number: number;
  readonly node_id?: string;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body?: string | null;
  readonly draft?: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly merged_at?: string | null;
  readonly merge_commit_sha?: string | null;
  readonly mergeable?: boolean | null;
  readonly auto_merge?: object | null;
  readonly comments?: number;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo?: { readonly id: number } | null };
  readonly base: { readonly ref: string; readonly repo?: { readonly id: number } | null };
}

/** GitHub's pull request in our words. `isQueued` says that it is in a merge queue, which the REST API does not tell. */
export function toPullRequest(pull: GitHubPull, isQueued = false): PullRequest {
  const isMerged = Boolean(pull.merged_at);
  const isOpen = !isMerged && pull.state === "open";
  const handedOver = isOpen && (isQueued || pull.auto_merge != null);
  return {
    number: pull.number,
    url: pull.html_url,
    state: isMerged ? "Merged" : isOpen ? "Open" : "Closed",
    title: pull.title,
    body: pull.body ?? "",
    draft: pull.draft ?? false,
    baseBranch: pull.base.ref,
    headSha: pull.head.sha,
    // Before it is merged, GitHub names the commit of a trial merge here.
    mergeSha: isMerged ? (pull.merge_commit_sha ?? undefined) : undefined,
    mergeable: pull.mergeable ?? undefined,
    handedOver,
    openedAt: new Date(pull.created_at),
    mark: markOf(pull, { isOpen, handedOver }),
  };
}

/**
 * All that a change shows in. GitHub dates changes to the second, so what may change twice in one counts by itself; of
 * what is no longer open it is the date alone, since lists and single answers tell different things.
 */
function markOf(
  pull: GitHubPull,
  { isOpen, handedOver }: { readonly isOpen: boolean; readonly handedOver: boolean },
): string {
  const { updated_at, state, merged_at, head, base, draft, mergeable, comments, title, body } = pull;
  const always = [updated_at, state, merged_at, head.sha];
  // GitHub finds out anew after each push to the base. Not to know yet is no news.
  const whileOpen = [base.ref, draft, mergeable === false, handedOver, comments, title, body];
  return createHash("sha256")
    .update(JSON.stringify(isOpen ? [...always, ...whileOpen] : always))
    .digest("base64url");
}

/** Whether it comes from the repository itself and not from a fork, whose branch may be called the same. */
export const isOurs = ({ head, base }: GitHubPull): boolean => head.repo != null && head.repo.id === base.repo?.id;

/** Texts as the forge keeps them: it stores line ends as they come, and gives some back with a carriage return. */
export const sameText = (a: string, b: string): boolean => a.replaceAll("\r\n", "\n") === b.replaceAll("\r\n", "\n");
