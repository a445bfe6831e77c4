import { ForgeError } from "../reconcilers/errors.ts";
import type { Call, Commands } from "./commands.ts";
import { type Access, remoteName } from "./environment.ts";
import type { Mirror } from "./mirror.ts";
import { isObjectId } from "./pack.ts";
import type { Finished } from "./process.ts";
import { branchRef } from "./ref-name.ts";

export interface BranchUpdate {
  readonly branch: string;
  readonly sha: string | undefined;
  readonly expect: string | undefined;
}

export interface Push {
  readonly commands: Commands;
  readonly mirror: Mirror;
  readonly access: Access;
  /** The remote, for people. */
  readonly title: string;
  readonly signal: AbortSignal;
  /** Whether the remote has this ref now. */
  readonly stillThere: (ref: string) => Promise<boolean>;
}

/** Moves one branch of the remote, if it still is where it is expected. The gate must be held. */
export async function pushBranch(
  { commands, mirror, access, title, signal, stillThere }: Push,
  { branch, sha, expect }: BranchUpdate,
): Promise<"done" | "moved"> {
  const ref = branchRef(branch);
  const doing = `push ${JSON.stringify(branch)} to ${title}`;
  if (ref === undefined) throw new ForgeError("rejected", `could not ${doing}: no branch can have that name`);
  if (expect !== undefined && !isObjectId(expect))
    throw new ForgeError("rejected", `could not ${doing}: ${JSON.stringify(expect)} is not the id of a commit`);
  const call: Call = {
    doing,
    args: [
      "push",
      "--porcelain",
      "--no-verify",
      "--no-thin",
      "--no-follow-tags",
      "--recurse-submodules=no",
      `--force-with-lease=${ref}:${expect ?? ""}`,
      remoteName,
      `${sha ?? ""}:${ref}`,
    ],
    access: { ...access, isPush: true },
    signal,
  };
  const done = await commands.run(mirror, call);
  if (done.code === 0) return "done";
  if (isGone(done)) return "done";
  if (isMoved(done)) return sha === undefined && !(await stillThere(ref)) ? "done" : "moved";
  // The server's reason is on standard output, its words are on the other.
  const { code, stderr } = done;
  throw commands.failed(mirror, call, { code, stderr: `${stderr}\n${refusal(done) ?? ""}` });
}

/** What `git push --porcelain` says of a ref that was not updated. */
export const refusal = ({ stdout }: Finished): string | undefined =>
  /^!\t\S+\t(.*)$/m.exec(stdout.toString("utf8"))?.[1];

const isGone = ({ stderr }: Finished): boolean => /remote ref does not exist/.test(stderr);

/** Whether the push failed since the branch is not where it was expected. */
function isMoved(done: Finished): boolean {
  const line = refusal(done);
  if (line === undefined) return false;
  if (/\[rejected\] \(stale info|fetch first|non-fast-forward|already exists|needs force/.test(line)) return true;
  // Somebody moved it between the server's list of refs and our push.
  return /cannot lock ref|failed to (update|lock) ref|reference already exists|incorrect old value/i.test(
    line + done.stderr,
  );
}
