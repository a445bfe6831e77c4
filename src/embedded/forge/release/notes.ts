import type { Forge } from "../forge.ts";
import { relate } from "../git/history.ts";
import { resolveCommit } from "../git/revision.ts";
import { type PullRequest, pulls, type Repository } from "../store/record.ts";
import { htmlUrl } from "../view/repository.ts";
import { releasesOf } from "./record.ts";

/** From where to where notes are told. */
export interface NotesRange {
  readonly tag: string;
  /** Where the tag will be, as long as it is not there. */
  readonly target: string;
  /** The newest published release's tag where it is not given. */
  readonly previousTag: string | undefined;
}

/** GitHub's generated notes: the pull requests that were merged since the previous tag, oldest first. */
export async function generateNotes(
  forge: Forge,
  repository: Repository,
  { tag, target, previousTag }: NotesRange,
): Promise<{ readonly name: string; readonly body: string }> {
  const bare = forge.git.at(repository.directory);
  const before = previousTag ?? releasesOf(forge.store, repository, false).find((each) => each.tag !== tag)?.tag;
  const head = (await resolveCommit(bare, `refs/tags/${tag}`)) ?? (await resolveCommit(bare, target));
  const base = before === undefined ? undefined : await resolveCommit(bare, `refs/tags/${before}`);
  const range = head && base ? new Set((await relate(bare, base.sha, head.sha)).ahead) : undefined;
  const merged = [...forge.store.all(pulls, repository.id).values()]
    .filter((pull) => pull.mergeCommitSha !== null && pull.mergedAt !== null)
    .filter((pull) => range?.has(pull.mergeCommitSha ?? "") ?? true)
    .sort((a, b) => (a.mergedAt ?? "").localeCompare(b.mergedAt ?? "") || a.number - b.number);
  const html = htmlUrl(forge, repository);
  const line = ({ title, user, number }: PullRequest): string => `* ${title} by @${user} in ${html}/pull/${number}`;
  const changes = merged.length > 0 ? ["## What's Changed", ...merged.map(line), "", ""] : [];
  const link = before === undefined ? `${html}/commits/${tag}` : `${html}/compare/${before}...${tag}`;
  return { name: tag, body: [...changes, `**Full Changelog**: ${link}`].join("\n") };
}
