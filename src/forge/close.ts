import { call, named, type Rest, title } from "./call.ts";
import type { PullAt } from "./merge.ts";
import { sameText } from "./pull-request.ts";

/** Comments that are looked through for ours: the newest of a pull request that is about to be closed. */
const pageSize = 100;

/** Closes a pull request with a comment: once, however often it is asked for, and wherever it was interrupted. */
export async function closePull(rest: Rest, { at, number, signal }: PullAt, comment: string): Promise<void> {
  const doing = `close pull request #${number} of ${title(at)}`;
  const request = { signal };
  const pull = { ...named(at), pull_number: number, request };
  await call(doing, signal, async () => {
    const { data } = await rest.pulls.get(pull);
    if (data.state !== "open") return;
    const issue = { ...named(at), issue_number: number, request };
    if (comment.trim() !== "" && !(await hasComment(rest, issue, comment, data.comments)))
      await rest.issues.createComment({ ...issue, body: comment });
    await rest.pulls.update({ ...pull, state: "closed" });
  });
}

/** Whether an interrupted close has left the comment already. */
async function hasComment(
  rest: Rest,
  issue: NonNullable<Parameters<Rest["issues"]["listComments"]>[0]>,
  comment: string,
  count: number,
): Promise<boolean> {
  if (count === 0) return false;
  const page = Math.ceil(count / pageSize);
  const { data } = await rest.issues.listComments({ ...issue, per_page: pageSize, page });
  return data.some(({ body }) => sameText((body ?? "").trim(), comment.trim()));
}
