import { z } from "zod";
import type { Key, Lookup } from "../reconcilers/ports.ts";
import { ChangeProposal } from "../schema/change-proposal.ts";
import type { Kind } from "../schema/kind.ts";
import { Release } from "../schema/release.ts";
import { Repository } from "../schema/repository.ts";

/** An object whose wait a delivery shortens. */
export interface Affected {
  readonly kind: Kind;
  readonly key: Key;
}

/** The few fields of GitHub's payloads that say what a delivery is about. Nothing else in them is believed. */
const Payload = z.object({
  repository: z.object({ full_name: z.string() }),
  action: z.string().optional(),
  ref: z.string().optional(),
  pull_request: z.object({ number: z.int(), head: z.object({ ref: z.string() }) }).optional(),
  issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }).optional(),
  comment: z.object({ user: z.object({ type: z.string().optional() }).nullish() }).optional(),
  check_run: z.object({ head_sha: z.string() }).optional(),
  check_suite: z.object({ head_sha: z.string() }).optional(),
  release: z.object({ tag_name: z.string() }).optional(),
  merge_group: z.object({ head_ref: z.string() }).optional(),
  sha: z.string().optional(),
});
export type Payload = z.infer<typeof Payload>;

/** Undefined when the bytes are no payload about a repository. */
export function parsePayload(body: string): Payload | undefined {
  try {
    return Payload.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/**
 * Objects that should look again because of this delivery. A push concerns the repository, or the proposal
 * whose branch it moved; a pull request, what a person says below it, a check or a status concerns the proposal; a tag, or
 * what is published for one, also the release that is at it. State is read off the forge afterwards: a delivery decides
 * nothing.
 */
export function affectedBy(event: string, payload: Payload, forge: Key, lookup: Lookup): readonly Affected[] {
  const slug = payload.repository.full_name.toLowerCase();
  const repositories = lookup
    .list(Repository, forge.namespace)
    .filter(({ spec }) => spec.forgeRef.name === forge.name && `${spec.owner}/${spec.name}`.toLowerCase() === slug);
  const names = new Set(repositories.map(({ metadata }) => metadata.name));
  const proposals = () =>
    lookup.list(ChangeProposal, forge.namespace).filter(({ spec }) => names.has(spec.repositoryRef.name));
  /** What is released and found to be there is looked at no more. */
  const releasesAt = (tag: string | undefined): readonly Affected[] =>
    lookup
      .list(Release, forge.namespace)
      .filter(({ spec, status }) => names.has(spec.repositoryRef.name) && status?.tag === tag && tag !== undefined)
      .filter(({ status }) => status?.phase !== "Released")
      .map((each) => ({ kind: Release, key: keyOf(each) }));

  if (event === "push" || event === "create" || event === "delete") {
    const branch = payload.ref?.replace(/^refs\/heads\//, "");
    const ours = proposals().filter(({ status }) => status?.branch === branch);
    if (ours.length > 0) return ours.map(proposal);
    return [...repositories.map(repository), ...releasesAt(payload.ref?.replace(/^refs\/tags\//, ""))];
  }
  if (event === "repository") return repositories.map(repository);
  if (event === "release") return [...repositories.map(repository), ...releasesAt(payload.release?.tag_name)];
  if (saysNothing(event, payload)) return [];
  return proposals()
    .filter((each) => concerns(each, payload))
    .map(proposal);
}

/** What steers nobody: bots, ourselves among them, remarks on lines of code, and what was said before and is changed. */
const saysNothing = (event: string, { action, comment }: Payload): boolean =>
  event === "pull_request_review_comment" ||
  (event === "issue_comment" && (action !== "created" || comment?.user?.type === "Bot"));

function concerns({ status }: ChangeProposal, payload: Payload): boolean {
  const { pull_request, issue, check_run, check_suite, merge_group, sha } = payload;
  const number = status?.pullRequest?.number;
  if (pull_request) return number === pull_request.number || status?.branch === pull_request.head.ref;
  // Every pull request is an issue, too. Of the others it says so.
  if (issue) return issue.pull_request != null && number === issue.number;
  // A group is named by its last pull request. Whoever else is in the queue may be in it.
  if (merge_group) return status?.phase === "Queued" || merge_group.head_ref.includes(`/pr-${number}-`);
  const commit = check_run?.head_sha ?? check_suite?.head_sha ?? sha;
  return commit !== undefined && status?.commit === commit;
}

const keyOf = ({ metadata }: { metadata: Key }): Key => ({ namespace: metadata.namespace, name: metadata.name });
const repository = (each: Repository): Affected => ({ kind: Repository, key: keyOf(each) });
const proposal = (each: ChangeProposal): Affected => ({ kind: ChangeProposal, key: keyOf(each) });
