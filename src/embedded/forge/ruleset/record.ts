import type { Protection } from "../protection/record.ts";
import type { Repository } from "../store/record.ts";
import { defineTable, type Reader } from "../store/store.ts";

/** The rules that this forge holds people to; others are refused, so that nobody relies on one that does nothing. */
export const ruleTypes = [
  ...(["update", "deletion", "non_fast_forward"] as const),
  ...(["pull_request", "required_status_checks", "merge_queue", "required_linear_history"] as const),
] as const;

/** A rule as it was given, with GitHub's parameters in GitHub's words. */
export interface Rule {
  readonly type: (typeof ruleTypes)[number];
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Rules for the branches that match. */
export interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly enforcement: "active" | "disabled" | "evaluate";
  /** `~ALL`, `~DEFAULT_BRANCH`, or full refs with `*`, `**` and `?`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly Rule[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Scope repository id, key id. */
export const rulesets = defineTable<Ruleset>("rulesets");

/** The active rulesets that a branch is under. */
export function rulesetsOn(reader: Reader, repository: Repository, branch: string): readonly Ruleset[] {
  return [...reader.all(rulesets, repository.id).values()].filter(
    ({ enforcement, include, exclude }) =>
      enforcement === "active" &&
      include.some((pattern) => matches(pattern, repository, branch)) &&
      !exclude.some((pattern) => matches(pattern, repository, branch)),
  );
}

function matches(pattern: string, { defaultBranch }: Repository, branch: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return branch === defaultBranch;
  const source = pattern.replace(/\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(`refs/heads/${branch}`);
}

/** How the queue merges that a branch must be changed through; undefined where it needs none. */
export function queueOn(
  reader: Reader,
  repository: Repository,
  branch: string,
): "merge" | "squash" | "rebase" | undefined {
  const rules = rulesetsOn(reader, repository, branch).flatMap((ruleset) => ruleset.rules);
  const method = rules.find(({ type }) => type === "merge_queue")?.parameters?.["merge_method"];
  return (["merge", "squash", "rebase"] as const).find((each) => each.toUpperCase() === method);
}

/** The same rules as a protection. There are no bypass lists here, so they hold for everybody. */
export function asProtection({ rules }: Ruleset, branch: string): Protection {
  const has = (type: Rule["type"]): boolean => rules.some((rule) => rule.type === type);
  const parameters = (type: Rule["type"]) => rules.find((rule) => rule.type === type)?.parameters;
  const checks = parameters("required_status_checks");
  const reviews = parameters("pull_request");
  const required = (checks?.["required_status_checks"] ?? []) as readonly {
    context: string;
    integration_id?: number;
  }[];
  return {
    branch,
    checks: checks
      ? {
          strict: checks["strict_required_status_checks_policy"] === true,
          checks: required.map(({ context, integration_id: appId = null }) => ({ context, appId })),
        }
      : null,
    reviews: reviews
      ? {
          approvals: Number(reviews["required_approving_review_count"]),
          dismissStale: reviews["dismiss_stale_reviews_on_push"] === true,
          codeOwners: reviews["require_code_owner_review"] === true,
          lastPush: reviews["require_last_push_approval"] === true,
        }
      : null,
    enforceAdmins: true,
    restrictions: null,
    linearHistory: has("required_linear_history"),
    forcePushes: !has("non_fast_forward"),
    deletions: !has("deletion"),
    blockCreations: false,
    conversationResolution: reviews?.["required_review_thread_resolution"] === true,
    lockBranch: has("update"),
    forkSyncing: false,
  };
}
