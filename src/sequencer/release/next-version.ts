import type { Change } from "./change.ts";

/** A version as releases are counted by; looser than Semantic Versioning, since tags of people are. */
export interface ReleaseVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly pre: string | undefined;
  readonly build: string | undefined;
}

/** How the next version is found. */
export interface VersionRule {
  /** `Default` goes by the changes; `PreRelease` counts up the pre-release; the others always raise the same part. */
  readonly strategy: "Default" | "PreRelease" | "AlwaysMajor" | "AlwaysMinor" | "AlwaysPatch";
  /** Below 1.0.0 a breaking change raises the minor part only. */
  readonly minorForBreakingBelowOne: boolean;
  /** Below 1.0.0 a feature raises the patch only. */
  readonly patchForFeatureBelowOne: boolean;
  /** What a first pre-release begins with, such as `beta`. */
  readonly preRelease?: string;
}

export type Level = "Major" | "Minor" | "Patch";

/** What the next version is, and why; or that what a commit demands is no version. */
export type NextVersion =
  | { readonly is: "version"; readonly version: string; readonly because: string }
  | { readonly is: "refused"; readonly message: string };

const pattern = /(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(?:-(?<pre>[^+]+))?(?:\+(?<build>.*))?/;

/** The version in a text such as `v1.2.3-beta.1`; undefined where there is none. */
export function parseReleaseVersion(text: string): ReleaseVersion | undefined {
  const found = pattern.exec(text)?.groups;
  if (!found) return undefined;
  const [major, minor, patch] = [found["major"], found["minor"], found["patch"]].map(Number) as [
    number,
    number,
    number,
  ];
  return { major, minor, patch, pre: found["pre"], build: found["build"] };
}

export const versionText = ({ major, minor, patch, pre, build }: ReleaseVersion): string =>
  `${major}.${minor}.${patch}${pre ? `-${pre}` : ""}${build ? `+${build}` : ""}`;

/** The version after `current` for these changes, the newest first. A commit's `Release-As` wins, the newest of several. */
export function nextVersion(current: ReleaseVersion, changes: readonly Change[], rule: VersionRule): NextVersion {
  const demanded = demandOf(changes);
  if (demanded !== undefined) {
    const version = parseReleaseVersion(demanded.text);
    if (!version) {
      const message = `commit ${demanded.sha} says Release-As: ${demanded.text}, which is no version`;
      return { is: "refused", message };
    }
    return { is: "version", version: versionText(version), because: `commit ${demanded.sha} says so by Release-As` };
  }
  const { level, because } = levelOf(current, changes, rule);
  const next = rule.strategy === "PreRelease" ? raisedPre(current, level, rule.preRelease) : raised(current, level);
  return { is: "version", version: versionText(next), because };
}

/** The newest `Release-As`. */
function demandOf(changes: readonly Change[]): { readonly sha: string; readonly text: string } | undefined {
  for (const { sha, notes } of changes) {
    const note = notes.find(({ title }) => title === "RELEASE AS");
    if (note) return { sha, text: note.text };
  }
  return undefined;
}

function levelOf(
  { major }: ReleaseVersion,
  changes: readonly Change[],
  rule: VersionRule,
): { readonly level: Level; readonly because: string } {
  switch (rule.strategy) {
    case "AlwaysMajor":
    case "AlwaysMinor":
    case "AlwaysPatch":
      return { level: rule.strategy.slice("Always".length) as Level, because: `the strategy is ${rule.strategy}` };
    case "Default":
    case "PreRelease": {
      const breaking = changes.find(({ isBreaking }) => isBreaking);
      if (breaking) {
        const level = major < 1 && rule.minorForBreakingBelowOne ? "Minor" : "Major";
        return { level, because: `breaking: ${breaking.header}` };
      }
      const feature = changes.find(({ type }) => type === "feat" || type === "feature");
      if (!feature) return { level: "Patch", because: "there is no feature" };
      const level = major < 1 && rule.patchForFeatureBelowOne ? "Patch" : "Minor";
      return { level, because: `feature: ${feature.header}` };
    }
  }
}

function raised(version: ReleaseVersion, level: Level): ReleaseVersion {
  const { major, minor, patch } = version;
  switch (level) {
    case "Major":
      return { ...version, major: major + 1, minor: 0, patch: 0 };
    case "Minor":
      return { ...version, minor: minor + 1, patch: 0 };
    case "Patch":
      return { ...version, patch: patch + 1 };
  }
}

/** A pre-release of what is raised to already goes on with its number; everything else begins a new one. */
function raisedPre(version: ReleaseVersion, level: Level, first: string | undefined): ReleaseVersion {
  if (!version.pre) return { ...raised(version, level), pre: first };
  const { minor, patch } = version;
  const isThere = level === "Patch" || (patch === 0 && (level === "Minor" || minor === 0));
  return isThere ? { ...version, pre: countedUp(version.pre) } : raised(version, level);
}

/** The last number plus one, as wide as it was: `beta01` to `beta02`; `.1` where there is none. */
function countedUp(pre: string): string {
  const last = /\d+(?=\D*$)/.exec(pre);
  if (!last) return `${pre}.1`;
  const next = String(Number(last[0]) + 1).padStart(last[0].length, "0");
  return `${pre.slice(0, last.index)}${next}${pre.slice(last.index + last[0].length)}`;
}
