import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { compareVersions, parseVersion } from "../../sequencer/version.ts";
import { applyEdits, pathsOf } from "../change/edit.ts";
import type { Hands } from "../change/hands.ts";
import { seeAll } from "../change/seen.ts";
import type { LogEntry } from "../git-port.ts";
import { short } from "../way.ts";
import { changelogOf, readSections, type Section } from "./changelog.ts";
import { type Line, mainlineOf } from "./line.ts";
import type { VersionEditsOf } from "./version-edits.ts";

/** A commit that is a release, though the tag may not be there yet. */
export interface Landed {
  readonly version: string;
  readonly commit: string;
  /** What the changelog says about it there; undefined where it says nothing. */
  readonly notes: string | undefined;
  /** What was found, made by somebody else. */
  readonly adopted: string | undefined;
}

/** That a merge was to be a release, and cannot be. */
export interface Unclear {
  readonly is: "unclear";
  readonly reason: "VersionUnreadable" | "TakenBack";
  readonly message: string;
}

export interface Sought {
  readonly line: Line;
  /** Versions that were proposed, the newest first. */
  readonly offered: readonly string[];
  /** Version that is asked for. */
  readonly wanted: string | undefined;
  readonly child: ChangeProposal | undefined;
}

type Found = { readonly is: "landed"; readonly landed: Landed };

/** The commit that was merged as this release, by what the files say there; undefined where none was. */
export async function landedOf(
  sought: Sought,
  editsOf: VersionEditsOf,
  hands: Hands,
): Promise<Found | Unclear | undefined> {
  const merged = await mergedBy(sought, hands);
  if (merged && (merged.is === "landed" || merged.reason === "TakenBack")) return merged;
  const found = (await offeredIn(sought, hands)) ?? (await foreignIn(sought, editsOf, hands));
  return found ?? merged;
}

/** What our own proposal was merged as: people may have raised the version in it. */
async function mergedBy({ line, child, wanted }: Sought, hands: Hands): Promise<Found | Unclear | undefined> {
  const { phase, merge, pullRequest } = child?.status ?? {};
  const sha = merge?.sha;
  if (phase !== "Merged" || sha === undefined || !line.commits.some((commit) => commit.sha === sha)) return undefined;
  const [newest] = await readSections(line.rule, sha, hands);
  const it = `${pullRequest?.ref} was merged as ${short(sha)}`;
  const version = [newest?.version, wanted].find((each) => each !== undefined && comesAfter(each, line));
  if (version === undefined) {
    const says = newest ? `begins with ${newest.version}` : "has no section";
    const above = line.previous ? ` above ${line.previous.version}` : "";
    const message = `${it}, where ${changelogOf(line.rule)} ${says}: put a section with a version${above} and a day at its top on ${line.rule.branch}, or say the version in spec.version`;
    return { is: "unclear", reason: "VersionUnreadable", message };
  }
  if (newest?.version === version) return stillThere({ ...newest, commit: sha, it: `${it}, and` }, line, hands);
  return { is: "landed", landed: { version, notes: undefined, commit: sha, adopted: undefined } };
}

/** The release in this commit, unless somebody has taken it back since. */
async function stillThere(
  { version, text, commit, it }: Section & { readonly commit: string; readonly it: string },
  { rule, head }: Line,
  hands: Hands,
): Promise<Found | Unclear> {
  const now = await readSections(rule, head, hands);
  if (now.some((each) => each.version === version)) {
    return { is: "landed", landed: { version, notes: text, commit, adopted: undefined } };
  }
  const message = `${it} taken back on ${rule.branch} before ${version} was tagged: make another Release, or revert what took it back`;
  return { is: "unclear", reason: "TakenBack", message };
}

/** Whether it is a version that can follow. */
function comesAfter(text: string, { previous }: Line): boolean {
  const version = parseVersion(text);
  const before = previous && parseVersion(previous.version);
  return version !== undefined && (!before || compareVersions(version, before) > 0);
}

/** A version that we offered, and that came to the branch in whatever way. */
async function offeredIn({ line, offered }: Sought, hands: Hands): Promise<Found | Unclear | undefined> {
  if (offered.length === 0) return undefined;
  for (const { sha } of touching(line).reverse()) {
    const [newest] = await readSections(line.rule, sha, hands);
    if (!newest || !offered.includes(newest.version) || !comesAfter(newest.version, line)) continue;
    return stillThere({ ...newest, commit: sha, it: `${short(sha)} released it, and it was` }, line, hands);
  }
  return undefined;
}

/** Commits of the branch that touch the changelog, the newest first. */
function touching(line: Line): LogEntry[] {
  const path = changelogOf(line.rule);
  return mainlineOf(line).filter(({ paths }) => paths.includes(path));
}

/**
 * What somebody else has released up to the tag: changelog and version files of a commit agree on a version above the last tag, and the
 * changelog says the day. Only where there was a release before, so that a wrong tag format does not look like one.
 */
async function foreignIn({ line, wanted }: Sought, editsOf: VersionEditsOf, hands: Hands): Promise<Found | undefined> {
  const commits = touching(line);
  if (!line.previous || commits.length === 0) return undefined;
  const [newest] = await readSections(line.rule, line.head, hands);
  if (!newest?.isDated || !comesAfter(newest.version, line)) return undefined;
  if (wanted !== undefined && wanted !== newest.version) return undefined;
  let since: string | undefined;
  for (const { sha } of commits) {
    if ((await readSections(line.rule, sha, hands))[0]?.version !== newest.version) break;
    since = sha;
  }
  if (
    since === undefined ||
    !(await saysVersion({ rule: line.rule, version: newest.version, sha: since }, editsOf, hands))
  )
    return undefined;
  const { version, text: notes } = newest;
  return {
    is: "landed",
    landed: { version, notes, commit: since, adopted: `the release in ${short(since)}, which had no tag` },
  };
}

/** Whether the version files say this version already. */
async function saysVersion(
  about: Parameters<VersionEditsOf>[0],
  editsOf: VersionEditsOf,
  hands: Hands,
): Promise<boolean> {
  const edits = await editsOf(about, hands);
  const change = applyEdits(edits, await seeAll(pathsOf(edits), about.sha, hands), hands.scalars);
  return change.is === "changes" && change.files.length === 0;
}
