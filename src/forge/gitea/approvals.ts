import { title } from "../call.ts";
import { allPages, repoPath } from "./api.ts";
import type { GiteaUser } from "./pull-request.ts";
import type { PullAt, Reader } from "./reader.ts";

/** The parts of Gitea's reviews that are used. */
interface GiteaReview {
  readonly id: number;
  readonly user: GiteaUser | null;
  readonly state: string;
  readonly commit_id: string;
  readonly dismissed: boolean;
}

/** Gitea's words for a yes and a no. A remark takes nothing back, nor does being asked again. */
const opinions: ReadonlySet<string> = new Set(["APPROVED", "REQUEST_CHANGES"]);

/** Accounts whose last opinion is a yes, each with the commit that it was about. The author's own does not count. */
export async function approvalsOf(
  reader: Reader,
  pull: PullAt,
): Promise<readonly { readonly by: string; readonly sha: string }[]> {
  const { at, number, signal } = pull;
  const doing = `read the reviews of pull request #${number} of ${title(at)}`;
  const path = repoPath(at, `/pulls/${number}/reviews`);
  const [reviews, found] = await Promise.all([
    allPages<GiteaReview>(reader.api, { doing, path, signal }),
    reader.raw(pull),
  ]);
  const last = new Map<string, GiteaReview>();
  for (const review of reviews.sort((a, b) => a.id - b.id))
    if (review.user && opinions.has(review.state)) last.set(review.user.login, review);
  return [...last].flatMap(([by, { state, dismissed, commit_id }]) =>
    state === "APPROVED" && !dismissed && by !== found?.user.login ? [{ by, sha: commit_id }] : [],
  );
}
