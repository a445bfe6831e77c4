import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEntry } from "../../../src/reconcilers/git-port.ts";
import { type Next, nextOf, type Previous } from "../../../src/reconcilers/release/next.ts";
import { isWithin, type Rule, ruleOf } from "../../../src/reconcilers/release/rule.ts";
import { Release } from "../../../src/schema/release.ts";
import { ReleaseRule } from "../../../src/schema/release-rule.ts";

const specOf = (spec: object) => Release.spec.parse({ repositoryRef: { name: "app" }, ...spec });
const declared = (rule: object = {}) => ReleaseRule.parse(rule);

function rule(spec: object = {}, of: object = {}): Rule {
  const found = ruleOf(specOf(spec), declared(of), "main");
  assert.equal(found.is, "rule", found.is === "refused" ? found.message : "");
  return (found as Extract<typeof found, { is: "rule" }>).rule;
}

const commit = (message: string, ...paths: string[]): LogEntry => ({ sha: message, message, parents: [], paths });
const before = (version: string): Previous => ({ version, tag: `v${version}`, sha: "0".repeat(40) });
const about = { url: "https://forge.example/acme/app", host: "https://forge.example", date: "2026-11-21" };

const told = (next: Next): string => {
  switch (next.is) {
    case "release":
      return `${next.version}: ${next.because}`;
    case "nothing":
      return next.message;
    case "refused":
      return `${next.reason}: ${next.message}`;
  }
};

const ask = (
  { spec = {}, of = {}, since = "1.2.3" }: { spec?: object; of?: object; since?: string | undefined },
  ...commits: LogEntry[]
): Next =>
  nextOf({
    spec: specOf(spec),
    rule: rule(spec, of),
    previous: since === "" ? undefined : before(since),
    commits,
    about,
  });

test("the version follows from the commits since the last release", () => {
  assert.equal(told(ask({}, commit("feat: a", "a"))), "1.3.0: feature: feat: a");
  assert.equal(told(ask({}, commit("chore: a", "a"))), "no commit since v1.2.3 is for users");
  assert.equal(told(ask({ spec: { force: true } }, commit("chore: a", "a"))), "1.2.4: there is no feature");
});

test("a first release is 1.0.0, or the floor", () => {
  assert.equal(told(ask({ since: "" }, commit("feat: a", "a"))), "1.0.0: it is the first release");
  assert.equal(told(ask({ since: "", of: { floor: "0.1.0" } }, commit("feat: a"))), "0.1.0: it is the first release");
});

test("the version can be said, raised and held up", () => {
  assert.equal(told(ask({ spec: { version: "1.2.4-beta.1" } })), "1.2.4-beta.1: spec.version says so");
  assert.equal(told(ask({ spec: { bump: "Major" } }, commit("fix: a"))), "2.0.0: spec.bump is Major");
  assert.equal(told(ask({ spec: { bump: "Patch" } }, commit("feat: a"))), "1.3.0: feature: feat: a");
  assert.equal(told(ask({ of: { floor: "1.10.0" } }, commit("fix: a"))), "1.10.0: spec.release.floor says so");
});

test("1.2.3-beta.1 survives the whole way", () => {
  const preview = { of: { strategy: "PreRelease", preRelease: "beta" } };
  assert.equal(told(ask({ ...preview, since: "1.2.2" }, commit("fix: a"))), "1.2.3-beta: there is no feature");
  assert.equal(told(ask({ ...preview, since: "1.2.3-beta.1" }, commit("fix: a"))), "1.2.3-beta.2: there is no feature");
  assert.equal(told(ask({ since: "1.2.3-beta.1", spec: { version: "1.2.3" } })), "1.2.3: spec.version says so");
});

test("a version that does not come after the last is refused", () => {
  assert.match(told(ask({ spec: { version: "1.2.3" } })), /^VersionTooLow: 1\.2\.3 does not come after 1\.2\.3/);
  assert.match(told(ask({}, commit("fix: a\n\nRelease-As: 1.0.0"))), /^VersionTooLow/);
  assert.match(told(ask({}, commit("fix: a\n\nRelease-As: soon"))), /^VersionInvalid: commit fix: a/);
  assert.match(told(ask({ of: { strategy: "Manual" } }, commit("feat: a"))), /^VersionMissing/);
});

test("a maintenance line takes no more than it is for", () => {
  const of = { lines: [{ branch: "release/1.x" }, { branch: "release/2.x", bumps: "MinorAtMost" }] };
  const on = (branch: string, message: string) => told(ask({ of, spec: { branch } }, commit(message)));
  assert.equal(on("release/1.x", "fix: a"), "1.2.4: there is no feature");
  assert.match(on("release/1.x", "feat: a"), /^BumpNotAllowed: 1\.3\.0 after 1\.2\.3 is more than release\/1\.x takes/);
  assert.equal(on("release/2.x", "feat: a"), "1.3.0: feature: feat: a");
  assert.match(on("release/2.x", "feat!: a"), /^BumpNotAllowed/);
  const unknown = ruleOf(specOf({ branch: "release/3.x" }), declared(of), "main");
  assert.match(unknown.is === "refused" ? unknown.message : "", /no release\/3\.x: add it, or release main/);
});

test("a library is not touched by what merely begins like its directory", () => {
  const of = {
    libraries: [
      { name: "foo", path: "foo", tagFormat: "foo-v{version}" },
      { name: "bar", path: "bar", excludePaths: ["bar/docs"], tagFormat: "bar-v{version}" },
    ],
  };
  const own = rule({ library: "foo" }, of);
  assert.equal(isWithin("foo/a.go", own), true);
  assert.equal(isWithin("foobar/a.go", own), false);
  assert.equal(isWithin("bar/docs/a.md", rule({ library: "bar" }, of)), false);
  // What is no library's is the repository's own.
  assert.equal(isWithin("README.md", rule({}, of)), true);
  assert.equal(isWithin("foo/a.go", rule({}, of)), false);
  assert.equal(
    told(ask({ of, spec: { library: "foo" } }, commit("feat: a", "foobar/x"))),
    "no commit since v1.2.3 is for users",
  );
  assert.match(told(ask({ of, spec: { library: "foo" } }, commit("feat: a", "x", "foo/y"))), /^1\.3\.0/);
  const unknown = ruleOf(specOf({ library: "baz" }), declared(of), "main");
  assert.match(unknown.is === "refused" ? unknown.message : "", /has no baz: there are foo, bar/);
});

test("a commit that touches ten libraries is told apart, and counts in each of them", () => {
  const names = Array.from({ length: 12 }, (_, index) => `lib${index}`);
  const libraries = names.map((name) => ({ name, path: name, tagFormat: `${name}-v{version}` }));
  const notesWith = (touched: number) => {
    const paths = names.slice(0, touched).map((name) => `${name}/x.go`);
    const question = { of: { libraries }, spec: { library: "lib0" } };
    const next = ask(question, commit("feat: regenerate", ...paths), commit("fix: mine", "lib0/y.go"));
    assert.equal(next.is === "release" && next.version, "1.3.0");
    return next.is === "release" ? next.notes : "";
  };
  assert.match(notesWith(10), /### Bug Fixes\n\n\* mine[\s\S]*### Bulk Changes\n\n\* regenerate/);
  assert.doesNotMatch(notesWith(10), /### Features/);
  assert.match(notesWith(9), /### Features\n\n\* regenerate[\s\S]*### Bug Fixes\n\n\* mine/);
  assert.doesNotMatch(notesWith(9), /Bulk/);
});

test("what is tagged alike is refused, since its versions could not be told apart", () => {
  const of = { libraries: [{ name: "foo", path: "foo" }] };
  assert.equal(ruleOf(specOf({ library: "foo" }), declared(of), "main").is, "rule");
  const whole = ruleOf(specOf({}), declared(of), "main");
  assert.match(
    whole.is === "refused" ? whole.message : "",
    /the repository and its library foo both tag as v\{version\}/,
  );
  const two = ruleOf(
    specOf({ library: "foo" }),
    declared({ libraries: [...of.libraries, { name: "bar", path: "bar" }] }),
    "main",
  );
  assert.equal(two.is === "refused" && two.reason, "TagFormatShared");
});

test("notes are as somebody wrote them, else of the commits", () => {
  const next = ask({ spec: { notes: "By hand." } }, commit("feat: a"));
  assert.equal(next.is === "release" && next.notes, "By hand.");
  const made = ask({}, commit("feat: add refunds"));
  assert.match(
    made.is === "release" ? made.notes : "",
    /^## \[1\.3\.0\]\(.*v1\.2\.3\.\.\.v1\.3\.0\) \(2026-11-21\)[\s\S]*add refunds/,
  );
});
