import assert from "node:assert/strict";
import { test } from "node:test";
import { anyCheck, checksOf } from "../../src/forge/gitea/check-state.ts";
import { giteaCost } from "../../src/forge/gitea/cost.ts";
import { globOf } from "../../src/forge/gitea/glob.ts";
import { Mergeability } from "../../src/forge/gitea/mergeable.ts";
import { type GiteaPull, isFrom, toPullRequest } from "../../src/forge/gitea/pull-request.ts";
import { toFacts } from "../../src/forge/gitea/repositories.ts";
import { isScheduledBy } from "../../src/forge/gitea/timeline.ts";
import { shownTitle, storedTitle } from "../../src/forge/gitea/title.ts";

const none = { enabled: false, patterns: [] };
const status = (context: string, state: string) => ({ context, status: state });

test("each state of a status is pending, passed or failed; what nobody knows has failed", () => {
  const states = ["pending", "success", "skipped", "failure", "error", "warning", "surprise"];
  const checks = checksOf(
    states.map((state) => status(state, state)),
    none,
  );
  assert.deepEqual(Object.fromEntries(checks.map(({ name, state }) => [name, state])), {
    pending: "Pending",
    success: "Passed",
    skipped: "Passed",
    failure: "Failed",
    error: "Failed",
    warning: "Failed",
    surprise: "Failed",
  });
});

test("what is required is a pattern, which is missing only while nothing fits it", () => {
  const patterns = ["ci / *", "lint", "docs/{a,b}"];
  const checks = checksOf([status("ci / build", "success"), status("other", "success")], { enabled: true, patterns });
  assert.deepEqual(checks, [
    { name: "ci / build", state: "Passed", required: true },
    { name: "docs/{a,b}", state: "Pending", required: true, missing: true },
    { name: "lint", state: "Pending", required: true, missing: true },
    { name: "other", state: "Passed", required: false },
  ]);
  assert.deepEqual(checksOf([], { enabled: false, patterns }), [], "switched off, it asks for nothing");
});

test("where checks are required and none is named, any is required, and one has to come", () => {
  const required = { enabled: true, patterns: [] };
  assert.deepEqual(checksOf([], required), [{ name: anyCheck, state: "Pending", required: true, missing: true }]);
  assert.deepEqual(checksOf([status("build", "failure")], required), [
    { name: "build", state: "Failed", required: true },
  ]);
});

test("patterns of checks mean what they mean to Gitea", () => {
  const fits = [
    ["build", "build"],
    ["*", "a/b c"],
    ["**", ""],
    ["ci/*/linux", "ci/a/b/linux"],
    ["v?", "v1"],
    ["[a-c]x", "bx"],
    ["[!a-c]x", "dx"],
    ["[\\]]", "]"],
    ["{a,b{c,d}}-*", "bd-1"],
    ["a,b}", "a,b}"],
    ["\\*", "*"],
    ["é?", "éü"],
    ["ci (push)", "ci (push)"],
  ] as const;
  const fails = [
    ["build", "builds"],
    ["build", "Build"],
    ["ci/*", "ci"],
    ["v?", "v"],
    ["[a-c]x", "dx"],
    ["{a,b}", "ab"],
    ["\\*", "x"],
    ["a.c", "abc"],
  ] as const;
  for (const [pattern, name] of fits) assert.equal(globOf(pattern)?.(name), true, `${pattern} fits ${name}`);
  for (const [pattern, name] of fails) assert.equal(globOf(pattern)?.(name), false, `${pattern} does not fit ${name}`);
  for (const pattern of ["[a", "{a", "a\\", "{a,b}".repeat(20)]) assert.equal(globOf(pattern), undefined, pattern);
});

test("a pattern full of stars takes no time on a long name", () => {
  const began = performance.now();
  assert.equal(globOf(`${"*a".repeat(100)}b`)?.("a".repeat(20_000)), false);
  assert.ok(performance.now() - began < 2_000);
});

test("a malformed pattern is passed over, as Gitea does, and alone is never met", () => {
  const begun = [status("build", "success")];
  assert.deepEqual(checksOf(begun, { enabled: true, patterns: ["[a", "build"] }), [
    { name: "build", state: "Passed", required: true },
  ]);
  assert.deepEqual(checksOf(begun, { enabled: true, patterns: ["[a"] }), [
    { name: "[a", state: "Pending", required: true, missing: true },
    { name: "build", state: "Passed", required: false },
  ]);
});

test("a draft is a title that says so, and is shown without it", () => {
  assert.equal(storedTitle("Change it", true), "WIP: Change it");
  assert.equal(storedTitle("WIP: Change it", true), "WIP: Change it");
  assert.equal(storedTitle("Change it", false), "Change it");
  for (const title of ["WIP: Change it", "wip:Change it", "[WIP] Change it", " WIP:  Change it"])
    assert.equal(shownTitle(title), "Change it", title);
  for (const title of ["WIPE it", "Change WIP: it"]) assert.equal(shownTitle(title), title);
});

test("a title is no longer than Gitea keeps, so that it is found as it was written", () => {
  const long = storedTitle("ü".repeat(300), true);
  assert.ok(Buffer.byteLength(long) <= 255, `${Buffer.byteLength(long)} bytes`);
  assert.match(long, /^WIP: ü+…$/);
  assert.equal(storedTitle(long, true), long);
  assert.equal(storedTitle("x".repeat(255), false), "x".repeat(255));
  assert.equal(storedTitle(" two\nlines ", false), "two lines");
});

const side = (label: string, sha: string, repo_id = 1) => ({ label, ref: label, sha, repo_id });
const pull: GiteaPull = {
  number: 7,
  html_url: "https://git.example.com/acme/one/pulls/7",
  state: "open",
  title: "Change it",
  body: "Why.",
  draft: false,
  merged: false,
  merge_commit_sha: null,
  mergeable: true,
  head: side("change", "a".repeat(40)),
  base: side("main", "b".repeat(40)),
  comments: 0,
  created_at: "2026-11-21T10:00:00+01:00",
  updated_at: "2026-11-21T10:00:01+01:00",
  closed_at: null,
  user: { id: 2, login: "millrace-bot" },
  assignees: null,
  labels: null,
};
const beside = { headSha: pull.head.sha, mergeable: true, handedOver: false };

test("a pull request is told in our words", () => {
  const { mark, ...told } = toPullRequest(pull, beside);
  assert.match(mark, /^[\w-]{43}$/);
  assert.deepEqual(told, {
    number: 7,
    url: pull.html_url,
    state: "Open",
    title: "Change it",
    body: "Why.",
    draft: false,
    baseBranch: "main",
    headSha: "a".repeat(40),
    mergeSha: undefined,
    mergeable: true,
    handedOver: false,
    openedAt: new Date("2026-11-21T09:00:00Z"),
  });
  const merged = toPullRequest({ ...pull, state: "closed", merged: true, merge_commit_sha: "c".repeat(40) }, beside);
  assert.deepEqual([merged.state, merged.mergeSha], ["Merged", "c".repeat(40)]);
  const draft = toPullRequest({ ...pull, title: "WIP: Change it", draft: true }, beside);
  assert.deepEqual([draft.title, draft.draft], ["Change it", true]);
});

test("the mark changes with all that may happen within one second", () => {
  const changes: readonly Partial<GiteaPull>[] = [
    { comments: 1 },
    { review_comments: 1 },
    { title: "Other" },
    { body: "" },
    { draft: true },
    { labels: [{ name: "deps" }] },
    { content_version: 1 },
    { updated_at: "2026-11-21T10:00:02+01:00" },
    { state: "closed" },
  ];
  const marks = [
    toPullRequest(pull, beside).mark,
    ...changes.map((change) => toPullRequest({ ...pull, ...change }, beside).mark),
    toPullRequest(pull, { ...beside, headSha: "c".repeat(40) }).mark,
    toPullRequest(pull, { ...beside, mergeable: false }).mark,
    toPullRequest(pull, { ...beside, handedOver: true }).mark,
  ];
  assert.equal(new Set(marks).size, marks.length);
  assert.equal(toPullRequest({ ...pull }, { ...beside }).mark, marks[0]);
});

test("a fork's branch of the same name is not the repository's, and neither is one without a branch", () => {
  assert.equal(isFrom(pull, "change"), true);
  assert.equal(isFrom({ ...pull, head: side("change", "a", 2) }, "change"), false);
  assert.equal(isFrom({ ...pull, head: { ...side("change", "a"), ref: "refs/pull/7/head" } }, "change"), true);
  assert.equal(isFrom({ ...pull, head: side("", "a") }, ""), false);
});

test("only what stays unmergeable on the same commits is a conflict", () => {
  let now = 0;
  const mergeability = new Mergeability({ now: () => new Date(now) });
  const look = (change: Partial<GiteaPull> = {}) =>
    mergeability.of("acme/one#7", { ...pull, mergeable: false, ...change });
  assert.equal(look({ mergeable: true }), true);
  assert.equal(look(), undefined);
  now += 4_999;
  assert.equal(look(), undefined);
  assert.equal(look({ base: side("main", "c".repeat(40)) }), undefined, "the base has moved: Gitea looks again");
  now += 4_999;
  assert.equal(look({ base: side("main", "c".repeat(40)) }), undefined);
  now += 1;
  assert.equal(look({ base: side("main", "c".repeat(40)) }), false);
  assert.equal(look({ mergeable: true }), true);
  assert.equal(look(), undefined, "it was mergeable in between");
  now += 60_000;
  assert.equal(look({ draft: true }), undefined, "a draft is never mergeable");
  assert.equal(look({ state: "closed" }), undefined);
});

test("the newest word in the timeline says whether a merge was handed over", () => {
  const event = (id: number, type: string) => ({ id, type, user: null, created_at: "" });
  const [scheduled, cancelled] = ["pull_scheduled_merge", "pull_cancel_scheduled_merge"];
  assert.equal(isScheduledBy([]), false);
  assert.equal(isScheduledBy([event(1, "comment"), event(2, scheduled), event(3, "pull_push")]), true);
  assert.equal(isScheduledBy([event(3, cancelled), event(2, scheduled)]), false);
  assert.equal(isScheduledBy([event(2, scheduled), event(3, cancelled), event(4, scheduled)]), true);
});

test("a repository takes pushes unless it is archived, mirrors another host, or is not ours to push to", () => {
  const found = {
    name: "one",
    owner: { login: "acme" },
    html_url: "https://git.example.com/acme/one",
    default_branch: "trunk",
    archived: false,
    permissions: { push: true },
    allow_merge_commits: true,
    allow_squash_merge: false,
    allow_rebase: true,
  };
  assert.deepEqual(toFacts(found), {
    url: found.html_url,
    defaultBranch: "trunk",
    archived: false,
    slug: { owner: "acme", name: "one" },
    canPush: true,
    mergeMethods: ["Merge", "Rebase"],
  });
  for (const change of [{ archived: true }, { mirror: true }, { permissions: { push: false } }])
    assert.equal(toFacts({ ...found, ...change }).canPush, false, JSON.stringify(change));
  const { permissions: _, ...hidden } = found;
  assert.equal(toFacts(hidden).canPush, false);
});

test("writes go before reads, and only pull requests and comments are content", () => {
  const content = (method: string, path: string) => giteaCost(method, path).content;
  assert.ok(giteaCost("POST", "/repos/a/b/pulls").priority < giteaCost("GET", "/repos/a/b").priority);
  assert.deepEqual(
    [
      content("POST", "/repos/a/b/pulls"),
      content("POST", "/repos/a/b/issues/1/comments"),
      content("POST", "/repos/a/b/releases"),
      content("POST", "/repos/a/b/releases/7/assets"),
      content("POST", "/repos/a/b/pulls/1/merge"),
      content("POST", "/repos/a/b/issues/1/labels"),
      content("PATCH", "/repos/a/b/pulls/1"),
      content("GET", "/repos/a/b/pulls"),
    ],
    [true, true, true, true, false, false, false, false],
  );
});
