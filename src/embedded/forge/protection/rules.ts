import { type Caller, permissionOf } from "../access.ts";
import { stateOfCommit } from "../check/record.ts";
import type { MergeRule, PushRule, Rules } from "../rules.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import type { Reader } from "../store/store.ts";
import { checkObstacles, reviewObstacles } from "./obstacle.ts";
import { type Protection, protectionOf } from "./record.ts";

/** Everything that stands between a pull request and its merge, conflicts aside; empty when nothing does. */
export function mergeObstacles(reader: Reader, repository: Repository, pull: PullRequest): readonly string[] {
  const protection = protectionOf(reader, repository, pull.base.ref);
  if (!protection) return [];
  return [
    ...(protection.lockBranch ? [`The branch ${pull.base.ref} is locked.`] : []),
    ...reviewObstacles(reader, repository, pull, protection),
    ...checkObstacles(reader, repository, pull.head.sha, protection),
  ];
}

/** The rules that branches of this forge are protected by. A merge is held to them whoever asks for it. */
export function rulesOf(reader: Reader): Rules {
  return {
    merge: (repository, pull, behind) => mergeRule(reader, repository, pull, behind),
    push: (repository, branch, caller) => {
      const protection = protectionOf(reader, repository, branch);
      if (!protection) return { forcePush: true, deletion: true };
      return pushRule(reader, repository, protection, caller);
    },
    protected: (repository, branch) => protectionOf(reader, repository, branch) !== undefined,
  };
}

function mergeRule(reader: Reader, repository: Repository, pull: PullRequest, behind: boolean): MergeRule {
  const obstacles = mergeObstacles(reader, repository, pull);
  if (obstacles.length > 0) return { state: "blocked", reason: obstacles.join(" ") };
  const strict = protectionOf(reader, repository, pull.base.ref)?.checks?.strict ?? false;
  if (strict && behind) return { state: "behind", reason: "The head branch is not up to date with the base branch." };
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
