import { ForgeError } from "../../reconcilers/errors.ts";
import type { Slug } from "../../reconcilers/forge-port.ts";
import type { Archives } from "../archive.ts";
import { title } from "../call.ts";
import { type Api, repoPath } from "./api.ts";

/** SHA-256 of an archive. Gitea answers 500 to the archive of a commit that is not there, so then the commit is asked for. */
export async function archiveSum(
  { archives, api }: { readonly archives: Archives; readonly api: Api },
  at: Slug,
  sha: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await archives.sha256(at, sha, signal);
  } catch (error) {
    if (!(error instanceof ForgeError) || error.code !== "unavailable") throw error;
    const doing = `get the archive of ${title(at)} at ${sha}`;
    const path = repoPath(at, `/git/commits/${sha}?stat=false&verification=false&files=false`);
    const found = await api.getOr({ doing, path, signal }, 404, 422);
    if (found) throw error;
    throw new ForgeError("absent", `could not ${doing}: there is no such commit`);
  }
}
