import assert from "node:assert/strict";
import { test } from "node:test";
import { forge, proposal, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const file = { "a.yaml": "# the app\nversion: 1.0.0 # keep in step with the chart\n" };
const one = (...extra: Parameters<typeof given>[0]): World =>
  given([forge(), repository("app"), ...extra], { "acme/app": file });

test("a proposal becomes one pull request, and is merged when its checks pass", async () => {
  const world = one(proposal());

  await world.settles();
  world.shows(`
    ChangeProposal/bump: NoChecks, #1 has no checks, so nothing vouches for it: a person merges it, or spec.merge.allowNoChecks allows it
    acme/app#1 open: Set version to 2.0.0
      a.yaml:2
      - version: 1.0.0 # keep in step with the chart
      + version: 2.0.0 # keep in step with the chart
  `);

  world.person.addCheck("acme/app", 1, "unit", "Pending");
  await world.settles();
  world.shows(`
    ChangeProposal/bump: ChecksRunning, #1: 0 of 1 check passed, waits for unit
    acme/app#1 open: Set version to 2.0.0
      a.yaml:2
      - version: 1.0.0 # keep in step with the chart
      + version: 2.0.0 # keep in step with the chart
  `);

  world.person.addCheck("acme/app", 1, "unit", "Passed");
  await world.settles();
  world.shows(`
    ChangeProposal/bump: Merged, #1 was merged as …
    acme/app#1 merged: Set version to 2.0.0
  `);
  assert.equal(world.host.get("acme/app").heads.size, 1, "the branch is gone");
});
