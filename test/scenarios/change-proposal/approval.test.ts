import assert from "node:assert/strict";
import { test } from "node:test";
import { proposal } from "../../support/objects.ts";
import { branch, one, pulls, says, slug, status } from "../../support/one-proposal.ts";
import type { World } from "../../support/world.ts";

/** A pull request whose checks have passed, and which needs these approvals. Sam and pat may write, rob may not. */
async function ready(approvals: object = {}, merge: object = {}): Promise<World> {
  const world = one(proposal("bump", "2.0.0", { merge: { mode: "WhenChecksPass", approvals, ...merge } }));
  for (const account of ["sam", "Kim"]) world.host.get(slug).roles.set(account, "Write");
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  return world;
}

const review = async (world: World, by: string, says: "Yes" | "No" | "Dismissed" = "Yes"): Promise<void> => {
  world.person.review(slug, 1, says, by);
  await world.settles();
};
const isMerged = (world: World): boolean => pulls(world)[0]!.startsWith("#1 merged");
const message = (world: World): string => status(world).conditions!.find(({ type }) => type === "Ready")!.message;

test("what passed its checks waits for a yes, and says of whom", async () => {
  const world = await ready();
  assert.equal(status(world).phase, "AwaitingMerge");
  assert.equal(
    says(world),
    `ChangeProposal/bump: AwaitingApproval, #1 needs an approving review of … and has none: one more of those who may write there, other than its author`,
  );
  assert.deepEqual(status(world).approvals, { needed: 1, by: [] });
  await review(world, "sam");
  assert.equal(isMerged(world), true);
  assert.deepEqual(status(world).approvals, { needed: 1, by: ["sam"] }, "and it is known by whose yes");
});

test("reviews are not read before checks have passed", async () => {
  const world = one(proposal("bump", "2.0.0", { merge: { mode: "WhenChecksPass", approvals: {} } }));
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Pending");
  world.person.review(slug, 1, "Yes");
  await world.settles();
  assert.equal(world.host.faults.count("pulls.approvals"), 0);
  assert.match(says(world), /ChecksRunning/);
});

test("so many are needed as the rule says, each of another account", async () => {
  const world = await ready({ count: 2 });
  await review(world, "sam");
  await review(world, "sam");
  assert.match(says(world), /needs 2 approving reviews of … and has 1 \(sam\): one more of those who may write there/);
  await review(world, "pat");
  assert.equal(isMerged(world), true);
});

test("whoever may not write there has no say, and neither has whom the rule leaves out", async () => {
  const world = await ready({ by: ["sam", "rob", "kim"], except: ["SAM"] });
  for (const account of ["pat", "rob", "sam"]) await review(world, account);
  assert.equal(isMerged(world), false);
  assert.match(says(world), /one more of rob, kim; /);
  assert.match(says(world), /that of pat does not count, since spec\.merge\.approvals\.by does not name them/);
  assert.match(says(world), /that of rob does not count, since they may not write there/);
  assert.match(says(world), /that of sam does not count, since spec\.merge\.approvals\.except names them/);
  await review(world, "Kim");
  assert.equal(isMerged(world), true, "upper and lower case are the same account");
});

test("a rule that nobody can fulfil says so", async () => {
  const world = await ready({ count: 2, by: ["sam", "pat"], except: ["pat"] });
  await review(world, "sam");
  assert.match(says(world), /spec\.merge\.approvals asks for 2 and lets 2 have a say, but pat: correct it/);
});

test("a yes to another commit is none to this one", async () => {
  const world = await ready({}, { checks: ["unit", "e2e"] });
  const first = status(world).commit!.slice(0, 7);
  world.person.review(slug, 1, "Yes", "sam");
  world.apply(proposal("bump", "3.0.0", { merge: { mode: "WhenChecksPass", approvals: {}, checks: ["unit", "e2e"] } }));
  await world.settles();
  for (const check of ["unit", "e2e"]) world.person.addCheck(slug, 1, check, "Passed");
  await world.settles();
  assert.match(message(world), new RegExp(`that of sam does not count, since it was about ${first}$`));
  await review(world, "sam");
  assert.equal(isMerged(world), true);
});

test("a yes that is taken back, or turned into a no, does not count", async () => {
  const world = await ready({ count: 2 });
  await review(world, "sam");
  await review(world, "sam", "No");
  await review(world, "pat");
  assert.equal(isMerged(world), false);
  await review(world, "pat", "Dismissed");
  await review(world, "sam");
  assert.match(says(world), /has 1 \(sam\)/);
});

test("a yes that is taken back between intent and merge stops the merge", async () => {
  const world = await ready();
  let isThere = false;
  world.host.faults.decide((call, when) => {
    if (call === "pulls.approvals" && when === "before" && !isThere && status(world).intent?.effect === "Merge") {
      isThere = true;
      world.person.review(slug, 1, "Dismissed", "sam");
    }
    return undefined;
  });
  await review(world, "sam");
  assert.equal(isThere, true);
  assert.equal(isMerged(world), false);
  assert.match(says(world), /AwaitingApproval/);
});

test("whoever gave us the commit is no second pair of eyes", async () => {
  const world = await ready();
  const sha = world.person.push(slug, branch, { "mine.txt": "mine" });
  world.person.comment(slug, 1, `/millrace adopt ${sha}`, "sam");
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  await review(world, "sam");
  assert.match(says(world), /that of sam does not count, since they gave the commit to Millrace/);
  await review(world, "pat");
  assert.equal(isMerged(world), true);
});

test("the forge does not get the merge before the yes is there", async () => {
  const world = one(
    proposal("bump", "2.0.0", { merge: { mode: "WhenChecksPass", approvals: {}, handOver: "WhereOffered" } }),
  );
  world.person.require(slug, "main", "unit");
  await world.settles();
  assert.match(says(world), /ChecksRunning/);
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.match(says(world), /AwaitingApproval/);
  assert.equal(world.host.count("enqueue"), 0);
});

test("a proposal that waits for a yes costs a few conditional reads at each look, and sees checks that fail again", async () => {
  const world = await ready();
  const counted = () =>
    (["git.sync", "pulls.find", "pulls.comments", "pulls.get", "pulls.approvals", "pulls.checks"] as const).map(
      (call) => world.host.faults.count(call),
    );
  const before = counted();
  const syncs = world.host.faults.count("forge.repository");
  await world.round();
  const own = world.host.faults.count("forge.repository") - syncs;
  assert.deepEqual(
    counted().map((count, index) => count - before[index]!),
    [own, 0, 0, 1, 1, 1],
  );
  world.person.addCheck(slug, 1, "unit", "Failed");
  await world.settles();
  assert.match(says(world), /ChecksFailed/);
});
