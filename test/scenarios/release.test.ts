import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Release } from "../../src/schema/release.ts";
import type { Wish } from "../support/memory-cluster.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const release = (spec: object = {}, name = "app-next"): Wish => ({
  kind: Release,
  name,
  spec: {
    repositoryRef: { name: "app" },
    merge: { mode: "WhenChecksPass", allowNoChecks: true },
    ...spec,
  },
});

/** A repository that was released as 1.2.3, and has a fix and a feature since. */
function worked(spec: object = {}, files: Readonly<Record<string, string>> = {}): World {
  const world = given([forge(), repository("app", spec)], { "acme/app": { a: "one\n", ...files } });
  world.person.tag("acme/app", "v1.2.3");
  world.person.push("acme/app", "main", { a: "two\n" }, "fix: count to two");
  world.person.push("acme/app", "main", { a: "three\n" }, "feat: count to three");
  return world;
}

const status = (world: World, name = "app-next") => Release.object.parse(world.cluster.get(Release, name)).status!;
const ready = (world: World, name = "app-next"): string => {
  const { reason, message } = status(world, name).conditions!.find(({ type }) => type === "Ready")!;
  return `${reason}: ${message}`.replace(/\b[0-9a-f]{7,64}\b/g, "…");
};
const app = (world: World) => world.host.get("acme/app");
const proposal = (world: World) => ChangeProposal.object.parse(world.cluster.get(ChangeProposal, "app-next"));
const changelog = (world: World): string => {
  const { commits, heads } = app(world);
  return String(commits.get(heads.get("main")!)!.files.get("CHANGELOG.md"));
};

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
      ...{ version: "1.3.0", tag: "v1.3.0", pullRequest: "#1", child: "app-next", before: "v1.2.3" },
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
  const shown = page!.body.replace(/<!-- \/?millrace:notes -->/g, "").trim();
  assert.equal(`# Changelog\n\n${shown}\n`, changelog(world));
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
