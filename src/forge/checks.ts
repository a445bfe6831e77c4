import type { Check, Slug } from "../reconcilers/forge-port.ts";
import type { Clock } from "../reconcilers/ports.ts";
import { call, callOr, named, type Rest, title } from "./call.ts";
import { type CheckRun, type CommitStatus, checksOf, type RequiredCheck } from "./check-state.ts";
import type { MergeQueues } from "./merge-queues.ts";

/** So long the required checks of a branch are taken to be the same. GitHub itself holds a merge to them anyway. */
const rememberMs = 60_000;
/** Pages of 100: a commit with more checks than that is not ours to understand. */
const maxPages = 10;

/** Checks of commits on GitHub. */
export class Checks {
  readonly #rest: Rest;
  readonly #clock: Pick<Clock, "now">;
  readonly #queues: Pick<MergeQueues, "learn">;
  readonly #required = new Map<string, { readonly until: number; readonly checks: readonly RequiredCheck[] }>();

  constructor(rest: Rest, clock: Pick<Clock, "now">, queues: Pick<MergeQueues, "learn">) {
    this.#rest = rest;
    this.#clock = clock;
    this.#queues = queues;
  }

  /** Check runs and statuses together, with what `base` requires. */
  async of(
    at: Slug,
    { sha, base }: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]> {
    const [runs, statuses, required] = await Promise.all([
      this.#runs(at, sha, signal),
      this.#statuses(at, sha, signal),
      this.#requiredOn(at, base, signal),
    ]);
    return checksOf(runs, statuses, required);
  }

  async #runs(at: Slug, sha: string, signal: AbortSignal): Promise<CheckRun[]> {
    const doing = `read the check runs of ${sha} in ${title(at)}`;
    return allPages((page) =>
      call(doing, signal, async () => {
        const where = { ...named(at), ref: sha, filter: "latest" as const, per_page: 100, page, request: { signal } };
        const { data } = await this.#rest.checks.listForRef(where);
        return { items: data.check_runs, total: data.total_count };
      }),
    );
  }

  async #statuses(at: Slug, sha: string, signal: AbortSignal): Promise<CommitStatus[]> {
    const doing = `read the statuses of ${sha} in ${title(at)}`;
    return allPages((page) =>
      call(doing, signal, async () => {
        const where = { ...named(at), ref: sha, per_page: 100, page, request: { signal } };
        const { data } = await this.#rest.repos.getCombinedStatusForRef(where);
        return { items: data.statuses, total: data.total_count };
      }),
    );
  }

  async #requiredOn(at: Slug, base: string, signal: AbortSignal): Promise<readonly RequiredCheck[]> {
    const key = `${title(at)} ${base}`;
    const now = this.#clock.now().getTime();
    const known = this.#required.get(key);
    if (known && known.until > now) return known.checks;
    const both = await Promise.all([this.#protected(at, base, signal), this.#ruled(at, base, signal)]);
    const checks = both.flat();
    for (const [old, { until }] of this.#required) if (until <= now) this.#required.delete(old);
    this.#required.set(key, { until: now + rememberMs, checks });
    return checks;
  }

  /** What branch protection requires: as every reader sees it, else as who administers the repository does. */
  async #protected(at: Slug, branch: string, signal: AbortSignal): Promise<RequiredCheck[]> {
    const doing = `read the protection of ${branch} of ${title(at)}`;
    const where = { ...named(at), branch, request: { signal } };
    const found = await callOr(doing, signal, [403, 404], () => this.#rest.repos.getBranch(where));
    const seen = requiredBy(found?.data.protection?.required_status_checks);
    if (seen.length > 0 || !found?.data.protected) return seen;
    // Some hosts name the checks here alone, and most tell only administrators.
    const policy = await callOr(doing, signal, [403, 404], () => this.#rest.repos.getStatusChecksProtection(where));
    return requiredBy(policy?.data);
  }

  /** What rulesets require. Hosts that know none answer 404. */
  async #ruled(at: Slug, branch: string, signal: AbortSignal): Promise<RequiredCheck[]> {
    const doing = `read the rules of ${branch} of ${title(at)}`;
    const found = await callOr(doing, signal, [403, 404], () =>
      this.#rest.repos.getBranchRules({ ...named(at), branch, per_page: 100, request: { signal } }),
    );
    const rules: readonly { readonly type: string }[] = found?.data ?? [];
    if (rules.some(({ type }) => type === "merge_queue")) this.#queues.learn(at, branch, true);
    return (found?.data ?? []).flatMap((rule) =>
      rule.type === "required_status_checks"
        ? (rule.parameters?.required_status_checks ?? []).map(({ context, integration_id }) => ({
            name: context,
            appId: appOf(integration_id),
          }))
        : [],
    );
  }
}

/** Checks by name, with the App that they have to come from; older hosts give the names alone. */
function requiredBy(policy: Policy | undefined): RequiredCheck[] {
  const { contexts = [], checks = [] } = policy ?? {};
  const detailed = checks.map(({ context, app_id }) => ({ name: context, appId: appOf(app_id) }));
  const plain = contexts.filter((name) => !checks.some(({ context }) => context === name));
  return [...detailed, ...plain.map((name) => ({ name, appId: undefined }))];
}

interface Policy {
  readonly contexts?: readonly string[];
  readonly checks?: readonly { readonly context: string; readonly app_id: number | null }[];
}

/** GitHub writes -1, or nothing, for any App. */
const appOf = (id: number | null | undefined): number | undefined => (id == null || id < 0 ? undefined : id);

async function allPages<T>(
  page: (number: number) => Promise<{ readonly items: readonly T[]; readonly total: number }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let number = 1; number <= maxPages; number++) {
    const { items, total } = await page(number);
    all.push(...items);
    if (items.length === 0 || all.length >= total) break;
  }
  return all;
}
