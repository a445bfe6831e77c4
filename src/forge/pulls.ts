import { ForgeError } from "../reconcilers/errors.ts";
import type { Check, MergeResult, ProposalText, PullRequest, Pulls, Slug } from "../reconcilers/forge-port.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import { call, callOr, named, type Rest, title } from "./call.ts";
import type { Checks } from "./checks.ts";
import { closePull } from "./close.ts";
import { mergePull } from "./merge.ts";
import type { Places } from "./places.ts";
import { type GitHubPull, isOurs, sameText, toPullRequest } from "./pull-request.ts";

export interface PullOptions {
  readonly rest: Rest;
  readonly checks: Checks;
  readonly places: Places;
}

/** Pull requests on GitHub. */
export class GitHubPulls implements Pulls {
  readonly #rest: Rest;
  readonly #checks: Checks;
  readonly #places: Places;

  constructor({ rest, checks, places }: PullOptions) {
    this.#rest = rest;
    this.#checks = checks;
    this.#places = places;
  }

  async find(at: Slug, branch: string, signal: AbortSignal): Promise<PullRequest | undefined> {
    const newest = await this.#newest(at, branch, { state: "all" }, signal);
    // Only by its number is it told whether it can be merged.
    if (newest?.state !== "open") return newest && toPullRequest(newest);
    return this.get(at, newest.number, signal);
  }

  async get(at: Slug, number: number, signal: AbortSignal): Promise<PullRequest | undefined> {
    const place = this.#places.now(at);
    const doing = `read pull request #${number} of ${title(at)}`;
    const found = await callOr(doing, signal, [404], () =>
      this.#rest.pulls.get({ ...named(place), pull_number: number, request: { signal } }),
    );
    return found && toPullRequest(found.data);
  }

  async open(
    at: Slug,
    { branch, base }: { readonly branch: string; readonly base: string },
    text: ProposalText,
    signal: AbortSignal,
  ): Promise<PullRequest> {
    const doing = `open a pull request from ${branch} to ${base} of ${title(at)}`;
    try {
      const opened = await call(doing, signal, () =>
        this.#rest.pulls.create({ ...named(this.#places.now(at)), head: branch, base, ...text, request: { signal } }),
      );
      return toPullRequest(opened.data);
    } catch (error) {
      // It may be there already: opened before, or just now by a request whose answer got lost.
      const isDoubtful = error instanceof ForgeError && (error.code === "rejected" || error.code === "unavailable");
      const there = isDoubtful ? await this.#newest(at, branch, { state: "open", base }, signal) : undefined;
      if (!there) throw error;
      return toPullRequest(there);
    }
  }

  async revise(at: Slug, pull: PullRequest, text: ProposalText, signal: AbortSignal): Promise<PullRequest> {
    if (pull.title === text.title && sameText(pull.body, text.body)) return pull;
    const doing = `change the text of pull request #${pull.number} of ${title(at)}`;
    const where = { ...named(this.#places.now(at)), pull_number: pull.number };
    const changed = await call(doing, signal, () =>
      this.#rest.pulls.update({ ...where, ...text, request: { signal } }),
    );
    return toPullRequest(changed.data);
  }

  checks(
    at: Slug,
    commit: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]> {
    return this.#checks.of(this.#places.now(at), commit, signal);
  }

  merge(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<MergeResult> {
    return mergePull(this.#rest, { at: this.#places.now(at), number, signal }, how);
  }

  close(at: Slug, number: number, comment: string, signal: AbortSignal): Promise<void> {
    return closePull(this.#rest, { at: this.#places.now(at), number, signal }, comment);
  }

  /** The newest pull request from a branch of the repository itself. */
  async #newest(
    at: Slug,
    branch: string,
    which: { readonly state: "all" | "open"; readonly base?: string },
    signal: AbortSignal,
  ): Promise<GitHubPull | undefined> {
    const place = this.#places.now(at);
    const doing = `look for a pull request from ${branch} of ${title(at)}`;
    const { data, headers } = await call(doing, signal, () =>
      this.#rest.pulls.list({
        ...named(place),
        ...which,
        head: `${place.owner}:${branch}`,
        sort: "created",
        direction: "desc",
        per_page: 20,
        request: { signal },
      }),
    );
    // The filter names the owner, so under an old name nothing is found although there may be something.
    if (this.#places.hasMoved(headers) && (await this.#places.learn(at, signal)))
      return this.#newest(at, branch, which, signal);
    return data.filter((pull) => isOurs(pull) && pull.head.ref === branch).sort((a, b) => b.number - a.number)[0];
  }
}
