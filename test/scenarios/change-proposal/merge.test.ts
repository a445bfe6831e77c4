import assert from "node:assert/strict";
import { test } from "node:test";
import { proposal } from "../../support/objects.ts";
import { branch, one, pull, pulls, says, slug, status } from "../../support/one-proposal.ts";
import type { World } from "../../support/world.ts";

const minute = 60_000;
const rule = (merge: object = {}) => ({ merge: { mode: "WhenChecksPass", ...merge } });

async function opened(merge: object = {}, before: (world: World) => void = () => undefined): Promise<World> {
  const world = one(proposal("bump", "2.0.0", rule(merge)));
  before(world);
  await world.settles();
  return world;
}

const passes = async (world: World): Promise<void> => {
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
};

test("a way of merging that the repository does not allow is named, with those that it does", async () => {
  const world = await opened();
  world.host.get(slug).mergeMethods = ["Merge", "Rebase"];
  await passes(world);
  assert.equal(
    says(world),
    "ChangeProposal/bump: MergeMethodNotAllowed, the repository does not merge by Squash, it allows Merge and Rebase: set spec.merge.method, or spec.mergeMethod of its Repository",
  );
  world.apply(proposal("bump", "2.0.0", rule({ method: "Rebase" })));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("what the forge waits for by itself is handed over to it", async () => {
  const world = await opened({ handOver: "WhereOffered" }, ({ person }) => person.require(slug, "main", "unit"));
  assert.equal(
    says(world),
    "ChangeProposal/bump: Queued, the forge merges #1 by itself once its rules are met (0 of 1 check passed)",
  );
  assert.equal(status(world).phase, "Queued");
  assert.equal(pull(world).handedOver?.sha, status(world).commit, "exactly the commit that was looked at");
  assert.equal(world.host.count("enqueue"), 1);
  world.person.addCheck(slug, 1, "unit", "Passed");
  world.person.runQueue(slug);
  await world.settles();
  assert.match(says(world), /Merged, #1 was merged/);
  assert.equal(world.host.get(slug).heads.has(branch), false);
});

test("what only we wait for is not handed over", async () => {
  const world = await opened({ handOver: "WhereOffered", checks: ["e2e"] }, ({ person }) =>
    person.require(slug, "main", "unit"),
  );
  assert.match(says(world), /ChecksRunning, .* waits for e2e, unit/);
  assert.equal(world.host.count("enqueue"), 0);
});

test("a forge that merges nothing by itself is not asked to", async () => {
  const world = await opened({ handOver: "WhereOffered" }, ({ person, forge }) => {
    person.require(slug, "main", "unit");
    forge.capabilities = { ...forge.capabilities, autoMerge: false, mergeQueue: false };
  });
  assert.match(says(world), /ChecksRunning/);
  await passes(world);
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("a branch that demands a queue gets it, although nobody asked for that", async () => {
  const world = await opened({}, ({ host }) => host.get(slug).queued.add("main"));
  await passes(world);
  assert.match(says(world), /Queued/);
  assert.deepEqual([world.host.count("merge"), world.host.count("enqueue")], [0, 1]);
  world.person.runQueue(slug);
  await world.settles();
  assert.match(says(world), /Merged/);
});

test("a queue that cannot be used leaves it to a person", async () => {
  const world = await opened({}, ({ host, forge }) => {
    host.get(slug).queued.add("main");
    forge.capabilities = { ...forge.capabilities, mergeQueue: false };
  });
  await passes(world);
  assert.match(
    says(world),
    /QueueRequired, main takes changes only through the forge's merge queue, .* a person queues #1/,
  );
  const writes = world.cluster.writes.status;
  await world.settles();
  assert.equal(world.cluster.writes.status, writes);
});

test("what leaves the queue unmerged is told, and given to it again later and later", async () => {
  const world = await opened({}, ({ host }) => host.get(slug).queued.add("main"));
  await passes(world);
  for (const [left, wait] of [
    [1, 5],
    [2, 10],
    [3, 20],
  ] as const) {
    world.person.dequeue(slug, 1);
    await world.settles();
    assert.match(says(world), /Dequeued, the forge took #1 out of its queue without merging it/);
    assert.equal(status(world).queue?.left, left);
    world.clock.advance((wait - 1) * minute);
    await world.settles();
    assert.match(says(world), /Dequeued/);
    world.clock.advance(minute);
    await world.settles();
    assert.match(says(world), /Queued/);
    assert.equal(world.host.count("enqueue"), left + 1);
  }
});

for (const when of ["before", "after"] as const) {
  test(`a process that dies ${when} it hands the merge over hands it over once`, async () => {
    const world = await opened({}, ({ host }) => host.get(slug).queued.add("main"));
    world.host.faults.plan("pulls.handOver", when, "crash");
    await passes(world);
    assert.equal(world.host.faults.left, 0);
    assert.equal(world.host.count("enqueue"), 1);
    assert.match(says(world), /Queued/);
  });
}

/** Five minutes, in which no check starts. */
async function late(world: World): Promise<string> {
  world.clock.advance(5 * minute);
  await world.settles();
  return says(world);
}

test("a commit without a CI is told after five minutes, and not before", async () => {
  const world = await opened();
  assert.match(says(world), /NoChecks/);
  assert.equal(
    await late(world),
    "ChangeProposal/bump: ChecksNotStarting, #1 is open for more than 5 minutes and no check has started: its commit has no configuration of a CI that is known here. Start them, merge it by hand, or correct spec.merge",
  );
  await passes(world);
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"], "and it goes on when one does");
});

test("required names that never report are listed", async () => {
  const world = await opened({ checks: ["e2e"] }, ({ person }) => {
    person.require(slug, "main", "unti");
    person.push(slug, "main", { ".github/workflows": "" });
  });
  assert.match(
    await late(world),
    /ChecksNotStarting, .* no check has started: e2e, unti never reported: nothing runs under that name, or the name is misspelt\./,
  );
});

test("a credential whose pushes start nothing is named as the cause", async () => {
  const world = await opened({}, ({ forge }) => {
    forge.capabilities = { ...forge.capabilities, startsChecks: false };
  });
  assert.match(await late(world), /what this credential pushes starts no workflows: use an App or a bot's token/);
});

test("a check that runs for long is no check that never started", async () => {
  const world = await opened();
  world.person.addCheck(slug, 1, "unit", "Pending");
  assert.match(await late(world), /ChecksRunning/);
});

test("a commit that was pushed just now has its five minutes again", async () => {
  const world = await opened();
  await late(world);
  world.apply(proposal("bump", "3.0.0", rule()));
  await world.settles();
  assert.match(says(world), /NoChecks/);
  assert.match(await late(world), /ChecksNotStarting/);
});

test("who merges without checks waits for none", async () => {
  const world = await opened({ mode: "Manual" });
  assert.match(await late(world), /AwaitingMerge/);
});

test("the moment at which checks are late is not slept through", async () => {
  const world = one(proposal("bump", "2.0.0", { ...rule(), interval: "1h" }));
  await world.settles();
  world.clock.advance(4 * minute + 50_000);
  await world.settles();
  const [reconciler] = world.replica.reconcilers.filter(({ kind }) => kind.kind === "ChangeProposal");
  world.replica.view.refresh();
  await world.replica.turn(reconciler!, "ChangeProposal/bump");
  assert.ok(world.replica.again! < minute, String(world.replica.again));
});

test("a commit that comes between the look and the merge is not merged", async () => {
  const world = await opened();
  world.person.addCheck(slug, 1, "unit", "Passed");
  let theirs: string | undefined;
  const stop = world.host.faults.decide((call, when) => {
    if (call === "pulls.merge" && when === "before") theirs ??= world.person.push(slug, branch, { "b.txt": "mine" });
    return undefined;
  });
  await world.settles();
  stop();
  assert.ok(theirs, "it was tried");
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
  assert.match(says(world), /HumanOwned/);
});
