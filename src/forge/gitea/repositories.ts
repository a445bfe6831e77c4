import type { RepositoryFacts, Slug } from "../../reconcilers/forge-port.ts";
import type { MergeMethod } from "../../schema/merge-rule.ts";
import { title } from "../call.ts";
import { type Api, repoPath } from "./api.ts";

/** The parts of Gitea's repositories that are used. */
export interface GiteaRepository {
  readonly name: string;
  readonly owner: { readonly login: string };
  readonly html_url: string;
  readonly default_branch: string;
  readonly archived: boolean;
  readonly mirror?: boolean;
  readonly permissions?: { readonly push: boolean };
  readonly has_pull_requests?: boolean;
  readonly allow_merge_commits?: boolean;
  readonly allow_squash_merge?: boolean;
  readonly allow_rebase?: boolean;
}

/** Gitea's repository in our words. */
export function toFacts(found: GiteaRepository): RepositoryFacts {
  return {
    url: found.html_url,
    defaultBranch: found.default_branch,
    archived: found.archived,
    slug: { owner: found.owner.login, name: found.name },
    // A mirror of another host takes pushes from nobody.
    canPush: !found.archived && found.mirror !== true && found.permissions?.push === true,
    mergeMethods: methodsOf(found),
  };
}

function methodsOf(found: GiteaRepository): readonly MergeMethod[] {
  const allowed: Readonly<Record<MergeMethod, boolean | undefined>> = {
    Merge: found.allow_merge_commits,
    Squash: found.allow_squash_merge,
    Rebase: found.allow_rebase,
  };
  return (["Merge", "Squash", "Rebase"] as const).filter((method) => allowed[method]);
}

/** Repositories, and where those have gone that were renamed or moved. Gitea redirects; knowing saves the way round. */
export class Repositories {
  readonly #api: Api;
  readonly #moved = new Map<string, Slug>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Its owner and name now, as far as we know. */
  now(at: Slug): Slug {
    return this.#moved.get(title(at)) ?? at;
  }

  /** Undefined when there is no such repository, or it is hidden from us. */
  async facts(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined> {
    const call = { doing: `read repository ${title(at)}`, path: repoPath(at), signal };
    const found = await this.#api.getOr<GiteaRepository>(call, 404);
    if (!found) return undefined;
    const facts = toFacts(found.data);
    // The old name may be given to another repository later, so what is not moved is forgotten.
    if (title(facts.slug) === title(at)) this.#moved.delete(title(at));
    else this.#moved.set(title(at), facts.slug);
    return facts;
  }
}
