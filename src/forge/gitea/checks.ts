import type { Check, Slug } from "../../reconcilers/forge-port.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import { title } from "../call.ts";
import { type Api, inPath, pageSize, repoPath } from "./api.ts";
import { checksOf, type GiteaStatus, type Required } from "./check-state.ts";

/** So long what a branch requires is taken to be the same. Gitea itself holds a merge to it anyway. */
const rememberMs = 60_000;
/** A commit with more statuses than on so many pages is not ours to understand. */
const maxPages = 20;

interface Combined {
  readonly statuses: readonly GiteaStatus[] | null;
}

interface Branch {
  readonly enable_status_check?: boolean;
  readonly status_check_contexts?: readonly string[] | null;
  readonly required_approvals?: number;
}

/** Checks of commits on Gitea. */
export class Checks {
  readonly #api: Api;
  readonly #clock: Pick<Clock, "now">;
  readonly #required = new Map<string, { readonly until: number; readonly required: Required }>();

  constructor(api: Api, clock: Pick<Clock, "now">) {
    this.#api = api;
    this.#clock = clock;
  }

  /** The newest status of each context, with what `base` requires. */
  async of(
    at: Slug,
    { sha, base }: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]> {
    const [statuses, required] = await Promise.all([
      this.#statuses(at, sha, signal),
      this.requiredOn(at, base, signal),
    ]);
    return checksOf(statuses, required);
  }

  /** `total_count` counts the page alone; how many there are is in the header. */
  async #statuses(at: Slug, sha: string, signal: AbortSignal): Promise<GiteaStatus[]> {
    const doing = `read the statuses of ${sha} in ${title(at)}`;
    const all: GiteaStatus[] = [];
    for (let page = 1; page <= maxPages; page++) {
      const path = repoPath(at, `/commits/${sha}/status?limit=${pageSize}&page=${page}`);
      const { data, total } = await this.#api.get<Combined>({ doing, path, signal });
      const statuses = data.statuses ?? [];
      all.push(...statuses);
      if (statuses.length === 0 || all.length >= (total ?? Number.POSITIVE_INFINITY)) break;
    }
    return all;
  }

  /** Who may read the branch is told what its protection requires, though not the protection itself. */
  async requiredOn(at: Slug, base: string, signal: AbortSignal): Promise<Required> {
    const key = `${title(at)} ${base}`;
    const now = this.#clock.now().getTime();
    const known = this.#required.get(key);
    if (known && known.until > now) return known.required;
    const doing = `read the protection of ${base} of ${title(at)}`;
    const path = repoPath(at, `/branches/${inPath(base)}`);
    const found = await this.#api.getOr<Branch>({ doing, path, signal }, 404);
    const required = {
      enabled: found?.data.enable_status_check ?? false,
      patterns: found?.data.status_check_contexts ?? [],
      approvals: found?.data.required_approvals ?? 0,
    };
    for (const [old, { until }] of this.#required) if (until <= now) this.#required.delete(old);
    this.#required.set(key, { until: now + rememberMs, required });
    return required;
  }
}
