import { ForgeError } from "../../reconcilers/errors.ts";
import type { ProposalText, Slug } from "../../reconcilers/forge-port.ts";
import { title } from "../call.ts";
import { type Api, allPages, refusal, repoPath } from "./api.ts";
import { type GiteaPull, isFrom } from "./pull-request.ts";
import { imaginedPull } from "./rehearsal.ts";
import type { Repositories } from "./repositories.ts";
import { storedTitle } from "./title.ts";

interface Between {
  readonly branch: string;
  readonly base: string;
}

/** Opens a pull request, or gives the open one between the two branches, of which Gitea allows one. */
export async function openPull(
  { api, repositories }: { readonly api: Api; readonly repositories: Repositories },
  at: Slug,
  wanted: Between & ProposalText & { readonly draft?: boolean },
  signal: AbortSignal,
): Promise<GiteaPull> {
  const { branch, base, draft = false } = wanted;
  const doing = `open a pull request from ${branch} to ${base} of ${title(at)}`;
  const body = { head: branch, base, title: storedTitle(wanted.title, draft), body: wanted.body };
  const path = repoPath(at, "/pulls");
  const pretend = (): GiteaPull => imaginedPull(body);
  const write = { doing, path, signal, method: "POST" as const, body, pretend, shownAt: repoPath(at, "/pulls/0") };
  try {
    const outcome = await api.send<GiteaPull>(write);
    if (outcome.is === "done") return outcome.data;
    const there = outcome.status === 409 ? await openBetween(api, at, wanted, signal) : undefined;
    if (there) return there;
    // Gitea answers 404 to a branch that is not there as it does to a repository.
    if (outcome.status === 404 && (await repositories.facts(at, signal)))
      throw new ForgeError("rejected", `could not ${doing}: one of the branches is not there`);
    throw refusal(outcome, doing);
  } catch (error) {
    // It may have been opened by a request whose answer got lost.
    const isDoubtful = error instanceof ForgeError && error.code === "unavailable";
    const there = isDoubtful ? await openBetween(api, at, wanted, signal) : undefined;
    if (!there) throw error;
    return there;
  }
}

async function openBetween(
  api: Api,
  at: Slug,
  { branch, base }: Between,
  signal: AbortSignal,
): Promise<GiteaPull | undefined> {
  const doing = `look for a pull request from ${branch} to ${base} of ${title(at)}`;
  const path = repoPath(at, `/pulls?state=open&base_branch=${encodeURIComponent(base)}`);
  const open = await allPages<GiteaPull>(api, { doing, path, signal });
  return open.find((pull) => isFrom(pull, branch) && pull.base.label === base);
}
