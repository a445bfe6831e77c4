import type { PullRequest, Slug } from "../reconcilers/forge-port.ts";
import { call, callOr, named, type Rest, title } from "./call.ts";
import type { MergeQueues } from "./merge-queues.ts";
import type { Places } from "./places.ts";
import { type GitHubPull, isOurs, toPullRequest } from "./pull-request.ts";

export interface ReaderOptions {
  readonly rest: Rest;
  readonly places: Places;
  readonly queues: MergeQueues;
}

/** Reads pull requests on GitHub. */
export class PullReader {
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** The newest pull request from a branch of the repository itself, whatever its state. */
  async find(at: Slug, branch: string, signal: AbortSignal): Promise<PullRequest | undefined> {
    const newest = await this.newest(at, branch, { state: "all" }, signal);
    // Only by its number is it told whether it can be merged.
    if (newest?.state !== "open") return newest && toPullRequest(newest);
    return this.get(at, newest.number, signal);
  }

  async get(at: Slug, number: number, signal: AbortSignal): Promise<PullRequest | undefined> {
    const place = this.#options.places.now(at);
    const doing = `read pull request #${number} of ${title(at)}`;
    const found = await callOr(doing, signal, [404], () =>
      this.#options.rest.pulls.get({ ...named(place), pull_number: number, request: { signal } }),
    );
    return found && this.#complete(place, found.data, signal);
  }

  /** The newest pull request from a branch of the repository itself, as GitHub lists it. */
  async newest(
    at: Slug,
    branch: string,
    which: { readonly state: "all" | "open"; readonly base?: string },
    signal: AbortSignal,
  ): Promise<GitHubPull | undefined> {
    const { rest, places } = this.#options;
    const place = places.now(at);
    const doing = `look for a pull request from ${branch} of ${title(at)}`;
    const { data, headers } = await call(doing, signal, () =>
      rest.pulls.list({
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
    if (places.hasMoved(headers) && (await places.learn(at, signal))) return this.newest(at, branch, which, signal);
    return data.filter((pull) => isOurs(pull) && pull.head.ref === branch).sort((a, b) => b.number - a.number)[0];
  }

  /** Asks for what the REST API does not tell, where it may be so: once in a queue, auto-merge looks as if it were off. */
  async #complete(
    at: Slug,
    pull: GitHubPull & { readonly node_id: string },
    signal: AbortSignal,
  ): Promise<PullRequest> {
    const { queues } = this.#options;
    const base = pull.base.ref;
    if (pull.state !== "open" || pull.auto_merge) return toPullRequest(pull);
    return toPullRequest(pull, await queues.holds({ at, number: pull.number, signal }, { id: pull.node_id, base }));
  }
}
