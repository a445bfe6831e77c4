import { callOr, named, type Rest, title } from "./call.ts";
import type { PullAt } from "./merge.ts";

/**
 * Who closed a pull request without merging it. Only as an issue it tells, so it is read as one. Undefined for one that is
 * open or merged, and where the account is gone.
 */
export async function closedBy(
  rest: Rest,
  { at, number, signal }: PullAt,
): Promise<{ readonly by: string; readonly at: Date } | undefined> {
  const doing = `read who closed pull request #${number} of ${title(at)}`;
  const found = await callOr(doing, signal, [404, 410], () =>
    rest.issues.get({ ...named(at), issue_number: number, request: { signal } }),
  );
  const { state, closed_by, closed_at, pull_request } = found?.data ?? {};
  if (state !== "closed" || !closed_by || !closed_at || pull_request?.merged_at) return undefined;
  return { by: closed_by.login, at: new Date(closed_at) };
}
