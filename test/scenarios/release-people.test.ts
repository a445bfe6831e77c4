import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { requestedAt } from "../../src/schema/object.ts";
import { Release } from "../../src/schema/release.ts";
import {
  app,
  branch,
  byHand,
  fileOn,
  pageOf,
  proposal,
  ready,
  release,
  status,
  worked,
} from "../support/release-world.ts";
import type { World } from "../support/world.ts";

const looksAgain = (world: World): void => world.cluster.annotate(Release, "next", { [requestedAt]: "now" });

/** What is proposed, with other words and another version by a person. */
const rewritten = "# Changelog\n\n## 2.0.0 (2026-02-02)\n\nI count anew.\n";

test("a person's version and words in the proposal are what is released", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.person.push("acme/app", branch, { "CHANGELOG.md": rewritten });
  await world.settles();
  assert.match(ready(world), /^HumanOwned: waits for #1: HumanOwned: /);
  assert.equal(status(world).phase, "AwaitingMerge");
  world.person.push("acme/app", "main", { c: "\n" }, "feat: meanwhile");
  await world.settles();
  assert.equal(fileOn(world, "CHANGELOG.md", branch), rewritten);
  world.person.merge("acme/app", 1);
  await world.settles();
  assert.deepEqual([status(world).phase, status(world).version], ["Released", "2.0.0"]);
  assert.equal(app(world).tags.get("v2.0.0"), app(world).heads.get("main"));
  assert.equal(pageOf(world, "v2.0.0"), "## 2.0.0 (2026-02-02)\n\nI count anew.");
  assert.equal(app(world).pulls.length, 1);
});

test("a branch that a person gives back is merged as they left it", async () => {
  const world = worked();
  world.apply(release({ merge: { mode: "WhenChecksPass" } }));
  await world.settles();
  world.person.push("acme/app", branch, { "CHANGELOG.md": rewritten });
  await world.settles();
  world.person.comment("acme/app", 1, "/millrace adopt");
  await world.settles();
  world.person.push("acme/app", "main", { c: "\n" }, "feat: meanwhile");
  await world.settles();
  world.person.addCheck("acme/app", 1, "test", "Passed");
  world.clock.advance(600_000);
  await world.settles();
  assert.deepEqual([status(world).phase, status(world).version], ["Released", "2.0.0"]);
});

test("a merge without a version that can follow is explained, and mended by a section or by spec.version", async () => {
  for (const mend of ["section", "spec"] as const) {
    const world = worked();
    world.apply(byHand());
    await world.settles();
    world.person.push("acme/app", branch, { "CHANGELOG.md": "# Changelog\n\n## 1.2.0\n\nToo low.\n" });
    const sha = world.person.merge("acme/app", 1);
    await world.settles();
    assert.match(ready(world), /^VersionUnreadable: #1 was merged as …, where CHANGELOG\.md begins with 1\.2\.0: /);
    assert.equal(status(world).phase, "Blocked");
    if (mend === "spec") world.cluster.edit(Release, "next", { version: "1.5.0" });
    else
      world.person.push(
        "acme/app",
        "main",
        { "CHANGELOG.md": "# Changelog\n\n## 1.5.0 (2026-02-02)\n\nYes.\n" },
        "docs: say it",
      );
    await world.settles();
    assert.deepEqual([status(world).phase, status(world).version], ["Released", "1.5.0"]);
    const commit = mend === "spec" ? sha : app(world).heads.get("main");
    assert.equal(app(world).tags.get("v1.5.0"), commit);
    assert.equal(app(world).pulls.length, 1);
  }
});

test("a merge that is taken back before it is tagged is no release", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.person.merge("acme/app", 1);
  world.person.push("acme/app", "main", { "CHANGELOG.md": undefined }, 'Revert "chore: release 1.3.0"');
  await world.settles();
  assert.match(ready(world), /^TakenBack: #1 was merged as …, and taken back on main before 1\.3\.0 was tagged/);
  assert.equal(app(world).tags.has("v1.3.0"), false);
});

test("a closed proposal means no, whatever is committed later, until it is asked for again", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.person.close("acme/app", 1);
  await world.settles();
  assert.match(ready(world), /^Declined: waits for #1: Declined: /);
  assert.equal(status(world).phase, "Blocked");
  world.person.push("acme/app", "main", { c: "\n" }, "feat: meanwhile");
  await world.settles();
  assert.equal(app(world).pulls.length, 1);
  world.cluster.annotate(Release, "next", { "millrace.dev/retry": "please" });
  await world.settles();
  assert.equal(status(world).retried, "please");
  assert.deepEqual(
    app(world).pulls.map(({ state }) => state),
    ["Closed", "Open"],
  );
  assert.match(fileOn(world, "CHANGELOG.md", branch), /\* meanwhile/);
  world.person.merge("acme/app", 2);
  await world.settles();
  assert.equal(status(world).phase, "Released");
});

test("another version asks anew after a no", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.person.close("acme/app", 1);
  await world.settles();
  world.cluster.edit(Release, "next", { version: "1.4.0" });
  await world.settles();
  assert.equal(app(world).pulls[1]?.title, "chore: release 1.4.0");
  world.person.close("acme/app", 2);
  await world.settles();
  assert.match(ready(world), /^Declined: waits for #2/);
});

test("a check that fails is told, and a fixed one goes on", async () => {
  const world = worked();
  world.apply(release({ merge: { mode: "WhenChecksPass" } }));
  await world.settles();
  world.person.addCheck("acme/app", 1, "test", "Failed");
  world.clock.advance(600_000);
  await world.settles();
  assert.match(ready(world), /^ChecksFailed: waits for #1: ChecksFailed: /);
  assert.equal(status(world).phase, "Blocked");
  world.person.addCheck("acme/app", 1, "test", "Passed");
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(status(world).phase, "Released");
});

test("what people write on the forge's page stays, around our notes and in them", async () => {
  const world = worked();
  world.apply(release());
  await world.settles();
  const [page] = app(world).releases;
  const around = `Thanks to all!\n\n${page!.body}\n\nSee you.`;
  world.person.release("acme/app", "v1.3.0", { body: around, title: "The big one" });
  looksAgain(world);
  await world.settles();
  assert.deepEqual([page!.body, page!.title], [around, "The big one"]);
  const inside = around.replace("count to three", "count to THREE");
  world.person.release("acme/app", "v1.3.0", { body: inside });
  world.cluster.annotate(Release, "next", { [requestedAt]: "later" });
  await world.settles();
  assert.equal(page!.body, inside);
  assert.equal(world.host.count("revise"), 0);
});

test("who merges the old proposal while a new one is made gets one release, and no second pull request stays", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.person.push("acme/app", "main", { c: "\n" }, "fix: meanwhile");
  // Just before the proposal is rewritten.
  let merged: string | undefined;
  const stop = world.host.faults.decide((call) => {
    if (call === "git.commit" && merged === undefined) merged = world.person.merge("acme/app", 1);
    return undefined;
  });
  await world.settles();
  stop();
  assert.notEqual(merged, undefined);
  assert.deepEqual([status(world).phase, status(world).version], ["Released", "1.3.0"]);
  assert.equal(app(world).tags.get("v1.3.0"), merged);
  assert.deepEqual(
    app(world).pulls.filter(({ state }) => state === "Open"),
    [],
  );
});

test("a Release that is deleted takes its open proposal with it, and leaves what is released", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.cluster.delete(Release, "next");
  await world.settles();
  assert.equal(world.cluster.get(ChangeProposal, "next"), undefined);
  assert.equal(app(world).pulls[0]!.state, "Closed");
  const done = worked();
  done.apply(release());
  await done.settles();
  done.cluster.delete(Release, "next");
  await done.settles();
  assert.deepEqual([app(done).tags.has("v1.3.0"), app(done).releases.length], [true, 1]);
});

test("a suspended release is left alone, and goes on where it was", async () => {
  const world = worked();
  world.apply(byHand());
  await world.settles();
  world.cluster.edit(Release, "next", { suspend: true });
  world.person.merge("acme/app", 1);
  await world.settles();
  assert.match(ready(world), /^Suspended: /);
  assert.equal(app(world).tags.has("v1.3.0"), false);
  world.cluster.edit(Release, "next", { suspend: false });
  await world.settles();
  assert.equal(status(world).phase, "Released");
  assert.equal(proposal(world).status!.phase, "Merged");
});

test("a suspended release keeps its proposal from being merged", async () => {
  const world = worked();
  world.apply(release({ merge: { mode: "WhenChecksPass" } }));
  await world.settles();
  world.cluster.edit(Release, "next", { suspend: true });
  await world.settles();
  assert.equal(proposal(world).spec.suspend, true);
  world.person.addCheck("acme/app", 1, "test", "Passed");
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(app(world).pulls[0]!.state, "Open");
  world.cluster.edit(Release, "next", { suspend: false });
  await world.settles();
  assert.deepEqual([proposal(world).spec.suspend, status(world).phase], [false, "Released"]);
});
