import type { Slug } from "../../reconcilers/forge-port.ts";
import { title } from "../call.ts";
import { type Api, pageSize, repoPath } from "./api.ts";
import type { GiteaPull } from "./pull-request.ts";

interface Known {
  /** Greatest number that was seen. */
  newest: number;
  readonly byBranch: Map<string, number>;
}

/** Enough to see what is new since the last look. */
const newPage = 10;
/** Branches that are remembered of all repositories together. */
const maxBranches = 100_000;

/**
 * Which pull request of a repository is the newest from a branch. Gitea cannot be asked that: it lists pull requests, newest
 * first, and finds one by both of its branches, whichever it comes upon. So what it lists is remembered, whole at the
 * first question, and from then on a question costs one short page of what is new.
 */
export class BranchIndex {
  readonly #api: Api;
  readonly #known = new Map<string, Known>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Its number, and the pull request itself where it was just seen. */
  async newest(
    at: Slug,
    branch: string,
    signal: AbortSignal,
  ): Promise<{ readonly number: number; readonly seen: GiteaPull | undefined } | undefined> {
    const known = this.#take(at);
    const seen = await this.#update(at, known, signal);
    this.#forgetOldest();
    const number = known.byBranch.get(branch);
    return number === undefined ? undefined : { number, seen: seen.get(number) };
  }

  /** For a pull request that is not what it was: removed, or of a branch with another name. */
  forget(at: Slug): void {
    this.#known.delete(title(at));
  }

  #take(at: Slug): Known {
    const known = this.#known.get(title(at)) ?? { newest: 0, byBranch: new Map() };
    this.#known.delete(title(at));
    this.#known.set(title(at), known);
    return known;
  }

  async #update(at: Slug, known: Known, signal: AbortSignal): Promise<ReadonlyMap<number, GiteaPull>> {
    const doing = `list the pull requests of ${title(at)}`;
    const limit = known.newest === 0 ? pageSize : newPage;
    const seen = new Map<number, GiteaPull>();
    for (let page = 1; ; page++) {
      const path = repoPath(at, `/pulls?state=all&limit=${limit}&page=${page}`);
      const { data, total } = await this.#api.get<readonly GiteaPull[]>({ doing, path, signal });
      for (const pull of data) seen.set(pull.number, pull);
      const isAll = data.length === 0 || seen.size >= (total ?? Number.POSITIVE_INFINITY);
      if (isAll || data.some(({ number }) => number <= known.newest)) break;
    }
    for (const { number, head, base } of seen.values()) {
      const isNew = number > (known.byBranch.get(head.label) ?? 0);
      if (isNew && head.label !== "" && head.repo_id === base.repo_id) known.byBranch.set(head.label, number);
    }
    known.newest = Math.max(known.newest, ...seen.keys());
    return seen;
  }

  #forgetOldest(): void {
    let size = 0;
    for (const { byBranch } of this.#known.values()) size += byBranch.size;
    for (const [oldest, { byBranch }] of this.#known) {
      if (size <= maxBranches || this.#known.size === 1) break;
      this.#known.delete(oldest);
      size -= byBranch.size;
    }
  }
}
