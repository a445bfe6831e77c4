import type { PullRequest } from "../reconcilers/forge-port.ts";

/** The parts of GitHub's pull requests that are used; lists leave some out. */
export interface GitHubPull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body?: string | null;
  readonly draft?: boolean;
  readonly merged_at?: string | null;
  readonly merge_commit_sha?: string | null;
  readonly mergeable?: boolean | null;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo?: { readonly id: number } | null };
  readonly base: { readonly ref: string; readonly repo?: { readonly id: number } | null };
}

/** GitHub's pull request in our words. */
export function toPullRequest(pull: GitHubPull): PullRequest {
  const isMerged = Boolean(pull.merged_at);
  return {
    number: pull.number,
    url: pull.html_url,
    state: isMerged ? "Merged" : pull.state === "open" ? "Open" : "Closed",
    title: pull.title,
    body: pull.body ?? "",
    draft: pull.draft ?? false,
    baseBranch: pull.base.ref,
    headSha: pull.head.sha,
    // Before it is merged, GitHub names the commit of a trial merge here.
    mergeSha: isMerged ? (pull.merge_commit_sha ?? undefined) : undefined,
    mergeable: pull.mergeable ?? undefined,
  };
}

/** Whether it comes from the repository itself and not from a fork, whose branch may be called the same. */
export const isOurs = ({ head, base }: GitHubPull): boolean => head.repo != null && head.repo.id === base.repo?.id;

/** Texts as the forge keeps them: it stores line ends as they come, and gives some back with a carriage return. */
export const sameText = (a: string, b: string): boolean => a.replaceAll("\r\n", "\n") === b.replaceAll("\r\n", "\n");
