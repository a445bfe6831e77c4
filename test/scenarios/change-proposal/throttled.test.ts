import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import type { Call } from "../../support/faults.ts";
import { callsOf, one, pulls, says, slug, status } from "../../support/one-proposal.ts";

const minute = 60_000;

for (const call of [
  "git.sync",
  "pulls.find",
  "git.push",
  "pulls.open",
  "pulls.checks",
] as const satisfies readonly Call[]) {
  for (const when of ["before", "after"] as const) {
    test(`a forge that says it is too much ${when} ${call} is left alone until it says, also by a process that was restarted`, async () => {
      const world = one();
      world.host.faults.plan(call, when, "limited");
      for (let round = 0; round < 12 && world.host.faults.left > 0; round++) await world.round();
      const throttledUntil = status(world)?.throttledUntil;
      // The Repository and the Forge may have met the fault in its place.
      if (!throttledUntil) return;
      assert.match(
        says(world),
        new RegExp(`Throttled, Throttled until ${throttledUntil}: could not ${call}: too many requests`),
      );
      world.replica.restart();
      const [reconciler] = world.replica.reconcilers.filter(({ kind }) => kind.kind === ChangeProposal.kind);
      const calls = await callsOf(world, async () => {
        for (let turn = 0; turn < 3; turn++) {
          world.clock.advance(10_000);
          world.replica.view.refresh();
          assert.equal(await world.replica.turn(reconciler!, "ChangeProposal/bump"), "quiet");
        }
      });
      assert.deepEqual(calls, {});
      assert.ok(
        world.replica.again! <= minute - 30_000 + 1_000,
        `comes again at that time, not after ${world.replica.again}`,
      );
      world.clock.advance(minute);
      await world.settles();
      assert.equal(status(world).throttledUntil, undefined);
      assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
      assert.deepEqual([world.host.count("push"), world.host.count("open")], [1, 1]);
    });
  }
}

test("a deleted proposal that is throttled waits, and cleans up then", async () => {
  const world = one();
  await world.settles();
  world.host.faults.plan("pulls.close", "after", "limited");
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  assert.match(says(world), /\(deleting\): Throttled, Throttled until/);
  world.clock.advance(minute);
  await world.settles();
  assert.equal(world.cluster.get(ChangeProposal, "bump"), undefined);
  assert.equal(world.host.get(slug).pulls[0]!.comments.length, 1);
});
