import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf } from "../../../src/sequencer/release/change.ts";
import { nextVersion, parseReleaseVersion, type VersionRule } from "../../../src/sequencer/release/next-version.ts";
import { notesOf } from "../../../src/sequencer/release/notes.ts";

const plain: VersionRule = { strategy: "Default", minorForBreakingBelowOne: false, patchForFeatureBelowOne: false };
const next = (current: string, messages: readonly string[], rule: Partial<VersionRule> = {}): string => {
  const changes = changesOf(messages.map((message, at) => ({ sha: String(at), message })));
  const found = nextVersion(parseReleaseVersion(current)!, changes, { ...plain, ...rule });
  return found.is === "version" ? `${found.version}: ${found.because}` : found.message;
};

for (const [about, current, messages, rule, want] of [
  ["a fix raises the patch", "1.2.3", ["fix: a"], {}, "1.2.4: there is no feature"],
  ["a feature raises the minor part", "1.2.3", ["fix: a", "feat: b"], {}, "1.3.0: feature: feat: b"],
  ["what breaks raises the major part", "1.2.3", ["feat!: a", "fix: b"], {}, "2.0.0: breaking: feat!: a"],
  ["below one it does so too", "0.2.3", ["feat!: a"], {}, "1.0.0: breaking: feat!: a"],
  ["unless told", "0.2.3", ["feat!: a"], { minorForBreakingBelowOne: true }, "0.3.0: breaking: feat!: a"],
  ["a feature as well", "0.2.3", ["feat: a"], { patchForFeatureBelowOne: true }, "0.2.4: feature: feat: a"],
  [
    "the newest Release-As wins",
    "1.0.0",
    ["fix: a\n\nRelease-As: 3.0.0", "fix: b\n\nRelease-As: 2.0.0"],
    {},
    "3.0.0: commit 0 says so by Release-As",
  ],
  [
    "a pre-release counts up",
    "1.2.3-beta.1",
    ["fix: a"],
    { strategy: "PreRelease" },
    "1.2.3-beta.2: there is no feature",
  ],
  ["as wide as it was", "1.2.3-beta09", ["fix: a"], { strategy: "PreRelease" }, "1.2.3-beta10: there is no feature"],
  [
    "a feature begins the next one",
    "1.2.3-beta.4",
    ["feat: a"],
    { strategy: "PreRelease" },
    "1.3.0-beta.4: feature: feat: a",
  ],
  [
    "a first one begins with its word",
    "1.2.3",
    ["feat: a"],
    { strategy: "PreRelease", preRelease: "beta" },
    "1.3.0-beta: feature: feat: a",
  ],
  ["the part can be fixed", "1.2.3", ["feat!: a"], { strategy: "AlwaysPatch" }, "1.2.4: the strategy is AlwaysPatch"],
  ["a tag's prefix does not matter", "v1.2.3", ["fix: a"], {}, "1.2.4: there is no feature"],
] as const) {
  test(about, () => assert.equal(next(current, messages, rule as Partial<VersionRule>), want));
}

test("where nothing is for users there are no notes", () => {
  const about = { version: "1.0.1", url: "u", host: "h", tag: "v1.0.1", previousTag: undefined, date: "2026-11-21" };
  assert.equal(notesOf(changesOf([{ sha: "a", message: "chore: tidy" }]), about), undefined);
  assert.equal(notesOf([], about), undefined);
});

test("a hostile message is read in linear time", () => {
  const long = `feat: x\n\n${"Note: a\n".repeat(20_000)}${"(".repeat(20_000)}`;
  assert.equal(changesOf([{ sha: "a", message: long }]).length, 1);
  assert.equal(changesOf([{ sha: "a", message: `${"a".repeat(100_000)}!`.repeat(3) }]).length, 0);
});
