import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import { requestedAt } from "../../src/schema/object.ts";
import { Release } from "../../src/schema/release.ts";
import { forge } from "../support/objects.ts";
import { app, byHand, fileOn, pageOf, ready, release, status, worked } from "../support/release-world.ts";
import type { World } from "../support/world.ts";

const dated = (version: string): string => `# Changelog\n\n## ${version} (2026-02-02)\n\nBy another tool.\n`;
const untagged = (world: World, version = "1.3.0", files: Readonly<Record<string, string>> = {}): string =>
  world.person.push(
    "acme/app",
    "main",
    { "CHANGELOG.md": dated(version), ...files },
    `chore(main): release ${version}`,
  );

test("a tag that a person put on the branch is taken over, with the proposal withdrawn", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.person.tag("acme/app", "v1.3.0");
  await world.settles();
  assert.equal(status(world).phase, "Released");
  assert.match(status(world).adopted!, /^tag v1\.3\.0 at [0-9a-f]{7}$/);
  assert.equal(status(world).commit, app(world).heads.get("main"));
  assert.match(
    ready(world),
    /^Released: 1\.3\.0 is released as v1\.3\.0 at … \(.*\), taken over from somebody else: tag v1\.3\.0 at …$/,
  );
  assert.equal(app(world).pulls[0]!.state, "Closed");
  assert.equal(world.cluster.get(ChangeProposal, "next"), undefined);
  assert.match(pageOf(world, "v1.3.0"), /### Features\n\n\* count to three/);
  assert.equal(world.host.count("tag"), 0);
});

test("a tag of the version that is elsewhere is explained, with both commits, and never moved", async () => {
  const world = worked();
  const there = app(world);
  const away = world.person.push("acme/app", "experiment", { x: "\n" }, "feat: elsewhere");
  there.tags.set("v1.3.0", away);
  world.apply(release());
  await world.settles();
  const said = status(world).conditions![0]!.message;
  assert.match(ready(world), /^TagTaken: tag v1\.3\.0 is there already, at …, which is not on main \(main is at …\)/);
  assert.equal(said.includes(away.slice(0, 7)) && said.includes(there.heads.get("main")!.slice(0, 7)), true);
  assert.equal(there.tags.get("v1.3.0"), away);
  assert.equal(there.pulls.length, 0);
  there.tags.delete("v1.3.0");
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(status(world).phase, "Released");
});

test("a tag that comes to be elsewhere after the merge is explained as well", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  const away = world.person.push("acme/app", "experiment", { x: "\n" }, "feat: elsewhere");
  world.host.faults.plan("git.tag", "before", "crash");
  world.person.merge("acme/app", 1);
  for (let round = 0; world.host.faults.left > 0 && round < 10; round++) await world.round();
  world.person.tag("acme/app", "v1.3.0", away);
  await world.settles();
  assert.match(ready(world), /^TagTaken: .*\(the release is …\)/);
  assert.deepEqual([status(world).phase, app(world).tags.get("v1.3.0")], ["Blocked", away]);
});

test("what another tool merged and did not tag is tagged, with its notes", async () => {
  const world = worked();
  const sha = untagged(world);
  world.person.push("acme/app", "main", { later: "\n" }, "fix: later");
  world.apply(release());
  await world.settles();
  assert.deepEqual([status(world).version, status(world).phase], ["1.3.0", "Released"]);
  assert.equal(app(world).tags.get("v1.3.0"), sha);
  assert.match(status(world).adopted!, /^the release in [0-9a-f]{7}, which had no tag$/);
  assert.equal(pageOf(world, "v1.3.0"), "## 1.3.0 (2026-02-02)\n\nBy another tool.");
  assert.equal(app(world).pulls.length, 0);
});

test("a section without a day, or that the version files do not agree with, is no release", async () => {
  const planned = worked();
  planned.person.push("acme/app", "main", { "CHANGELOG.md": "# Changelog\n\n## 9.0.0\n\nSome day.\n" }, "docs: plan");
  planned.apply(byHand());
  await planned.settles();
  assert.deepEqual([status(planned).version, status(planned).phase], ["1.3.0", "AwaitingMerge"]);
  const node = { "package.json": '{"name": "app", "version": "1.2.3"}\n' };
  const world = worked({ language: "node" }, node);
  untagged(world, "9.0.0");
  world.apply(byHand());
  await world.settles();
  assert.deepEqual([status(world).version, status(world).phase], ["1.3.0", "AwaitingMerge"]);
  const agreed = worked({ language: "node" }, node);
  untagged(agreed, "9.0.0", { "package.json": '{"name": "app", "version": "9.0.0"}\n' });
  agreed.apply(byHand());
  await agreed.settles();
  assert.deepEqual([status(agreed).version, status(agreed).phase], ["9.0.0", "Released"]);
});

test("a version that is tagged already is completed when somebody asks for it", async () => {
  const world = worked();
  world.person.tag("acme/app", "v1.3.0");
  world.person.push("acme/app", "main", { later: "\n" }, "fix: later");
  world.apply(release({ version: "1.3.0" }));
  await world.settles();
  assert.deepEqual([status(world).phase, status(world).previous?.version], ["Released", "1.2.3"]);
  assert.match(pageOf(world, "v1.3.0"), /### Features\n\n\* count to three/);
  assert.doesNotMatch(pageOf(world, "v1.3.0"), /later/);
});

test("a page of somebody else stays as it is, and an empty one gets the notes", async () => {
  const world = worked();
  world.person.tag("acme/app", "v1.3.0");
  world.person.release("acme/app", "v1.3.0", { title: "Mine", body: "Written by me." });
  world.apply(release({ version: "1.3.0" }));
  await world.settles();
  assert.equal(pageOf(world, "v1.3.0"), "Written by me.");
  assert.equal(status(world).phase, "Released");
  const empty = worked();
  empty.person.tag("acme/app", "v1.3.0");
  empty.person.release("acme/app", "v1.3.0", { title: "Mine" });
  empty.apply(release({ version: "1.3.0" }));
  await empty.settles();
  assert.match(pageOf(empty, "v1.3.0"), /count to three/);
  assert.equal(app(empty).releases[0]!.title, "Mine");
  assert.equal(status(empty).phase, "Released");
});

test("a draft of somebody waits for a person", async () => {
  const world = worked();
  world.person.tag("acme/app", "v1.3.0");
  world.person.release("acme/app", "v1.3.0", { body: "Soon.", isDraft: true });
  world.apply(release({ version: "1.3.0" }));
  await world.settles();
  assert.match(ready(world), /^AwaitingPublish: the forge's release of v1\.3\.0 is a draft of somebody/);
  world.person.release("acme/app", "v1.3.0", { isDraft: false });
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(status(world).phase, "Released");
});

test("a file of that name that somebody put there is not taken away", async () => {
  const world = worked();
  world.person.tag("acme/app", "v1.3.0");
  world.person.release("acme/app", "v1.3.0", { body: "!" }).assets.set("a", Buffer.from("mine"));
  world.apply(release({ version: "1.3.0", assets: [{ name: "a", path: "a" }] }));
  await world.settles();
  assert.match(ready(world), /^AssetDiffers: the forge's release of v1\.3\.0 has a with another size than a at …/);
  assert.equal(String(app(world).releases[0]!.assets.get("a")), "mine");
});

test("a release whose commit was taken off the branch before it was tagged says so", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  const before = app(world).heads.get("main")!;
  world.host.faults.plan("git.tag", "before", "crash");
  world.person.merge("acme/app", 1);
  for (let round = 0; world.host.faults.left > 0 && round < 10; round++) await world.round();
  world.person.reset("acme/app", "main", before);
  await world.settles();
  assert.match(ready(world), /^CommitGone: …, which is 1\.3\.0, is not on main any more, and has no tag/);
  assert.equal(app(world).tags.has("v1.3.0"), false);
});

test("a Release that is made anew goes on where the old one was, whatever was done by then", async () => {
  for (const phase of ["AwaitingMerge", "Tagging", "Publishing", "Verifying"]) {
    const world = worked();
    world.apply(release({ merge: { mode: "WhenChecksPass" } }));
    await world.settles();
    if (phase !== "AwaitingMerge") world.person.addCheck("acme/app", 1, "test", "Passed");
    world.clock.advance(600_000);
    for (let round = 0; status(world).phase !== phase && round < 20; round++) await world.round();
    assert.equal(status(world).phase, phase);
    // Without its finalizers and owners, as after a restore from a backup.
    world.cluster.delete(Release, "next");
    world.apply(release({}, "again"));
    world.clock.advance(600_000);
    await world.settles();
    assert.equal(world.host.count("tag"), 1, phase);
    if (phase === "Publishing") {
      assert.match(ready(world, "again"), /the forge shows no release of 1\.3\.0, and a Release with spec\.version/);
      world.apply(release({ version: "1.3.0" }, "again"));
      await world.settles();
    }
    assert.equal(world.host.count("publish"), 1, phase);
    assert.equal(app(world).tags.get("v1.3.0") !== undefined, true, phase);
    assert.match(fileOn(world, "CHANGELOG.md"), /^# Changelog\n\n## \[1\.3\.0\]/);
    assert.equal(fileOn(world, "CHANGELOG.md").match(/## \[1\.3\.0\]/g)!.length, 1);
  }
});

test("a release that is through stays through when its commit is taken off the branch later", async () => {
  const world = worked();
  const before = app(world).heads.get("main")!;
  world.apply(release());
  await world.settles();
  world.person.reset("acme/app", "main", before);
  world.cluster.annotate(Release, "next", { [requestedAt]: "now" });
  await world.settles();
  assert.equal(status(world).phase, "Released");
});

test("a forge that cannot be used yet is waited for, and one that is not there needs somebody", async () => {
  const world = worked();
  world.cluster.delete(Forge, "forge");
  world.apply(release());
  await world.settles();
  assert.match(ready(world), /^ForgeUnknown: /);
  assert.equal(status(world).phase, "Blocked");
  world.apply(forge());
  await world.settles();
  assert.equal(status(world).phase, "Released");
});

test("a tag that comes before the pull request leaves none to be opened", async () => {
  const world = worked();
  world.apply(byHand());
  for (let round = 0; !world.cluster.get(ChangeProposal, "next") && round < 10; round++) await world.round();
  assert.equal(app(world).pulls.length, 0);
  world.person.tag("acme/app", "v1.3.0");
  // The release is looked at first, as it is when its webhook is the quicker one.
  world.replica.view.refresh();
  const reconciler = world.replica.reconcilers.find(({ kind }) => kind.kind === Release.kind)!;
  await world.replica.turn(reconciler, "Release/next");
  await world.settles();
  assert.equal(status(world).phase, "Released");
  assert.equal(world.cluster.get(ChangeProposal, "next"), undefined);
  assert.equal(app(world).pulls.length, 0);
});
