import { ForgeError } from "../reconcilers/errors.ts";
import type { MergeResult, Slug } from "../reconcilers/forge-port.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import { call, named, type Rest, title } from "./call.ts";
import { messageOf, statusOf } from "./github-error.ts";

/** One pull request, and how long anybody cares. */
export interface PullAt {
  readonly at: Slug;
  readonly number: number;
  readonly signal: AbortSignal;
}

const methods = { Merge: "merge", Squash: "squash", Rebase: "rebase" } as const satisfies Record<MergeMethod, string>;

/** Merges exactly `sha`. What is merged already is merged, and so is what was merged while the answer got lost. */
export async function mergePull(
  rest: Rest,
  { at, number, signal }: PullAt,
  { sha, method }: { readonly sha: string; readonly method: MergeMethod },
): Promise<MergeResult> {
  const doing = `merge pull request #${number} of ${title(at)}`;
  const where = { ...named(at), pull_number: number, request: { signal } };
  try {
    return await call(doing, signal, async () => {
      try {
        const { data } = await rest.pulls.merge({ ...where, sha, merge_method: methods[method] });
        return { merged: true, sha: data.sha };
      } catch (error) {
        const refusal = refusalOf(error);
        if (!refusal) throw error;
        return (await merged(rest, where)) ?? refusal;
      }
    });
  } catch (error) {
    const isDoubtful = error instanceof ForgeError && error.code === "unavailable";
    const result = isDoubtful ? await call(doing, signal, () => merged(rest, where)) : undefined;
    if (!result) throw error;
    return result;
  }
}

async function merged(rest: Rest, where: Parameters<Rest["pulls"]["get"]>[0]): Promise<MergeResult | undefined> {
  const { data } = await rest.pulls.get(where);
  return data.merged && data.merge_commit_sha ? { merged: true, sha: data.merge_commit_sha } : undefined;
}

/**
 * GitHub says 409 where the head is another commit, and 405 where it does not merge for any other reason, such as
 * "Changes must be made through the merge queue".
 */
function refusalOf(error: unknown): MergeResult | undefined {
  const status = statusOf(error);
  if (status !== 405 && status !== 409) return undefined;
  const message = messageOf((error as { readonly response?: { readonly data?: unknown } }).response?.data);
  if (status === 409) return { merged: false, because: "Moved", message };
  return { merged: false, because: /merge queue/i.test(message) ? "QueueRequired" : "NotMergeable", message };
}
