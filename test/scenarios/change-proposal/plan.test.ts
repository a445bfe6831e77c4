import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { proposal } from "../../support/objects.ts";
import { branch, file, one, pull, pulls, says, slug, status, tipOf } from "../../support/one-proposal.ts";

const planned = (value = "2.0.0", spec: object = {}) => proposal("bump", value, { mode: "Plan", ...spec });

test("a plan shows the diff and every call, and writes nothing", async () => {
  const world = one(planned("2.0.0", { pullRequest: { labels: ["deps"] } }));
  await world.settles();
  assert.deepEqual(world.host.effects, []);
  const { plan, phase } = status(world);
  assert.equal(phase, "Planned");
  assert.match(plan!.diff, /^-version: 1\.0\.0 # keep/m);
  assert.match(plan!.diff, /^\+version: 2\.0\.0 # keep/m);
  const [push, open, decorate, ...rest] = plan!.calls;
  assert.match(push!, /^git push millrace\/fleet\/bump [0-9a-f]{40} \(must not exist\)$/);
  assert.match(
    open!,
    /^POST \/repos\/acme\/app\/pulls \{"head":"millrace\/fleet\/bump","base":"main","title":"Set version to 2\.0\.0"/,
  );
  assert.match(decorate!, /labels/);
  assert.deepEqual(rest, []);
  assert.match(says(world), /Planned, 3 calls would be sent, then .*\. Set spec\.mode to Apply to do it$/);
});

test("the same plan has the same digest, another one another", async () => {
  const [world, same, other] = [one(planned()), one(planned()), one(planned("3.0.0"))];
  for (const each of [world, same, other]) await each.settles();
  assert.equal(status(world).plan!.digest, status(same).plan!.digest);
  assert.notEqual(status(world).plan!.digest, status(other).plan!.digest);
  const digest = status(world).plan!.digest;
  world.person.push(slug, "main", { "a.yaml": file["a.yaml"].replace("80", "81") });
  await world.settles();
  assert.notEqual(status(world).plan!.digest, digest, "it follows the base");
});

test("what was planned is what is done", async () => {
  const world = one(planned());
  await world.settles();
  const [push = ""] = status(world).plan!.calls;
  world.apply(proposal());
  await world.settles();
  assert.ok(push.includes(` ${tipOf(world)} `));
  assert.equal(status(world).plan, undefined);
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
});

test("a plan of an open pull request shows what would follow, and leaves it alone", async () => {
  const world = one();
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  world.apply(planned("3.0.0"));
  await world.settles();
  const effects = world.host.effects.length;
  const { calls } = status(world).plan!;
  assert.match(calls[0]!, /^git push millrace\/fleet\/bump [0-9a-f]{40} \(must be at [0-9a-f]{40}\)$/);
  assert.equal(pull(world).title, "Set version to 2.0.0");
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  assert.equal(world.host.effects.length, effects, "not even when it is deleted");
  assert.ok(tipOf(world, branch));
});

test("a plan of what the base has says that nothing would be sent", async () => {
  const world = one(planned("1.0.0"));
  await world.settles();
  assert.deepEqual([status(world).plan!.calls, status(world).plan!.diff], [[], ""]);
  assert.match(says(world), /Planned, nothing would be sent, then NoChange/);
});

test("a plan that cannot be had says why", async () => {
  const world = one(planned("2.0.0", { change: { edits: [{ path: "none", set: { field: ["a"], value: "b" } }] } }));
  await world.settles();
  assert.match(says(world), /FileMissing/);
});
