import type { RepositoryFacts, Slug } from "../reconcilers/forge-port.ts";
import { movedHeader } from "./answer.ts";
import { callOr, named, type Rest, title } from "./call.ts";

/** Where repositories are, and where those have gone that were renamed or moved. */
export class Places {
  readonly #rest: Rest;
  readonly #moved = new Map<string, Slug>();

  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Its owner and name now, as far as we know. */
  now(at: Slug): Slug {
    return this.#moved.get(title(at)) ?? at;
  }

  /** Whether redirects led to an answer. */
  hasMoved(headers: object): boolean {
    return movedHeader in headers;
  }

  /** Finds out where a repository went. False when that is no news. */
  async learn(at: Slug, signal: AbortSignal): Promise<boolean> {
    const before = title(this.now(at));
    const facts = await this.facts(at, signal);
    return facts !== undefined && title(facts.slug) !== before;
  }

  /** Undefined when there is no such repository, or it is hidden from us. */
  async facts(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined> {
    const found = await callOr(`read repository ${title(at)}`, signal, [404], () =>
      this.#rest.repos.get({ ...named(at), request: { signal } }),
    );
    if (!found) return undefined;
    const { html_url, default_branch, archived, disabled, permissions, name, owner } = found.data;
    const { allow_merge_commit, allow_squash_merge, allow_rebase_merge } = found.data;
    const slug = { owner: owner.login, name };
    // The old name may be given to another repository later, so what is not moved is forgotten.
    if (title(slug) === title(at)) this.#moved.delete(title(at));
    else this.#moved.set(title(at), slug);
    const isFrozen = archived || disabled;
    // Some hosts do not tell an App what it may do. A push would.
    return {
      url: html_url,
      defaultBranch: default_branch,
      archived,
      slug,
      canPush: !isFrozen && permissions?.push !== false,
      // Only who may push is told.
      mergeMethods: [
        ...(allow_merge_commit ? (["Merge"] as const) : []),
        ...(allow_squash_merge ? (["Squash"] as const) : []),
        ...(allow_rebase_merge ? (["Rebase"] as const) : []),
      ],
    };
  }
}
