import type { Octokit } from "@octokit/rest";
import type { Slug } from "../reconcilers/forge-port.ts";
import { statusOf, toForgeError } from "./github-error.ts";

/** Octokit's calls by name, typed from GitHub's own description. */
export type Rest = Octokit["rest"];

/** Makes a call. Rejects with a ForgeError, or with the signal's reason. `doing` completes "could not …". */
export async function call<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw toForgeError(error, doing);
  }
}

/** The same; undefined where the forge answers with one of these statuses. */
export async function callOr<T>(
  doing: string,
  signal: AbortSignal,
  statuses: readonly number[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  return call(doing, signal, async () => {
    try {
      return await work();
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined && statuses.includes(status)) return undefined;
      throw error;
    }
  });
}

/** `owner/name`. */
export const title = ({ owner, name }: Slug): string => `${owner}/${name}`;

/** A repository as Octokit's calls name it. */
export const named = ({ owner, name }: Slug): { readonly owner: string; readonly repo: string } => ({
  owner,
  repo: name,
});
