import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { changesOf } from "../../../src/sequencer/release/change.ts";
import { nextVersion, parseReleaseVersion } from "../../../src/sequencer/release/next-version.ts";

// Each row of docs/release-please.md, with what the peer does, so that a row goes when the peer changes.
const load = createRequire(import.meta.url);
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const { parseConventionalCommits } = load("release-please/build/src/commit.js") as {
  parseConventionalCommits(
    commits: object[],
    logger: object,
  ): { notes: { title: string; text: string }[]; breaking: boolean }[];
};
const theirs = (message: string) => parseConventionalCommits([{ sha: "a", message, files: [] }], quiet);
const ours = (message: string) => changesOf([{ sha: "a", message }]);
const rule = { strategy: "Default", minorForBreakingBelowOne: false, patchForFeatureBelowOne: false } as const;

for (const [about, body] of [
  ["an open bracket", "see(the design"],
  ["code with a bracket in a bracket", 'print("it is %s", now());'],
  ["a call over several lines", "sum(\n  rate(requests)\n)"],
  ["a footer with such a line in what it goes on with", "Refs: #1\n    print(now())"],
] as const) {
  test(`a commit whose body has ${about} counts`, () => {
    const message = `feat: add refunds\n\n${body}`;
    assert.ok(theirs(message).length < ours(message).length);
    assert.equal(ours(message).at(-1)!.header, "feat: add refunds");
  });
}

test("a commit with a very long message counts", () => {
  const message = `feat: add refunds\n\n${"- one of many squashed commits\n".repeat(20_000)}`;
  assert.equal(theirs(message).length, 0);
  assert.equal(ours(message).length, 1);
});

test("a mark before an empty subject is breaking", () => {
  const message = "feat!:\n\nA body.";
  assert.equal(theirs(message)[0]!.breaking, false);
  assert.deepEqual(ours(message)[0]!.notes, [{ title: "BREAKING CHANGE", text: "feat!:" }]);
});

test("words after BREAKING CHANGE without a colon are kept whole", () => {
  const message = "feat!: x\n\nBREAKING-CHANGE: one\n\nprose\nBREAKING CHANGE without a colon\nmore prose";
  const body = "feat: x\n\nBREAKING CHANGE: one\nBREAKING CHANGE without a colon\nmore";
  assert.equal(theirs(body)[0]!.notes[0]!.text, "one  without a colon more");
  assert.equal(ours(body)[0]!.notes[0]!.text, "one BREAKING CHANGE without a colon more");
  assert.equal(ours(message)[0]!.isBreaking, true);
});

test("a Release-As that is no version is refused by name", () => {
  const next = nextVersion(parseReleaseVersion("1.0.0")!, ours("fix: x\n\nRelease-As: next"), rule);
  assert.deepEqual(next, { is: "refused", message: "commit a says Release-As: next, which is no version" });
});
