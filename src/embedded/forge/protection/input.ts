import type { Fields } from "../http/field.ts";
import { invalid, unprocessable } from "../http/problem.ts";
import type { Protection, RequiredChecks, RequiredReviews } from "./record.ts";

const mustBeThere = ["required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"];

/** A whole protection from a request's body; 422 where one of its four main parts is not even null. */
export function protectionIn(input: Fields, branch: string): Protection {
  const missing = mustBeThere.find((name) => !input.has(name));
  if (missing !== undefined) throw unprocessable(`Invalid request.\n\n"${missing}" wasn't supplied.`);
  const checks = input.optionalObject("required_status_checks");
  const reviews = input.optionalObject("required_pull_request_reviews");
  const restrictions = input.optionalObject("restrictions");
  const flag = (name: string): boolean => input.optionalFlag(name) ?? false;
  return {
    branch,
    checks: checks ? checksIn(checks) : null,
    reviews: reviews ? reviewsIn(reviews) : null,
    restrictions: restrictions ? (restrictions.optionalTexts("users") ?? []) : null,
    enforceAdmins: flag("enforce_admins"),
    linearHistory: flag("required_linear_history"),
    forcePushes: flag("allow_force_pushes"),
    deletions: flag("allow_deletions"),
    blockCreations: flag("block_creations"),
    conversationResolution: flag("required_conversation_resolution"),
    lockBranch: flag("lock_branch"),
    forkSyncing: flag("allow_fork_syncing"),
  };
}

/** `checks` with apps, or the older `contexts`; what is left out stays as before. */
export function checksIn(input: Fields, before: RequiredChecks = { strict: false, checks: [] }): RequiredChecks {
  const contexts = input.optionalTexts("contexts")?.map((context) => ({ context, appId: null }));
  const checks = input.optionalList("checks")?.map((each) => {
    const { context, app_id: appId } = (each ?? {}) as { readonly context?: unknown; readonly app_id?: unknown };
    if (typeof context !== "string") throw unprocessable("Invalid request.\n\nA check needs a context.");
    // -1 is GitHub's way to say "any app" aloud.
    return { context, appId: typeof appId === "number" && appId >= 0 ? appId : null };
  });
  const wanted = checks ?? contexts ?? before.checks;
  const byContext = new Map(wanted.map((check) => [check.context, check]));
  return { strict: input.optionalFlag("strict") ?? before.strict, checks: [...byContext.values()] };
}

const noReviews: RequiredReviews = { approvals: 1, dismissStale: false, codeOwners: false, lastPush: false };

/** How reviews are asked for; what is left out stays as before. */
export function reviewsIn(input: Fields, before: RequiredReviews = noReviews): RequiredReviews {
  const approvals = input.optionalNumber("required_approving_review_count") ?? before.approvals;
  if (!Number.isInteger(approvals) || approvals < 0 || approvals > 6) {
    const field = "required_approving_review_count";
    throw invalid({ resource: "ProtectedBranch", field, code: "invalid", message: "must be from 0 to 6" });
  }
  return {
    approvals,
    dismissStale: input.optionalFlag("dismiss_stale_reviews") ?? before.dismissStale,
    codeOwners: input.optionalFlag("require_code_owner_reviews") ?? before.codeOwners,
    lastPush: input.optionalFlag("require_last_push_approval") ?? before.lastPush,
  };
}
