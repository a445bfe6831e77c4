import type { Release } from "../../schema/release.ts";
import { changesOf } from "../../sequencer/release/change.ts";
import {
  type Level,
  nextVersion,
  parseReleaseVersion,
  type ReleaseVersion,
  type VersionRule,
  versionText,
} from "../../sequencer/release/next-version.ts";
import { notesOf, type Subject } from "../../sequencer/release/notes.ts";
import { compareVersions, parseVersion } from "../../sequencer/version.ts";
import type { LogEntry } from "../git-port.ts";
import { isBulk, isWithin, type Rule } from "./rule.ts";

/** The release before, on the same line. */
export interface Previous {
  readonly version: string;
  readonly tag: string;
  readonly sha: string;
}

export type Next =
  | { readonly is: "release"; readonly version: string; readonly because: string; readonly notes: string }
  | { readonly is: "nothing"; readonly message: string }
  | {
      readonly is: "refused";
      readonly reason: "VersionMissing" | "VersionInvalid" | "VersionTooLow" | "BumpNotAllowed";
      readonly message: string;
    };

export interface Question {
  readonly spec: Release["spec"];
  readonly rule: Rule;
  readonly previous: Previous | undefined;
  /** Commits since the previous release, the newest first. */
  readonly commits: readonly LogEntry[];
  readonly about: Omit<Subject, "version" | "tag" | "previousTag">;
}

/** The first version of all, where nothing says otherwise. */
const first = "1.0.0";

/** What is released next, and as what. Pure and total. */
export function nextOf(question: Question): Next {
  const { spec, rule, previous, commits, about } = question;
  const mine = commits.filter(({ paths }) => paths.length === 0 || paths.some((path) => isWithin(path, rule)));
  const changes = changesOf(mine);
  const found = versionOf(question, changes);
  if (found.is === "refused") return found;
  const { version, because } = found;
  const subject = {
    ...about,
    version,
    tag: rule.tagFormat.replace("{version}", version),
    previousTag: previous?.tag,
  };
  const bulk = new Set(mine.filter(({ paths }) => isBulk(paths, rule)).map(({ sha }) => sha));
  const notes = spec.notes ?? notesOf(changes, subject, { bulk });
  if (notes === undefined && !spec.force && spec.version === undefined) {
    const since = previous ? `since ${previous.tag}` : "at all";
    return { is: "nothing", message: `no commit ${since} is for users` };
  }
  const refusal = refusalOf(version, question);
  if (refusal) return refusal;
  return { is: "release", version, because, notes: notes ?? `## ${version} (${about.date})` };
}

type Versioned = { readonly is: "version"; readonly version: string; readonly because: string };

function versionOf(
  { spec, rule, previous }: Question,
  changes: ReturnType<typeof changesOf>,
): Versioned | Extract<Next, { is: "refused" }> {
  if (spec.version !== undefined) return { is: "version", version: spec.version, because: "spec.version says so" };
  if (rule.strategy === "Manual") {
    const message = "the Repository's spec.release.strategy is Manual, so spec.version has to say the version";
    return { is: "refused", reason: "VersionMissing", message };
  }
  const current = previous && parseReleaseVersion(previous.version);
  if (!current) return { is: "version", version: rule.floor ?? first, because: "it is the first release" };
  const found = nextVersion(current, changes, versionRule(rule));
  if (found.is === "refused") return { is: "refused", reason: "VersionInvalid", message: found.message };
  const atLeast = raisedBy(current, spec.bump);
  if (atLeast && isBelow(found.version, atLeast))
    return { is: "version", version: atLeast, because: `spec.bump is ${spec.bump}` };
  if (rule.floor !== undefined && isBelow(found.version, rule.floor))
    return { is: "version", version: rule.floor, because: "spec.release.floor says so" };
  return found;
}

const versionRule = ({ strategy, preRelease, ...rule }: Rule): VersionRule => ({
  strategy: strategy === "ConventionalCommits" || strategy === "Manual" ? "Default" : strategy,
  minorForBreakingBelowOne: rule.minorForBreakingBelowOne,
  patchForFeatureBelowOne: rule.patchForFeatureBelowOne,
  ...(preRelease !== undefined && { preRelease }),
});

function raisedBy({ major, minor, patch }: ReleaseVersion, bump: Level | "Auto"): string | undefined {
  const none = { pre: undefined, build: undefined };
  switch (bump) {
    case "Auto":
      return undefined;
    case "Major":
      return versionText({ major: major + 1, minor: 0, patch: 0, ...none });
    case "Minor":
      return versionText({ major, minor: minor + 1, patch: 0, ...none });
    case "Patch":
      return versionText({ major, minor, patch: patch + 1, ...none });
  }
}

/** Negative when `a` comes before `b`; undefined where one of them is no semantic version, as tags of people can be. */
function order(a: string, b: string): number | undefined {
  const [one, other] = [parseVersion(a), parseVersion(b)];
  return one && other && compareVersions(one, other);
}

const isBelow = (version: string, other: string): boolean => (order(version, other) ?? 0) < 0;

function refusalOf(version: string, { rule, previous }: Question): Extract<Next, { is: "refused" }> | undefined {
  if (!previous) return undefined;
  if ((order(previous.version, version) ?? -1) >= 0) {
    const message = `${version} does not come after ${previous.version}, which ${previous.tag} is: give a higher spec.version`;
    return { is: "refused", reason: "VersionTooLow", message };
  }
  const [before, after] = [parseReleaseVersion(previous.version), parseReleaseVersion(version)];
  if (!before || !after || rule.bumps === "Any") return undefined;
  const isMajor = after.major !== before.major;
  if (!isMajor && (rule.bumps === "MinorAtMost" || after.minor === before.minor)) return undefined;
  const most = rule.bumps === "PatchOnly" ? "patches" : "minor releases and patches";
  const message = `${version} after ${previous.version} is more than ${rule.branch} takes, which has ${most} only: backport something smaller, or give spec.version`;
  return { is: "refused", reason: "BumpNotAllowed", message };
}
