import type { Forge } from "../forge.ts";
import { nowOf } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { isAncestor, relate } from "../git/history.ts";
import { type MergeIntent, mergeIntents, type PullRequest, pulls, type Repository } from "../store/record.ts";
import { factsOf, type PullFacts } from "./fact.ts";

/** What the refs say of an open pull request; `synchronize` and `closed` are GitHub's actions. */
export interface PullTurn {
  readonly pull: PullRequest;
  readonly action: "synchronize" | "closed";
  /** Where the head was, for `synchronize`. */
  readonly before: string;
  readonly facts: PullFacts;
}

/** The open pull requests of a repository. */
export const openPulls = (forge: Forge, repository: Repository): readonly PullRequest[] =>
  [...forge.store.all(pulls, repository.id).values()].filter((pull) => pull.state === "open");

interface Sight {
  readonly forge: Forge;
  readonly bare: BareRepository;
  readonly intent: MergeIntent | undefined;
  /** Login of who moved the refs. */
  readonly actor: string;
}

const closed = ({ forge, actor }: Sight, pull: PullRequest, baseSha: string): PullRequest => ({
  ...pull,
  closedBy: actor,
  state: "closed",
  closedAt: nowOf(forge),
  updatedAt: nowOf(forge),
  base: { ...pull.base, sha: baseSha },
});

const merged = (sight: Sight, pull: PullRequest, base: string, sha: string): PullRequest => ({
  ...closed({ ...sight, actor: sight.intent?.by ?? sight.actor }, pull, base),
  mergedAt: nowOf(sight.forge),
  mergedBy: sight.intent?.by ?? sight.actor,
  mergeCommitSha: sha,
});

/** What becomes of an open pull request; undefined where it stays as it is. */
async function look(sight: Sight, pull: PullRequest): Promise<Omit<PullTurn, "facts" | "before"> | undefined> {
  const { forge, bare, intent } = sight;
  const head = bare.refs.get(`refs/heads/${pull.head.ref}`);
  const base = bare.refs.get(`refs/heads/${pull.base.ref}`);
  if (base !== undefined && intent && (await isAncestor(bare, intent.sha, base))) {
    return { pull: merged(sight, pull, pull.base.sha, intent.sha), action: "closed" };
  }
  if (base !== undefined && base !== pull.base.sha && (await relate(bare, base, pull.head.sha)).ahead.length === 0) {
    return { pull: merged(sight, pull, pull.base.sha, base), action: "closed" };
  }
  if (head === undefined || base === undefined) {
    return { pull: { ...closed(sight, pull, base ?? pull.base.sha), autoMerge: null }, action: "closed" };
  }
  if (head === pull.head.sha) return undefined;
  const moved = { ...pull, head: { ...pull.head, sha: head }, updatedAt: nowOf(forge) };
  const { ahead } = await relate(bare, base, head);
  if (ahead.length === 0) return { pull: { ...closed(sight, moved, base), autoMerge: null }, action: "closed" };
  return { pull: { ...moved, base: { ...pull.base, sha: base } }, action: "synchronize" };
}

/** Compares open pull requests with the refs as they are now; those of other branches need not be looked at. */
export async function lookAtPulls(
  forge: Forge,
  repository: Repository,
  actor: string,
  branches?: ReadonlySet<string>,
): Promise<readonly PullTurn[]> {
  const bare = forge.git.at(repository.directory);
  const turns: PullTurn[] = [];
  for (const pull of openPulls(forge, repository)) {
    if (branches && !branches.has(pull.head.ref) && !branches.has(pull.base.ref)) continue;
    const intent = forge.store.get(mergeIntents, repository.id, pull.number);
    const turn = await look({ forge, bare, intent, actor }, pull);
    if (turn) turns.push({ ...turn, before: pull.head.sha, facts: await factsOf(bare, turn.pull) });
  }
  return turns;
}
