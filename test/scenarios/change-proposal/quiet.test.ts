import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { requestedAt } from "../../../src/schema/object.ts";
import type { Call } from "../../support/faults.ts";
import type { Wish } from "../../support/memory-cluster.ts";
import { proposal } from "../../support/objects.ts";
import { annotate, branch, callsOf, file, manual, one, slug, status } from "../../support/one-proposal.ts";
import type { World } from "../../support/world.ts";

/** A turn of the proposal alone. */
async function turn(world: World): Promise<void> {
  const [reconciler] = world.replica.reconcilers.filter(({ kind }) => kind.kind === ChangeProposal.kind);
  world.replica.view.refresh();
  assert.notEqual(await world.replica.turn(reconciler!, "ChangeProposal/bump"), "crashed");
}

/** So many turns, each a little later. Gives the calls that they made. */
async function turns(world: World, count: number): Promise<Readonly<Partial<Record<Call, number>>>> {
  return callsOf(world, async () => {
    for (let index = 0; index < count; index++) {
      world.clock.advance(1_000);
      await turn(world);
    }
  });
}

interface Rest {
  readonly phase: string;
  readonly reason: string;
  readonly wish?: Wish;
  readonly bring?: (world: World) => unknown;
  /** Calls of one turn. */
  readonly costs: Readonly<Partial<Record<Call, number>>>;
}

const merging = proposal();
const waiting = proposal("bump", "2.0.0", manual);
const get = { "pulls.get": 1 };
const withChecks = { "pulls.get": 1, "pulls.checks": 1 };

const rests: readonly Rest[] = [
  { phase: "AwaitingMerge", reason: "AwaitingMerge", wish: waiting, costs: get },
  {
    phase: "AwaitingMerge",
    reason: "AwaitingMerge",
    wish: waiting,
    // The host tells of checks by a delivery, which marks the proposal.
    bring: ({ person, cluster }) => {
      person.addCheck(slug, 1, "unit", "Pending");
      cluster.annotate(ChangeProposal, "bump", { [requestedAt]: "now" });
    },
    costs: withChecks,
  },
  { phase: "AwaitingMerge", reason: "NoChecks", wish: merging, costs: withChecks },
  {
    phase: "ChecksRunning",
    reason: "ChecksRunning",
    bring: ({ person }) => person.addCheck(slug, 1, "unit", "Pending"),
    costs: withChecks,
  },
  {
    phase: "ChecksFailed",
    reason: "ChecksFailed",
    bring: ({ person }) => person.addCheck(slug, 1, "unit", "Failed"),
    costs: withChecks,
  },
  { phase: "Blocked", reason: "ChecksNotStarting", bring: ({ clock }) => clock.advance(300_000), costs: withChecks },
  {
    phase: "Blocked",
    reason: "FileMissing",
    wish: proposal("bump", "2.0.0", { change: { edits: [{ path: "none", set: { field: ["a"], value: "b" } }] } }),
    costs: { "git.sync": 1 },
  },
  { phase: "HumanOwned", reason: "HumanOwned", bring: ({ person }) => person.amend(slug, branch), costs: get },
  { phase: "Declined", reason: "Declined", bring: ({ person }) => person.close(slug, 1), costs: { "pulls.find": 1 } },
  { phase: "Released", reason: "Released", bring: (world) => annotate(world, "release", "ours"), costs: {} },
  {
    phase: "Released",
    reason: "Released",
    bring: ({ person }) => person.comment(slug, 1, "/millrace release"),
    costs: get,
  },
  { phase: "Held", reason: "Held", bring: ({ person }) => person.comment(slug, 1, "/millrace hold 1d"), costs: get },
  {
    phase: "Queued",
    reason: "Queued",
    bring: ({ host, person }) => {
      host.get(slug).queued.add("main");
      person.addCheck(slug, 1, "unit", "Passed");
    },
    costs: get,
  },
  { phase: "Merged", reason: "Merged", wish: waiting, bring: ({ person }) => person.merge(slug, 1), costs: {} },
  { phase: "NoChange", reason: "NoChange", wish: proposal("bump", "1.0.0"), costs: {} },
  {
    phase: "Superseded",
    reason: "Superseded",
    bring: (world) => world.apply(proposal("newer", "3.0.0", { supersedes: ["bump"] })),
    costs: {},
  },
  { phase: "Planned", reason: "Planned", wish: proposal("bump", "2.0.0", { mode: "Plan" }), costs: { "git.sync": 1 } },
];

for (const { phase, reason, wish = merging, bring, costs } of rests) {
  test(`at rest in ${phase} for ${reason} a turn writes nothing and costs ${Object.keys(costs).join(" and ") || "no call"}`, async () => {
    const world = one(wish);
    await world.settles();
    await bring?.(world);
    await world.settles();
    await turn(world);
    const { conditions, phase: now } = status(world);
    assert.deepEqual([now, conditions?.find(({ type }) => type === "Ready")?.reason], [phase, reason]);
    const [writes, effects, before] = [{ ...world.cluster.writes }, world.host.effects.length, status(world)];
    const many = 10;
    const calls = await turns(world, many);
    const each = Object.fromEntries(Object.entries(calls).map(([call, count]) => [call, count / many]));
    assert.deepEqual(each, costs);
    assert.deepEqual(world.cluster.writes, writes);
    assert.equal(world.host.effects.length, effects);
    assert.deepEqual(status(world), before);
  });
}

for (const [about, change] of [
  ["a comment", (world: World) => world.person.comment(slug, 1, "hm")],
  ["a push", (world: World) => world.person.push(slug, branch, { "b.txt": "mine" })],
  ["a closing", (world: World) => world.person.close(slug, 1)],
  ["a merge", (world: World) => world.person.merge(slug, 1)],
  ["a draft", (world: World) => world.person.edit(slug, 1, { draft: true })],
  ["another spec", (world: World) => world.apply(proposal("bump", "3.0.0", manual))],
  ["an annotation", (world: World) => annotate(world, "release", "x")],
  ["a mark", (world: World) => world.cluster.annotate(ChangeProposal, "bump", { [requestedAt]: "now" })],
  [
    "a proposal that takes its place",
    (world: World) => world.apply(proposal("newer", "3.0.0", { ...manual, supersedes: ["bump"] })),
  ],
] as const) {
  test(`${about} is noticed by the next turns`, async () => {
    const world = one(waiting);
    await world.settles();
    await turn(world);
    const before = JSON.stringify([status(world), world.cluster.get(ChangeProposal, "bump")!.metadata.resourceVersion]);
    change(world);
    await world.settles();
    assert.notEqual(
      JSON.stringify([status(world), world.cluster.get(ChangeProposal, "bump")!.metadata.resourceVersion]),
      before,
    );
  });
}

test("a base that moved is looked at, and costs no write where it changes nothing", async () => {
  const world = one(waiting);
  await world.settles();
  world.person.push(slug, "main", { "README.md": "more" });
  const calls = await callsOf(world, () => world.settles());
  assert.ok((calls["pulls.find"] ?? 0) >= 1);
  world.person.push(slug, "main", { "a.yaml": file["a.yaml"].replace("80", "81") });
  await world.settles();
  assert.equal(world.host.count("push"), 2);
});

test("the first look after a restart costs no more than any other", async () => {
  const world = one(waiting);
  await world.settles();
  world.replica.restart();
  assert.deepEqual(await turns(world, 1), get);
});

test("what stood in the way of a look is not taken for what is there", async () => {
  const world = one(waiting);
  await world.settles();
  const reason = () => status(world).conditions?.find(({ type }) => type === "Ready")?.reason;
  assert.equal(reason(), "AwaitingMerge");
  const mend = world.host.faults.decide(() => "broken");
  world.clock.advance(1_000);
  await turn(world);
  assert.equal(reason(), "ForgeUnavailable");
  mend();
  world.clock.advance(1_000);
  await turn(world);
  assert.equal(reason(), "AwaitingMerge");
});
