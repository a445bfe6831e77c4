import { compareVersions, type Version, versionOfTag } from "../../sequencer/version.ts";
import type { LogEntry, Refs } from "../git-port.ts";
import type { Previous } from "./next.ts";
import type { PreviewHands as Hands } from "./preview.ts";
import { isWithin, type Rule } from "./rule.ts";

/** A branch that is released: what was released on it last, and what came since. */
export interface Line {
  readonly rule: Rule;
  readonly head: string;
  readonly previous: Previous | undefined;
  /** Since the previous release, the newest first. */
  readonly commits: readonly LogEntry[];
}

/** So many commits are looked at where a release is the first. */
const mostCommits = 2_000;

/** The line as of its head. `except` is a tag that is not counted, since it is the one that is asked about. */
export async function lineOf(
  rule: Rule,
  { refs, head, except }: { readonly refs: Refs; readonly head: string; readonly except?: string | undefined },
  hands: Hands,
): Promise<Line> {
  const previous = await previousOf(rule, { tags: refs.tags, head, except }, hands);
  const range = { from: previous?.sha, to: head, most: mostCommits };
  return { rule, head, previous, commits: await hands.git.log(hands.remote, range, hands.signal) };
}

/** The highest version with a tag that is on the branch: other lines have versions of their own. */
async function previousOf(
  { tagFormat }: Rule,
  { tags, head, except }: { tags: Refs["tags"]; head: string; except: string | undefined },
  { git, remote, signal }: Hands,
): Promise<Previous | undefined> {
  const versions = [...tags].flatMap(([tag, sha]) => {
    const version = tag === except ? undefined : versionOfTag(tag, tagFormat);
    return version ? [{ version, tag, sha }] : [];
  });
  for (const { version, tag, sha } of versions.sort(newestFirst)) {
    if (await git.isAncestor(remote, sha, head, signal)) return { version: version.text, tag, sha };
  }
  return undefined;
}

interface Tagged {
  readonly version: Version;
  readonly tag: string;
}

/** Versions that differ in build metadata alone are equal; the name decides, so that the answer is always the same. */
const newestFirst = (a: Tagged, b: Tagged): number =>
  compareVersions(b.version, a.version) || (a.tag < b.tag ? 1 : a.tag > b.tag ? -1 : 0);

/** Day of the newest commit that counts, as in 2026-11-21: the same history gives the same notes, whenever it is looked at. */
export async function dayOf({ commits, rule, head }: Line, { git, remote, signal }: Hands): Promise<string> {
  const newest = commits.find(({ paths }) => paths.some((path) => isWithin(path, rule)))?.sha ?? head;
  const facts = await git.describe(remote, newest, signal);
  return (facts?.committedAt ?? new Date(0)).toISOString().slice(0, 10);
}

/** The commits of a branch's own line, the newest first: what a merge brought is behind it. */
export function mainlineOf({ head, commits }: Pick<Line, "head" | "commits">): readonly LogEntry[] {
  const known = new Map(commits.map((commit) => [commit.sha, commit]));
  const line: LogEntry[] = [];
  for (let at = known.get(head); at; at = known.get(at.parents[0] ?? "")) line.push(at);
  return line;
}
