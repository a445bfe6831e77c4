import type { Commit } from "../../../src/sequencer/release/change.ts";
import { pick, type Random } from "../../support/random.ts";

const types = ["feat", "fix", "perf", "docs", "chore", "refactor", "feature", "revert", "ci", "Feat", "deps", "test"];
const scopes = ["", "", "(api)", "(storage)", "(*)", "(go/auth)", "(a b)"];
const subjects = [
  "add refunds",
  "handle <nil> in `List<T>`",
  "close the gap, see #12",
  "thank @octocat and @acme/team",
  "a: b: c",
  "release 2.0.0",
  "say «hello» and 你好",
  "(#33)",
  "mail me@example.com",
  "",
];
const paragraphs = [
  "A line of prose.",
  "Two lines of prose,\nof which this is the second.",
  "BREAKING CHANGE: the field is gone (#7)",
  "BREAKING CHANGE: several are gone\n- one\n- two\n\nand prose",
  "BREAKING-CHANGE: spelt with a dash",
  "It mentions BREAKING-CHANGE: in the middle of a line",
  "* a list\n* of two",
  "Note: a line like a footer\nand one unlike it",
  "fix(api): a second change",
  "feat!: a second change that breaks",
  "BEGIN_NESTED_COMMIT\nfeat(nested): a change in a change\n\nBREAKING CHANGE: also inside\nEND_NESTED_COMMIT",
  "https://example.com/a: b",
];
const footers = [
  "Refs: #12",
  "Fixes #34",
  "Closes: 56",
  "Reviewed-by: Pat Person <pat@example.com>",
  "Release-As: 3.1.4",
  "Release-As: v2.0.0-rc.1",
  "BREAKING CHANGE: the footer says so\n  in two lines",
  "BREAKING CHANGE: #### Gone\n- one",
  "fix(footer): a commit in a footer",
  "feat(footer)!: one that breaks",
  "Co-authored-by: Robo <robo@example.com>\n  goes on",
  "PiperOrigin-RevId: 345559154",
];

const some = <T>(random: Random, all: readonly T[], most: number): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(random, all));

function messageOf(random: Random): string {
  if (random() < 0.08)
    return pick(random, ["Merge branch 'main'", "wip", "Bump #12", "fix #13 at last", ": empty", "feat", ""]);
  const subject = pick(random, subjects);
  const mark = subject !== "" && random() < 0.1 ? "!" : "";
  const head = `${pick(random, types)}${pick(random, scopes)}${mark}:${random() < 0.95 ? " " : ""}${subject}`;
  const body = random() < 0.5 ? some(random, paragraphs, 3) : [];
  const foot = random() < 0.5 ? some(random, footers, 3) : [];
  const newline = random() < 0.1 ? "\r\n" : "\n";
  const text = [head, ...body, ...(foot.length > 0 ? [foot.join("\n")] : [])].join(random() < 0.9 ? "\n\n" : "\n");
  return text.replaceAll("\n", newline);
}

/** A history since the last release, the newest commit first. */
export function randomHistory(random: Random): readonly Commit[] {
  return Array.from({ length: Math.floor(random() * 12) }, () => {
    const sha = Array.from({ length: 40 }, () => Math.floor(random() * 16).toString(16)).join("");
    const pullRequestBody =
      random() < 0.05 ? `BEGIN_COMMIT_OVERRIDE\n${messageOf(random)}\nEND_COMMIT_OVERRIDE` : "Nothing to see";
    return { sha, message: messageOf(random), ...(random() < 0.3 && { pullRequestBody }) };
  });
}
