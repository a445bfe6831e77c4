import assert from "node:assert/strict";
import { test } from "node:test";
import { requestedAt } from "../../src/schema/object.ts";
import { Release } from "../../src/schema/release.ts";
import { forge, repository } from "../support/objects.ts";
import { app, byHand, fileOn, pageOf, proposal, ready, release, status, worked } from "../support/release-world.ts";
import { given, type World } from "../support/world.ts";

const changelog = (world: World): string => fileOn(world, "CHANGELOG.md");

test("commits become a proposal, its merge a tag, and the tag a release that is verified", async () => {
  const world = worked();
  world.apply(release());
  await world.settles();
  const { tags, heads, releases, pulls } = app(world);
  assert.equal(
    ready(world),
    "Released: 1.3.0 is released as v1.3.0 at … (https://forge.example/acme/app/releases/v1.3.0)",
  );
  const { version, tag, commit, previous, verified, pullRequest, proposal: child, url } = status(world);
  assert.deepEqual(
    { version, tag, pullRequest, child, url, before: previous?.tag, verified },
    {
      ...{ version: "1.3.0", tag: "v1.3.0", pullRequest: "#1", child: "next", before: "v1.2.3" },
      url: "https://forge.example/acme/app/releases/v1.3.0",
      verified: { tag: true, release: true, assets: 0 },
    },
  );
  assert.equal(commit, heads.get("main"));
  assert.equal(tags.get("v1.3.0"), commit);
  assert.equal(pulls[0]!.title, "chore: release 1.3.0");
  assert.equal(proposal(world).status!.phase, "Merged");
  assert.match(
    changelog(world),
    /^# Changelog\n\n## \[1\.3\.0\]\(.*\/compare\/v1\.2\.3\.\.\.v1\.3\.0\) \(2026-01-01\)/,
  );
  assert.match(changelog(world), /### Features\n\n\* count to three .*\n\n\n### Bug Fixes\n\n\* count to two /);
  const [page] = releases;
  assert.deepEqual([page!.tag, page!.title, page!.isDraft, page!.isPreRelease], ["v1.3.0", "v1.3.0", false, false]);
  assert.equal(`# Changelog\n\n${pageOf(world, "v1.3.0")}\n`, changelog(world));
  for (const what of ["tag", "publish", "open", "merge"] as const) assert.equal(world.host.count(what), 1, what);
});

test("a release that is through asks nobody anything", async () => {
  const world = worked();
  world.apply(release());
  await world.settles();
  const [reads, looks] = [world.host.faults.count("releases.find"), world.host.faults.count("git.log")];
  const { status: writes } = world.cluster.writes;
  await world.settles();
  assert.deepEqual([world.host.faults.count("releases.find"), world.host.faults.count("git.log")], [reads, looks]);
  assert.equal(world.cluster.writes.status, writes);
});

test("nothing for users is nothing to release, until there is something", async () => {
  const world = given([forge(), repository("app")], { "acme/app": { a: "one\n" } });
  world.person.tag("acme/app", "v1.2.3");
  world.person.push("acme/app", "main", { a: "two\n" }, "chore: tidy up");
  world.apply(release());
  await world.settles();
  assert.equal(ready(world), "NothingToRelease: no commit since v1.2.3 is for users");
  assert.equal(app(world).pulls.length, 0);
  world.person.push("acme/app", "main", { a: "three\n" }, "fix: count");
  await world.settles();
  assert.equal(status(world).version, "1.2.4");
  assert.equal(status(world).phase, "Released");
});

test("what comes in while the proposal is open is in it, under the same pull request", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  assert.equal(ready(world), "AwaitingMerge: waits for #1: AwaitingMerge: a person merges #1 (no checks)");
  assert.deepEqual([status(world).phase, status(world).version], ["AwaitingMerge", "1.3.0"]);
  world.person.push("acme/app", "main", { b: "new\n" }, "feat!: count down");
  await world.settles();
  assert.deepEqual([status(world).version, status(world).offered], ["2.0.0", ["2.0.0", "1.3.0"]]);
  assert.equal(app(world).pulls[0]!.title, "chore: release 2.0.0");
  world.person.merge("acme/app", 1);
  await world.settles();
  assert.equal(status(world).phase, "Released");
  assert.deepEqual([...app(world).tags.keys()], ["v1.2.3", "v2.0.0"]);
  assert.doesNotMatch(changelog(world), /1\.3\.0\]/);
  assert.match(changelog(world), /BREAKING CHANGES\n\n\* count down/);
  assert.equal(app(world).pulls.length, 1);
});

for (const method of ["Merge", "Squash", "Rebase"] as const) {
  test(`a merge by ${method} is tagged where it put the branch`, async () => {
    const world = worked();
    world.apply(byHand());
    await world.settles();
    const sha = world.person.merge("acme/app", 1, method);
    world.person.push("acme/app", "main", { later: "\n" }, "fix: later");
    await world.settles();
    assert.equal(app(world).tags.get("v1.3.0"), sha);
    assert.equal(status(world).phase, "Released");
  });
}

test("a version that is given is released, and one that does not follow is refused", async () => {
  const world = worked();
  world.apply(release({ version: "3.0.0-beta.1" }), release({ version: "1.2.2" }, "old"));
  await world.settles();
  assert.equal(app(world).tags.has("v3.0.0-beta.1"), true);
  assert.equal(app(world).releases[0]!.isPreRelease, true);
  assert.match(fileOn(world, "CHANGELOG.md"), /^# Changelog\n\n## \[3\.0\.0-beta\.1\]/);
  assert.match(ready(world, "old"), /^VersionTooLow: 1\.2\.2 does not come after/);
});

test("notes and highlights of people stand in the changelog and on the forge", async () => {
  const world = worked();
  world.apply(release({ highlights: "It counts **further**.\n", notes: "* just what I say" }));
  await world.settles();
  assert.equal(
    changelog(world),
    "# Changelog\n\n## 1.3.0 (2026-01-01)\n\nIt counts **further**.\n\n* just what I say\n",
  );
  assert.equal(pageOf(world, "v1.3.0"), "## 1.3.0 (2026-01-01)\n\nIt counts **further**.\n\n* just what I say");
});

test("a release can be a draft, or no page at all", async () => {
  const world = worked();
  world.apply(release({ forgeRelease: "Draft" }));
  await world.settles();
  assert.equal(app(world).releases[0]!.isDraft, true);
  assert.equal(status(world).phase, "Released");
  const quiet = worked();
  quiet.apply(release({ forgeRelease: "None" }));
  await quiet.settles();
  assert.equal(app(quiet).releases.length, 0);
  assert.deepEqual(status(quiet).verified, { tag: true, release: false, assets: 0 });
});

test("files of the released commit go with it", async () => {
  const world = worked({}, { "dist/app.txt": "the program\n" });
  world.apply(
    release({
      assets: [
        { name: "app.txt", path: "dist/app.txt" },
        { name: "a", path: "a" },
      ],
    }),
  );
  await world.settles();
  assert.deepEqual([...app(world).releases[0]!.assets.keys()], ["app.txt", "a"]);
  assert.equal(String(app(world).releases[0]!.assets.get("a")), "three\n");
  assert.deepEqual(status(world).verified, { tag: true, release: true, assets: 2 });
  assert.equal(world.host.count("attach"), 2);
});

test("a file that is not there is told before anything is proposed", async () => {
  const world = worked();
  world.apply(release({ assets: [{ name: "app", path: "dist/app" }] }));
  await world.settles();
  assert.match(ready(world), /^AssetMissing: spec\.assets names dist\/app, which main does not have at …/);
  assert.equal(app(world).pulls.length, 0);
  world.person.push("acme/app", "main", { "dist/app": "!\n" }, "build: add it");
  await world.settles();
  assert.equal(status(world).verified?.assets, 1);
});

test("a library has versions of its own, by what is changed below its directory", async () => {
  const libraries = [
    { name: "foo", path: "libs/foo", tagFormat: "foo-v{version}" },
    { name: "bar", path: "libs/bar", tagFormat: "bar-v{version}" },
  ];
  const world = given([forge(), repository("app", { release: { libraries } })], {
    "acme/app": { "libs/foo/a": "1\n", "libs/foobar/a": "1\n", "libs/bar/a": "1\n" },
  });
  world.person.tag("acme/app", "foo-v1.0.0");
  world.person.tag("acme/app", "bar-v2.0.0");
  world.person.push("acme/app", "main", { "libs/foobar/a": "2\n" }, "feat: not foo");
  world.person.push("acme/app", "main", { "libs/bar/a": "2\n" }, "fix: bar");
  world.apply(
    release({ library: "foo" }, "foo"),
    release({ library: "bar" }, "bar"),
    release({ library: "baz" }, "baz"),
  );
  await world.settles();
  assert.equal(ready(world, "foo"), "NothingToRelease: no commit since foo-v1.0.0 is for users");
  assert.deepEqual([status(world, "bar").version, status(world, "bar").tag], ["2.0.1", "bar-v2.0.1"]);
  assert.equal(app(world).pulls[0]!.title, "chore: release bar 2.0.1");
  assert.match(fileOn(world, "libs/bar/CHANGELOG.md"), /^# Changelog\n\n## \[2\.0\.1\]/);
  assert.match(ready(world, "baz"), /^LibraryUnknown: /);
});

test("a line has versions of its own, is never the latest, and takes no more than it may", async () => {
  const world = worked({ release: { lines: [{ branch: "release/1.2" }] } });
  const there = app(world);
  there.heads.set("release/1.2", there.tags.get("v1.2.3")!);
  world.apply(release());
  await world.settles();
  world.person.push("acme/app", "release/1.2", { a: "one!\n" }, "fix: shout");
  world.apply(release({ branch: "release/1.2" }, "old"));
  await world.settles();
  assert.deepEqual([status(world, "old").version, status(world, "old").previous?.version], ["1.2.4", "1.2.3"]);
  assert.equal(there.tags.get("v1.2.4"), there.heads.get("release/1.2"));
  assert.deepEqual(
    there.releases.map(({ tag, isLatest }) => [tag, isLatest]),
    [
      ["v1.3.0", undefined],
      ["v1.2.4", false],
    ],
  );
  world.person.push("acme/app", "release/1.2", { a: "one!!\n" }, "feat: too much");
  world.apply(release({ branch: "release/1.2" }, "more"));
  await world.settles();
  assert.match(ready(world, "more"), /^BumpNotAllowed: 1\.3\.0 after 1\.2\.4 is more than release\/1\.2 takes/);
});

test("what was deleted afterwards is made again when somebody asks for a look", async () => {
  const world = worked();
  world.apply(release());
  await world.settles();
  world.person.unrelease("acme/app", "v1.3.0");
  await world.settles();
  assert.equal(app(world).releases.length, 0);
  world.cluster.annotate(Release, "next", { [requestedAt]: "now" });
  await world.settles();
  assert.equal(app(world).releases.length, 1);
  assert.equal(status(world).phase, "Released");
});

test("majors wait for a yes, and other versions do not", async () => {
  const world = worked();
  world.apply(release({ approval: { of: "Majors", count: 2, except: ["pat"] } }));
  await world.settles();
  assert.equal(status(world).phase, "Released");
  assert.equal(proposal(world).spec.merge.approvals, undefined);
  world.person.push("acme/app", "main", { a: "four\n" }, "feat!: count anew");
  world.apply(byHand({ approval: { of: "Majors" } }, "hand"));
  await world.settles();
  assert.equal(proposal(world, "hand").spec.merge.approvals, undefined, "whoever merges by hand says yes by that");
  world.person.merge("acme/app", 2);
  world.person.push("acme/app", "main", { a: "five\n" }, "feat!: count anew again");
  world.apply(release({ approval: { of: "Majors", count: 2, except: ["pat"] } }, "major"));
  await world.settles();
  assert.deepEqual(proposal(world, "major").spec.merge.approvals, { count: 2, except: ["pat"] });
  app(world).roles.set("ann", "Write").set("bob", "Write");
  for (const by of ["pat", "ann"]) world.person.review("acme/app", 3, "Yes", by);
  world.clock.advance(600_000);
  await world.settles();
  assert.match(ready(world, "major"), /^AwaitingMerge: waits for #3: AwaitingApproval: /);
  world.person.review("acme/app", 3, "Yes", "bob");
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(status(world, "major").phase, "Released");
});

test("a pre-release is counted up, and stays what it is the whole way", async () => {
  const world = given([forge(), repository("app", { language: "node", release: { strategy: "PreRelease" } })], {
    "acme/app": { "package.json": '{\n  "name": "app",\n  "version": "1.2.3-beta.1"\n}\n' },
  });
  world.person.tag("acme/app", "v1.2.3-beta.1");
  world.person.push("acme/app", "main", { a: "two\n" }, "fix: count to two");
  world.apply(release());
  await world.settles();
  const { version, tag, previous } = status(world);
  assert.deepEqual([version, tag, previous?.version], ["1.2.3-beta.2", "v1.2.3-beta.2", "1.2.3-beta.1"]);
  assert.equal(app(world).tags.get("v1.2.3-beta.2"), app(world).heads.get("main"));
  assert.match(fileOn(world, "package.json"), /"version": "1\.2\.3-beta\.2"/);
  assert.match(changelog(world), /## \[1\.2\.3-beta\.2\]/);
  assert.deepEqual(
    app(world).releases.map(({ title, isPreRelease }) => [title, isPreRelease]),
    [["v1.2.3-beta.2", true]],
  );
});

test("the first release of all has every commit in it", async () => {
  const world = given([forge(), repository("app")], { "acme/app": { a: "one\n" } });
  world.person.push("acme/app", "main", { a: "two\n" }, "feat: count");
  world.apply(release());
  await world.settles();
  assert.deepEqual([status(world).version, status(world).previous], ["1.0.0", undefined]);
  assert.match(changelog(world), /^# Changelog\n\n## 1\.0\.0 \(2026-01-01\)\n\n\n### Features\n\n\* count /);
});

test("two releases after each other tell of their own commits only", async () => {
  const world = worked();
  world.apply(release());
  await world.settles();
  world.person.push("acme/app", "main", { a: "four\n" }, "fix: count to four");
  world.apply(release({}, "second"));
  await world.settles();
  assert.deepEqual([status(world, "second").version, status(world, "second").previous?.version], ["1.3.1", "1.3.0"]);
  const versions = [...changelog(world).matchAll(/^## \[(.*?)\]/gm)].map(([, version]) => version);
  assert.deepEqual(versions, ["1.3.1", "1.3.0"]);
  assert.doesNotMatch(pageOf(world, "v1.3.1"), /three/);
});

test("of two releases of one branch the second waits for the first", async () => {
  const world = worked();
  world.apply(byHand(), release({}, "other"));
  await world.settles();
  assert.equal(status(world).phase, "AwaitingMerge");
  assert.equal(ready(world, "other"), "AnotherUnderWay: Release next of the same branch is under way (AwaitingMerge)");
  assert.equal(app(world).pulls.length, 1);
  world.person.merge("acme/app", 1);
  await world.settles();
  assert.equal(ready(world, "other"), "NothingToRelease: no commit since v1.3.0 is for users");
});
