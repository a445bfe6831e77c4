import { ForgeError } from "../reconcilers/errors.ts";
import type { ProposalText, PullRequest, Slug } from "../reconcilers/forge-port.ts";
import { call, named, type Rest, title } from "./call.ts";
import type { Places } from "./places.ts";
import type { PullReader } from "./pull-reader.ts";
import { toPullRequest } from "./pull-request.ts";

export interface OpenOptions {
  readonly rest: Rest;
  readonly places: Places;
  readonly reader: PullReader;
}

export interface NewPull extends ProposalText {
  readonly branch: string;
  readonly base: string;
  readonly draft: boolean;
}

/** Opens a pull request, or gives the open one that is there already. Where drafts are not to be had, it is none. */
export async function openPull(
  options: OpenOptions,
  at: Slug,
  wanted: NewPull,
  signal: AbortSignal,
): Promise<PullRequest> {
  const { rest, places, reader } = options;
  const { branch, base, title: name, body, draft } = wanted;
  const doing = `open a pull request from ${branch} to ${base} of ${title(at)}`;
  const content = { head: branch, base, title: name, body, ...(draft && { draft }) };
  try {
    const opened = await call(doing, signal, () =>
      rest.pulls.create({ ...named(places.now(at)), ...content, request: { signal } }),
    );
    return toPullRequest(opened.data);
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    // Private repositories have drafts only in paid plans.
    if (draft && error.code === "rejected" && /draft pull requests are not supported/i.test(error.message))
      return openPull(options, at, { ...wanted, draft: false }, signal);
    // It may be there already: opened before, or just now by a request whose answer got lost.
    const isDoubtful = error.code === "rejected" || error.code === "unavailable";
    const there = isDoubtful ? await reader.newest(at, branch, { state: "open", base }, signal) : undefined;
    if (!there) throw error;
    return toPullRequest(there);
  }
}
