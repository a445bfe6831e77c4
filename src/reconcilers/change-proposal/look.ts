import { createHash } from "node:crypto";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Repository } from "../../schema/repository.ts";
import { steering } from "../../schema/steering.ts";
import type { Check, PullRequest } from "../forge-port.ts";
import type { Review } from "./approval.ts";
import type { Heir, Status } from "./observed.ts";
import { queueWaitMs } from "./queue.ts";

/** How long checks are given to start. */
export const preflightMs = 5 * 60_000;

/** Moments that change a decision by passing. */
export interface Moments {
  readonly since: string | undefined;
  readonly hold: string | undefined;
  readonly queue: Status["queue"];
}

/** Digest of what the cluster says that a decision rests on, and of which moments have passed. */
export function worldDigest(
  { metadata, spec }: ChangeProposal,
  repository: Repository,
  heir: Heir | undefined,
  { since, hold, queue, now }: Moments & { readonly now: Date },
): string {
  const passed = (at: string | undefined, ms = 0): boolean => at !== undefined && Date.parse(at) + ms <= now.getTime();
  return digest([
    metadata.uid,
    metadata.generation,
    Object.values(steering).map((name) => metadata.annotations?.[name] ?? null),
    spec.base ?? repository.spec.branch,
    repository.metadata.generation,
    repository.status?.head?.sha ?? null,
    heir ?? null,
    passed(since, preflightMs),
    hold !== undefined && passed(hold),
    queue !== undefined && passed(queue.at, queueWaitMs(queue.left)),
  ]);
}

/** Digest of a pull request, as far as a decision rests on it. */
export const pullDigest = ({ number, mark, headSha, state, mergeable, handedOver, draft }: PullRequest): string =>
  `p${digest([number, mark, headSha, state, mergeable === false, handedOver, draft])}`;

/** Digest of where branches are, where there is no pull request to look at. */
export const tipDigest = (tip: string | undefined, head: string | undefined): string =>
  `t${digest([tip ?? null, head ?? null])}`;

/** Digest of checks, in whatever order they come; and of reviews, where these were read too: it begins with `r` then. */
export function checksDigest(checks: readonly Check[] | undefined, reviews?: readonly Review[]): string {
  if (!checks) return "-";
  const all = checks
    .map(({ name, state, required, missing }) => [name, state, required, missing ?? false].join("\0"))
    .sort();
  return reviews ? `r${digest([all, reviews.map(({ by, sha }) => [by, sha].join("\0")).sort()])}` : digest(all);
}

const digest = (of: unknown): string => createHash("sha256").update(JSON.stringify(of)).digest("hex").slice(0, 16);
