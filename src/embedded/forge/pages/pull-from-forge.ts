import {
  type CheckRun,
  latestRuns,
  latestStatuses,
  stateOfCommit,
  stateOfRun,
  stateOfStatus,
} from "../check/record.ts";
import type { Forge } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { issueComments } from "../issue/record.ts";
import { mergeObstacles, protectionsOn } from "../protection/rules.ts";
import { factsOf } from "../pull/fact.ts";
import { mergeabilityOf } from "../pull/mergeability.ts";
import { queueEntries, queueOf } from "../queue/record.ts";
import { filesOf } from "../review/comment.ts";
import { type Review, reviewComments, reviewsOf } from "../review/record.ts";
import { labels, type PullRequest, type Repository } from "../store/record.ts";
import { fileChange } from "./file-change.ts";
import type { CheckLine, CommitLine, MergeView, PullLine, PullView, ReviewVerdict, TimelineEntry } from "./source.ts";

/** Where a pull request is read from. */
interface PullPlace {
  readonly forge: Forge;
  readonly repository: Repository;
  readonly bare: BareRepository;
  readonly line: (sha: string) => Promise<CommitLine | undefined>;
}

/** A pull request as a line in a list. */
export function pullLine({ store }: Forge, repository: Repository, pull: PullRequest): PullLine {
  const checks = stateOfCommit(store, repository, pull.head.sha);
  const { number, title, user, head, base, createdAt, closedAt, mergedAt, comments } = pull;
  return {
    ...{ number, title, author: user, head: head.ref, base: base.ref, createdAt, closedAt, mergedAt },
    comments: comments + pull.reviewComments,
    state: stateOf(pull),
    labels: pull.labels.map((name) => {
      const label = store.get(labels, repository.id, name.toLowerCase());
      return { name, color: label?.color ?? "ededed" };
    }),
    ...(checks ? { checks } : {}),
  };
}

function stateOf({ mergedAt, state, draft }: PullRequest): PullLine["state"] {
  if (mergedAt !== null) return "merged";
  if (state === "closed") return "closed";
  return draft ? "draft" : "open";
}

/** A pull request with everything that its page shows. */
export async function pullOf(place: PullPlace, pull: PullRequest): Promise<PullView> {
  const { forge, repository, bare, line } = place;
  const facts = await factsOf(bare, pull);
  const commits = await Promise.all(facts.commits.map(line));
  return {
    ...pullLine(forge, repository, pull),
    body: pull.body ?? "",
    headSha: pull.head.sha,
    mergedBy: pull.mergedBy,
    mergeSha: pull.mergeCommitSha,
    reviewers: pull.requestedReviewers,
    assignees: pull.assignees,
    checkList: checkList(place, pull),
    timeline: timeline(place, pull),
    commits: commits.filter((commit) => commit !== undefined),
    files: (await filesOf(bare, pull)).map(fileChange),
    merge: await mergeView(place, pull),
  };
}

async function mergeView({ forge, repository }: PullPlace, pull: PullRequest): Promise<MergeView> {
  const { state } = await mergeabilityOf(forge, repository, pull);
  const obstacles = [
    ...(state === "dirty" ? [`It conflicts with ${pull.base.ref}; the conflicts must be resolved first.`] : []),
    ...(pull.draft ? ["It is still a draft."] : []),
    ...(state === "behind" ? [`It does not have the newest commits of ${pull.base.ref}, which is required.`] : []),
    ...mergeObstacles(forge.store, repository, pull),
  ];
  const handed = handedOver(forge, repository, pull);
  return { can: obstacles.length === 0, obstacles, ...(handed !== undefined && { handed }) };
}

function handedOver(
  { store }: Forge,
  { id }: Repository,
  { number, autoMerge, base }: PullRequest,
): string | undefined {
  const place = queueOf(store, id, base.ref).findIndex((entry) => entry.number === number);
  const by = place < 0 ? autoMerge?.by : store.get(queueEntries, id, number)?.by;
  if (place >= 0) return `It is number ${place + 1} in the merge queue of ${base.ref}, put there by ${by}.`;
  return by && `It is merged as soon as nothing stands in its way, as ${by} wished.`;
}

/** What was reported for the head, and what is required and was not. */
function checkList({ forge: { store }, repository }: PullPlace, pull: PullRequest): readonly CheckLine[] {
  const { sha } = pull.head;
  const protections = protectionsOn(store, repository, pull.base.ref);
  const needed = new Set(protections.flatMap(({ checks }) => checks?.checks.map(({ context }) => context) ?? []));
  const required = (name: string): boolean => needed.has(name);
  const runs = latestRuns(store, repository, sha).map((run) => {
    const { name, detailsUrl: url } = run;
    return { name, state: stateOfRun(run), summary: run.output.title ?? wordsOf(run), url, required: required(name) };
  });
  const said = latestStatuses(store, repository, sha).map((status) => {
    const { context: name, targetUrl: url, description, state } = status;
    return { name, state: stateOfStatus(status), summary: description ?? state, url, required: required(name) };
  });
  const reported = [...runs, ...said];
  const missing = [...needed].filter((name) => !reported.some((check) => check.name === name));
  const awaited = missing.map((name): CheckLine => {
    return { name, state: "pending", summary: "Expected, nothing was reported yet", url: null, required: true };
  });
  return [...reported, ...awaited];
}

function wordsOf({ status, conclusion, startedAt, completedAt }: CheckRun): string {
  if (status !== "completed") return status === "in_progress" ? "In progress" : "Queued";
  const seconds = Math.round((Date.parse(completedAt ?? "") - Date.parse(startedAt ?? "")) / 1000);
  const after = seconds > 0 ? ` after ${seconds} s` : "";
  const words = (conclusion ?? "done").replaceAll("_", " ");
  return `${words[0]!.toUpperCase()}${words.slice(1)}${after}`;
}

const verdicts: Readonly<Record<Review["state"], ReviewVerdict>> = {
  ...{ APPROVED: "approved", CHANGES_REQUESTED: "changes requested", COMMENTED: "commented" },
  ...{ DISMISSED: "dismissed", PENDING: "commented" },
};

function timeline({ forge: { store }, repository }: PullPlace, { number }: PullRequest): readonly TimelineEntry[] {
  const comments = [...store.all(issueComments, repository.id).values()]
    .filter((comment) => comment.number === number)
    .map(({ user: by, createdAt: at, body }): TimelineEntry => ({ kind: "comment", by, at, body }));
  const remarks = [...store.all(reviewComments, repository.id).values()];
  const reviews = reviewsOf(store, repository, number).flatMap(({ id, state, user: by, submittedAt, body }) => {
    const notes = remarks.filter(({ reviewId }) => reviewId === id);
    // A review without words is only told where it says yes or no, or where its remarks still stand.
    if (submittedAt === null || (state === "COMMENTED" && body === "" && notes.length === 0)) return [];
    const entry: TimelineEntry = { kind: "review", by, at: submittedAt, verdict: verdicts[state], body, notes };
    return [entry];
  });
  return [...comments, ...reviews].sort((a, b) => a.at.localeCompare(b.at));
}
