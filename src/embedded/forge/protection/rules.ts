import { type Caller, permissionOf } from "../access.ts";
import { stateOfCommit } from "../check/record.ts";
import type { MergeRule, PushRule, Rules } from "../rules.ts";
import { asProtection, queueOn, rulesetsOn } from "../ruleset/record.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import type { Reader } from "../store/store.ts";
import { checkObstacles, reviewObstacles } from "./obstacle.ts";
import { type Protection, protectionOf } from "./record.ts";

/** All that a branch is under: its classic protection, and every active ruleset that matches. */
export function protectionsOn(reader: Reader, repository: Repository, branch: string): readonly Protection[] {
  const classic = protectionOf(reader, repository, branch);
  const ruled = rulesetsOn(reader, repository, branch).map((ruleset) => asProtection(ruleset, branch));
  return [...(classic ? [classic] : []), ...ruled];
}

/** Everything that stands between a pull request and its merge, conflicts aside; empty when nothing does. */
export function mergeObstacles(reader: Reader, repository: Repository, pull: PullRequest): readonly string[] {
  const all = protectionsOn(reader, repository, pull.base.ref).flatMap((protection) => [
    ...(protection.lockBranch ? [`The branch ${pull.base.ref} is locked.`] : []),
    ...reviewObstacles(reader, repository, pull, protection),
    ...checkObstacles(reader, repository, pull.head.sha, protection),
  ]);
  return [...new Set(all)];
}

/** The rules that branches of this forge are protected by. A merge is held to them whoever asks for it. */
export function rulesOf(reader: Reader): Rules {
  return {
    merge: (repository, pull, behind) => mergeRule(reader, repository, pull, behind),
    landing: (repository, branch) => {
      const method = queueOn(reader, repository, branch);
      const linear = protectionsOn(reader, repository, branch).some(({ linearHistory }) => linearHistory);
      return { queue: method && { method }, linear };
    },
    push: (repository, branch, caller) => {
      const rules = protectionsOn(reader, repository, branch).map((each) => pushRule(reader, repository, each, caller));
      const hasQueue = queueOn(reader, repository, branch) !== undefined;
      const refuse = hasQueue
        ? "Changes must be made through the merge queue"
        : rules.find((rule) => rule.refuse !== undefined)?.refuse;
      return {
        forcePush: rules.every((rule) => rule.forcePush),
        deletion: rules.every((rule) => rule.deletion),
        ...(refuse === undefined ? {} : { refuse }),
      };
    },
    protected: (repository, branch) => protectionsOn(reader, repository, branch).length > 0,
  };
}

function mergeRule(reader: Reader, repository: Repository, pull: PullRequest, behind: boolean): MergeRule {
  const obstacles = mergeObstacles(reader, repository, pull);
  if (obstacles.length > 0) return { state: "blocked", reason: obstacles.join(" ") };
  const isStrict = protectionsOn(reader, repository, pull.base.ref).some(({ checks }) => checks?.strict);
  if (isStrict && behind) return { state: "behind", reason: "The head branch is not up to date with the base branch." };
  const said = stateOfCommit(reader, repository, pull.head.sha);
  // A check that nobody requires stops nothing, and yet a person should see it.
  return { state: said === "failure" || said === "pending" ? "unstable" : "clean" };
}

function pushRule(reader: Reader, repository: Repository, protection: Protection, caller: Caller): PushRule {
  const { forcePushes: forcePush, deletions: deletion } = protection;
  const refuse = reasonAgainstPush(reader, repository, protection, caller);
  return { forcePush, deletion, ...(refuse === undefined ? {} : { refuse }) };
}

function reasonAgainstPush(
  reader: Reader,
  repository: Repository,
  { branch, ...protection }: Protection,
  caller: Caller,
): string | undefined {
  if (protection.lockBranch) return `Cannot change this locked branch: ${branch}.`;
  const isAdmin = permissionOf(reader, caller, repository) === "admin";
  if (isAdmin && !protection.enforceAdmins) return undefined;
  const { restrictions, reviews, checks } = protection;
  if (restrictions && !restrictions.includes(caller.user.login)) return `You're not authorized to push to ${branch}.`;
  if (reviews) return "Changes must be made through a pull request.";
  const [first, ...more] = checks?.checks ?? [];
  if (!first) return undefined;
  return more.length === 0
    ? `Required status check "${first.context}" is expected.`
    : `${more.length + 1} of ${more.length + 1} required status checks are expected.`;
}
