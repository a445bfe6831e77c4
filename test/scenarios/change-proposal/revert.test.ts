import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { forge, proposal, repository } from "../../support/objects.ts";
import { annotate, branch, pulls, says, slug, status, tipOf } from "../../support/one-proposal.ts";
import { given, type World } from "../../support/world.ts";

/** A repository with a good commit and a bad one, and a proposal that takes the bad one back. */
async function reverting(spec: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const world = given([forge(), repository("app")], { [slug]: { "a.txt": "1\n", "b.txt": "1\n" } });
  const from = world.person.push(slug, "main", { "a.txt": "good\n" });
  const to = world.person.push(slug, "main", { "a.txt": "bad\n", "c.txt": "bad\n" });
  world.apply(proposal("bump", "2.0.0", { ...spec, change: { revert: { from, to } } }));
  await world.settles();
  return world;
}

const onMain = ({ host }: World): readonly string[] => {
  const { commits, heads } = host.get(slug);
  return [...commits.get(heads.get("main")!)!.files].map(([path, text]) => `${path} ${String(text).trim()}`).sort();
};
const passed = async (world: World): Promise<void> => {
  world.person.addCheck(slug, 1, "build", "Passed");
  await world.settles();
};

test("a revert goes the way of every proposal, and once it is merged nothing is fought", async () => {
  const world = await reverting();
  await passed(world);
  assert.match(says(world), /Merged/);
  assert.deepEqual(onMain(world), ["a.txt good", "b.txt 1"]);
  world.person.push(slug, "main", { "a.txt": "bad\n", "c.txt": "bad\n" }, "It was not that");
  await world.settles();
  assert.deepEqual(pulls(world).length, 1);
  assert.deepEqual(onMain(world), ["a.txt bad", "b.txt 1", "c.txt bad"]);
});

test("a commit that builds on it while it is proposed is told with its files, and taking that back as well goes on", async () => {
  const world = await reverting();
  const bad = world.host.get(slug).heads.get("main")!;
  world.person.push(slug, "main", { "a.txt": "bad, and more\n" });
  await world.settles();
  assert.match(says(world), /RevertConflicts/);
  assert.deepEqual(
    status(world).conflicts?.map(({ commit, path }) => [commit, path]),
    [[bad, "a.txt"]],
  );
  world.person.push(slug, "main", { "a.txt": "bad\n" }, "Without more");
  await world.settles();
  await passed(world);
  assert.match(says(world), /Merged/);
  assert.deepEqual(onMain(world), ["a.txt good", "b.txt 1"]);
});

test("what somebody takes back by hand meanwhile needs no proposal any more", async () => {
  const world = await reverting();
  world.person.push(slug, "main", { "a.txt": "good\n", "c.txt": undefined }, "By hand");
  await world.settles();
  assert.match(says(world), /NoChange/);
  assert.match(pulls(world).join(), /#1 closed/);
});

test("a refusal is remembered for these commits, and a retry takes it back", async () => {
  const world = await reverting();
  world.person.close(slug, 1);
  await world.settles();
  assert.match(says(world), /Declined/);
  world.person.push(slug, "main", { "b.txt": "2\n" });
  await world.settles();
  assert.equal(pulls(world).length, 1);
  annotate(world, "retry", "1");
  await world.settles();
  assert.equal(world.host.get(slug).pulls.at(-1)!.state, "Open");
});

test("a revert is known again when the status is lost, and a person's commit on top of it is not ours", async () => {
  const world = await reverting({ merge: { mode: "Manual" } });
  const { commit } = status(world);
  const forget = () => {
    world.cluster.writeStatus(world.cluster.get(ChangeProposal, "bump")!, {});
    world.replica.restart("lost");
  };
  forget();
  await world.settles();
  assert.deepEqual([status(world).commit, world.host.count("push")], [commit, 1]);
  const theirs = world.person.push(slug, branch, { "d.txt": "mine" });
  forget();
  await world.settles();
  assert.match(says(world), /HumanOwned/);
  assert.equal(tipOf(world), theirs);
});
