import type { Forge } from "../forge.ts";
import type { Repository } from "../store/record.ts";
import { apiUrl } from "../view/repository.ts";
import { userByLogin } from "../view/user.ts";
import { type Protection, protectionOf, type RequiredChecks, type RequiredReviews } from "./record.ts";

/** Address of a branch's protection. */
export const protectionUrl = (forge: Forge, repository: Repository, branch: string): string =>
  `${apiUrl(forge, repository)}/branches/${encodeURIComponent(branch)}/protection`;

/** What `GET` of a branch tells everybody of its protection. */
export function protectionSummary(forge: Forge, repository: Repository, branch: string): Record<string, unknown> {
  const protection = protectionOf(forge.store, repository, branch);
  const checks = (protection?.checks?.checks ?? []).map(({ context, appId }) => ({ context, app_id: appId }));
  const level = protection?.enforceAdmins ? "everyone" : "non_admins";
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: protection?.checks ? level : "off",
      contexts: checks.map(({ context }) => context),
      checks,
    },
  };
}

const flag = (enabled: boolean): { readonly enabled: boolean } => ({ enabled });

/** GitHub's `branch-protection`. */
export function protectionView(forge: Forge, repository: Repository, protection: Protection): Record<string, unknown> {
  const url = protectionUrl(forge, repository, protection.branch);
  const { checks, reviews, restrictions } = protection;
  return {
    url,
    ...(checks ? { required_status_checks: checksView(url, checks) } : {}),
    ...(reviews ? { required_pull_request_reviews: reviewsView(url, reviews) } : {}),
    ...(restrictions ? { restrictions: restrictionsView(forge, url, restrictions) } : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: adminsView(url, protection),
    required_linear_history: flag(protection.linearHistory),
    allow_force_pushes: flag(protection.forcePushes),
    allow_deletions: flag(protection.deletions),
    block_creations: flag(protection.blockCreations),
    required_conversation_resolution: flag(protection.conversationResolution),
    lock_branch: flag(protection.lockBranch),
    allow_fork_syncing: flag(protection.forkSyncing),
  };
}

/** GitHub's `status-check-policy`. */
export function checksView(url: string, { strict, checks }: RequiredChecks): Record<string, unknown> {
  return {
    url: `${url}/required_status_checks`,
    strict,
    contexts: checks.map(({ context }) => context),
    contexts_url: `${url}/required_status_checks/contexts`,
    checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

/** GitHub's `protected-branch-pull-request-review`. */
export function reviewsView(url: string, reviews: RequiredReviews): Record<string, unknown> {
  return {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: reviews.dismissStale,
    require_code_owner_reviews: reviews.codeOwners,
    require_last_push_approval: reviews.lastPush,
    required_approving_review_count: reviews.approvals,
  };
}

/** GitHub's `protected-branch-admin-enforced`. */
export const adminsView = (url: string, { enforceAdmins }: Protection): Record<string, unknown> => ({
  url: `${url}/enforce_admins`,
  enabled: enforceAdmins,
});

function restrictionsView(forge: Forge, url: string, logins: readonly string[]): Record<string, unknown> {
  const own = `${url}/restrictions`;
  const urls = { url: own, users_url: `${own}/users`, teams_url: `${own}/teams`, apps_url: `${own}/apps` };
  return { ...urls, users: logins.flatMap((login) => userByLogin(forge, login) ?? []), teams: [], apps: [] };
}
