import type { Caller } from "../access.ts";
import { type Forge, logTo, nowOf } from "../forge.ts";
import { invalid, notFound, type Problem } from "../http/problem.ts";
import { showPullRefs } from "../ref/tell.ts";
import { type PullRequest, pulls, type Repository } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { factsOf, type PullFacts } from "./fact.ts";
import { openPulls } from "./sync.ts";
import { writePull } from "./write.ts";

/** A pull request to be opened; the branches are of this repository. */
export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

const custom = (message: string): Problem => invalid({ resource: "PullRequest", code: "custom", message });

/** 422 where another open pull request has these two branches. */
export function demandOnlyOne(
  forge: Forge,
  repository: Repository,
  { number, head, base }: { readonly number: number | null; readonly head: string; readonly base: string },
): void {
  const other = openPulls(forge, repository).find(
    (pull) => pull.number !== number && pull.head.ref === head && pull.base.ref === base,
  );
  if (other) throw custom(`A pull request already exists for ${repository.owner}:${head}.`);
}

/** The branch in `owner:branch` or `branch`; 422 where it is another's. */
export function ownBranch(repository: Repository, head: string): string {
  const at = head.indexOf(":");
  if (at < 0) return head;
  const owner = head.slice(0, at).toLowerCase();
  if (owner === repository.owner.toLowerCase()) return head.slice(at + 1);
  throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
}

function draftOf(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  { head, base, ...rest }: NewPull,
): Omit<PullRequest, "id" | "number"> {
  const { refs } = forge.git.at(repository.directory);
  const [headSha, baseSha] = [refs.get(`refs/heads/${head}`), refs.get(`refs/heads/${base}`)];
  if (baseSha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  if (headSha === undefined) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  const now = nowOf(forge);
  return {
    ...rest,
    state: "open",
    locked: false,
    user: caller.user.login,
    head: { ref: head, sha: headSha },
    base: { ref: base, sha: baseSha },
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    labels: [],
    assignees: [],
    requestedReviewers: [],
    comments: 0,
    reviewComments: 0,
  };
}

function write(
  transaction: Transaction,
  forge: Forge,
  repository: Repository,
  { draft, facts }: { readonly draft: Omit<PullRequest, "id" | "number">; readonly facts: PullFacts },
): PullRequest {
  demandOnlyOne(forge, repository, { number: null, head: draft.head.ref, base: draft.base.ref });
  const pull: PullRequest = {
    id: transaction.next("id"),
    number: transaction.next(`number/${repository.id}`),
    ...draft,
  };
  const actor = draft.user;
  writePull(transaction, forge, repository, { pull, action: "opened", actor, facts });
  const subject = String(pull.number);
  logTo(transaction, forge, { actor, action: "pull.create", subject, repository, sha: pull.head.sha });
  return pull;
}

/** Opens a pull request; 422 as GitHub says it where there can be none. */
export function createPull(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  wanted: NewPull,
): Promise<PullRequest> {
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(async () => {
    const draft = draftOf(forge, repository, caller, wanted);
    demandOnlyOne(forge, repository, { number: null, head: wanted.head, base: wanted.base });
    const facts = await factsOf(bare, { id: 0, number: 0, ...draft });
    if (facts.mergeBase === null) {
      throw custom(`The ${wanted.head} branch has no history in common with ${wanted.base}`);
    }
    if (facts.commits.length === 0) throw custom(`No commits between ${wanted.base} and ${wanted.head}`);
    const pull = forge.store.transact((transaction) => write(transaction, forge, repository, { draft, facts }));
    showPullRefs(forge, repository, bare);
    return pull;
  });
}

/** The pull request as it is after the work before it; 404 where it is gone. */
export function currentPull(forge: Forge, repository: Repository, number: number): PullRequest {
  const pull = forge.store.get(pulls, repository.id, number);
  if (!pull) throw notFound();
  return pull;
}
