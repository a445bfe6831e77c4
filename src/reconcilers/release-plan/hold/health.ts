import type { Repository } from "../../../schema/repository.ts";
import { bounded } from "../../bounded.ts";
import { listed, tallyOf } from "../../change-proposal/checks.ts";
import { ForgeError, StalledError } from "../../errors.ts";
import type { Check, Forges } from "../../forge-port.ts";
import type { Lookup } from "../../ports.ts";
import { slugOf, wayToForge } from "../../way.ts";
import type { Held } from "./hold.ts";
import type { Passed } from "./passed.ts";

/** How the checks of a repository's base branch are doing. */
export interface Health {
  readonly repository: string;
  readonly branch: string;
  /** `none`: no check has ever run there. `unknown`: it cannot be looked at, for the reason in `names`. */
  readonly is: "passed" | "pending" | "failed" | "none" | "unknown";
  /** What it waits for, or what failed. */
  readonly names: readonly string[];
}

/** So many repositories are looked at together. */
const atOnce = 8;
/** So many are named. */
const most = 3;

interface Sources {
  readonly lookup: Lookup;
  readonly forges: Forges;
  /** What was seen to have passed a moment ago, and is not asked for again. */
  readonly passed?: Passed;
}

/**
 * Looks at the checks of the heads of these base branches, as their Repositories know them: a few conditional reads for each. A forge
 * that does not answer is `unknown`, and keeps nobody from what else is to be done.
 */
export async function lookAtHealth(
  repositories: readonly Repository[],
  { lookup, forges, passed }: Sources,
  signal: AbortSignal,
): Promise<readonly Health[]> {
  return bounded(repositories, atOnce, async (repository) => {
    const { namespace, name } = repository.metadata;
    const where = { repository: name, branch: repository.spec.branch };
    const way = wayToForge(lookup, repository);
    if (way.is === "shut") return { ...where, is: "unknown", names: [way.finding.message] };
    const sha = repository.status?.head?.sha;
    if (sha === undefined) return { ...where, is: "unknown", names: ["its head is not known yet"] };
    const commit = `${namespace}/${name}@${sha}`;
    if (passed?.has(commit)) return { ...where, is: "passed", names: [] };
    try {
      const host = await forges.of(way.forge, signal, "Release");
      const health = healthOf(await host.pulls.checks(slugOf(repository), { sha, base: where.branch }, signal));
      if (health.is === "passed") passed?.add(commit);
      return { ...where, ...health };
    } catch (error) {
      if (!(error instanceof ForgeError) && !(error instanceof StalledError)) throw error;
      signal.throwIfAborted();
      return { ...where, is: "unknown", names: [error.message] };
    }
  });
}

/** How these checks of a commit are doing together. A required one that has not reported is waited for. */
export function healthOf(checks: readonly Check[]): Pick<Health, "is" | "names"> {
  const { total, failing, pending } = tallyOf(checks, {});
  if (failing.length > 0) return { is: "failed", names: failing };
  if (pending.length > 0) return { is: "pending", names: pending };
  return { is: total === 0 ? "none" : "passed", names: [] };
}

/** Why nothing begins, by the health of the whole set; undefined where all have passed. What is not known has not passed. */
export function healthHold(all: readonly Health[], now: Date): Held | undefined {
  const bad = all.filter((each) => each.is !== "passed").sort((a, b) => urgency[a.is] - urgency[b.is]);
  if (all.length > 0 && bad.length === 0) return undefined;
  const named = bad.slice(0, most).map(textOf);
  const more = bad.length > most ? `; and ${bad.length - most} more` : "";
  const what = all.length === 0 ? "no base branch was looked at" : `${named.join("; ")}${more}`;
  const isMoving = bad.every(({ is }) => is === "pending" || is === "unknown");
  const until = new Date(now.getTime() + (isMoving ? pendingMs : failedMs));
  return { why: `spec.policy.health is Required: ${what}`, until };
}

/** How long until it is looked at again, where no event comes before that. */
const pendingMs = 30_000;
const failedMs = 300_000;

const urgency: Readonly<Record<Health["is"], number>> = { failed: 0, none: 1, unknown: 2, pending: 3, passed: 4 };

function textOf({ repository, branch, is, names }: Health): string {
  const which = `${branch} of ${repository}`;
  switch (is) {
    case "failed":
      return `${listed(names, most)} failed on ${which}`;
    case "none":
      return `no check ran on ${which}`;
    case "unknown":
      return `${which} cannot be looked at (${listed(names)})`;
    case "pending":
      return `${which} waits for ${listed(names, most)}`;
    case "passed":
      return `${which} has passed`;
  }
}
