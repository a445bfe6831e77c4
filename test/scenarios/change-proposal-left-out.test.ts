import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { forge, proposal, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const slug = "acme/app";
const files = { "a.yaml": "version: 1.0.0\n" };
const status = (world: World) => ChangeProposal.object.parse(world.cluster.get(ChangeProposal, "bump")).status!;

test("labels and accounts that the forge does not know are told, and stand in nobody's way", async () => {
  const pullRequest = { labels: ["no-such-label"], assignees: ["nobody"] };
  const world = given([forge(), repository("app"), proposal("bump", "2.0.0", { pullRequest })], { [slug]: files });
  for (const name of ["no-such-label", "nobody"]) world.host.get(slug).unknown.add(name);
  await world.settles();
  assert.deepEqual(status(world).unknown?.toSorted(), ["no-such-label", "nobody"]);
  assert.equal(status(world).pullRequest?.ref, "#1");
  await world.round();
  assert.equal(status(world).unknown?.length, 2, "as long as it is that pull request");
});

test("a commit that the base has already is told, in status and in the pull request", async () => {
  const world = given([forge(), repository("app")], { [slug]: files });
  const there = world.host.get(slug);
  const old = there.heads.get("main")!;
  const first = world.person.push(slug, "main", { "b.txt": "one\n" }, "fix: one");
  const second = world.person.push(slug, "main", { "c.txt": "two\n" }, "fix: two");
  there.heads.set("release/1", old);
  world.person.push(slug, "release/1", { "b.txt": "one\n" }, "fix: one, by hand");
  world.apply(proposal("bump", "2.0.0", { base: "release/1", change: { cherryPick: { commits: [first, second] } } }));
  await world.settles();
  const wanted = `release/1 has ${first.slice(0, 7)} already`;
  assert.equal(status(world).leftOut, wanted);
  assert.match(there.pulls[0]!.body, /\*\*What is left out:\*\* release\/1 has /);
  await world.round();
  assert.equal(status(world).leftOut, wanted, "as long as it is that commit");
});
