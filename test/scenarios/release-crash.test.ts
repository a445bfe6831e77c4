import assert from "node:assert/strict";
import { test } from "node:test";
import { Release } from "../../src/schema/release.ts";
import { begun, callsOfRelease, isReleasedOnce, withDeaths, withFault } from "../support/release-faults.ts";

const effects = ["git.tag", "releases.publish", "releases.attach", "pulls.merge", "pulls.open", "git.push"] as const;

test("killed before or after any call, it is released exactly once", async () => {
  const calls = await callsOfRelease();
  for (const effect of effects) assert.ok(calls.has(effect), effect);
  for (const [call, times] of calls) {
    await withFault({ call, number: 1 }, "before", "crash");
    await withFault({ call, number: times }, "after", "crash");
  }
});

test("a host that breaks, or has enough, around an effect makes nothing twice", async () => {
  for (const call of effects) {
    for (const kind of ["broken", "limited"] as const) {
      await withFault({ call, number: 1 }, "before", kind);
      await withFault({ call, number: 1 }, "after", kind);
    }
  }
});

test("killed again and again at random, it is released exactly once", async () => {
  for (let seed = 1; seed <= 6; seed++) await withDeaths(seed);
});

test("a status that is lost after any write is found again from facts", async () => {
  for (let lost = 1; lost <= 12; lost++) {
    const world = begun();
    for (let round = 0; round <= lost; round++) {
      world.clock.advance(1_000);
      await world.round();
    }
    const before = world.cluster.get(Release, "next")!;
    world.cluster.writeStatus(before, {});
    await world.settles();
    // Who made the tag is not written in it, so it counts as somebody's.
    const after = world.cluster.get(Release, "next")!;
    const { adopted: _, ...status } = after["status"] as { readonly adopted?: string };
    world.cluster.writeStatus(after, status);
    isReleasedOnce(world, `after round ${lost}`);
  }
});

test("nothing is done outside of the cluster before status says that it will be", async () => {
  const world = begun();
  const announced: string[] = [];
  world.host.listen(({ by, what }) => {
    if (by !== "millrace" || (what !== "tag" && what !== "publish" && what !== "attach")) return;
    const { intent } = Release.object.parse(world.cluster.get(Release, "next")).status ?? {};
    announced.push(`${what}: ${intent?.effect} ${intent?.name}`);
    assert.equal(intent?.commit, world.host.get("acme/app").heads.get("main"));
  });
  await world.settles();
  const attach = "attach: Attach v1.3.0";
  assert.deepEqual(announced, ["tag: Tag v1.3.0", "publish: Publish v1.3.0", attach, attach]);
});
