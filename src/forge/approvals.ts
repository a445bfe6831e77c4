import { call, named, type Rest, title } from "./call.ts";
import type { PullAt } from "./merge.ts";

/** GitHub's most. */
const pageSize = 100;
/** GitHub's words for a yes, a no, and what was either once and has been dismissed. A remark takes nothing back. */
const opinions: ReadonlySet<string> = new Set(["APPROVED", "CHANGES_REQUESTED", "DISMISSED"]);

/**
 * Accounts whose last opinion is a yes, each with the commit that it was about. GitHub takes no author's opinion on their own
 * pull request, and tells of reviews in the order of time.
 */
export async function approvalsOf(
  rest: Rest,
  { at, number, signal }: PullAt,
): Promise<readonly { readonly by: string; readonly sha: string }[]> {
  const doing = `read the reviews of pull request #${number} of ${title(at)}`;
  const last = new Map<string, { readonly state: string; readonly commit_id: string | null }>();
  for (let page = 1; ; page++) {
    const { data } = await call(doing, signal, () =>
      rest.pulls.listReviews({ ...named(at), pull_number: number, per_page: pageSize, page, request: { signal } }),
    );
    for (const { user, state, commit_id } of data)
      if (user && opinions.has(state)) last.set(user.login, { state, commit_id });
    if (data.length < pageSize) break;
  }
  return [...last].flatMap(([by, { state, commit_id }]) =>
    state === "APPROVED" && commit_id ? [{ by, sha: commit_id }] : [],
  );
}
