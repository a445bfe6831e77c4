import assert from "node:assert/strict";
import { test } from "node:test";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";
import { forge, repository } from "../../support/objects.ts";
import { given, type World } from "../../support/world.ts";

const minute = 60_000;
const hour = 60 * minute;

/** `sdk` on `core`, both with a fix to be released by a plan with this policy. It is Thursday, 1 January 2026, midnight. */
function planned(policy: object, before: (world: World) => void = () => undefined): World {
  const objects = [repository("core"), repository("sdk", { dependsOn: [{ name: "core" }] })];
  const world = given([forge(), ...objects], { "acme/core": { a: "1\n" }, "acme/sdk": { a: "1\n" } });
  for (const slug of ["acme/core", "acme/sdk"]) {
    world.person.tag(slug, "v1.0.0");
    world.person.push(slug, "main", { a: "2\n" }, "fix: count to two");
  }
  before(world);
  world.apply({
    kind: ReleasePlan,
    name: "autumn",
    spec: {
      releases: ["core", "sdk"].map((name) => ({ repositoryRef: { name } })),
      merge: { mode: "WhenChecksPass", allowNoChecks: true },
      policy,
    },
  });
  return world;
}

const plan = (world: World) => ReleasePlan.object.parse(world.cluster.get(ReleasePlan, "autumn")).status!;
const node = (world: World, name: string): string => {
  const { phase, message, version } = plan(world).nodes!.find((each) => each.name === name)!;
  return `${phase}: ${phase === "Succeeded" ? version : message}`;
};
/** Goes on by turns that the controllers ask for themselves, and gives how long it took until that was so. */
async function until(world: World, what: string, is: () => boolean): Promise<number> {
  const begun = world.clock.now().getTime();
  for (let round = 0; round < 400; round++) {
    if (is()) return world.clock.now().getTime() - begun;
    world.clock.advance(minute);
    await world.round();
  }
  return assert.fail(`${what} did not come: ${node(world, "core")}, ${node(world, "sdk")}`);
}

test("nothing begins in a freeze, and it begins by itself when that is over", async () => {
  const world = planned({ freezes: [{ rule: "FREQ=DAILY", length: "2h", reason: "backups" }] });
  await world.settles(120);
  assert.equal(node(world, "core"), "Held: frozen until 2026-01-01T02:00:00Z: backups");
  assert.match(plan(world).conditions![0]!.message, /frozen until 2026-01-01T02:00:00Z: backups/);
  assert.deepEqual(world.host.get("acme/core").pulls, []);
  await until(world, "the end", () => plan(world).phase === "Succeeded");
  assert.ok(world.clock.now().getTime() >= Date.parse("2026-01-01T02:00:00Z"));
});

test("what is under way when a freeze begins makes nothing more", async () => {
  const world = planned({ freezes: [{ rule: "FREQ=DAILY;BYHOUR=0;BYMINUTE=10", length: "1h" }] }, ({ person }) =>
    person.require("acme/core", "main", "build"),
  );
  await world.settles(120);
  assert.match(node(world, "core"), /^Releasing/, "it began before");
  world.clock.advance(20 * minute);
  world.person.addCheck("acme/core", 1, "build", "Passed");
  await world.settles(120);
  assert.equal(node(world, "core"), "Succeeded: 1.0.1", "what was proposed is brought to its end");
  assert.match(node(world, "sdk"), /^Held: frozen until 2026-01-01T01:10:00Z/);
});

test("a freeze that nobody understands blocks the plan, by its field", async () => {
  const world = planned({ freezes: [{ rule: "FREQ=FULLMOON", length: "1h" }] });
  await world.settles(120);
  const [ready] = plan(world).conditions!;
  assert.equal(ready!.reason, "FreezeInvalid");
  assert.match(ready!.message, /^spec\.policy\.freezes\[0\]\.rule: "FREQ=FULLMOON"/);
});

test("what builds on a release begins when that has been there for as long as the policy says", async () => {
  const world = planned({ soak: "1h" });
  await world.settles(120);
  assert.equal(node(world, "core"), "Succeeded: 1.0.1");
  assert.match(node(world, "sdk"), /^Held: core is to be there for 1h, which it is at 2026-01-01T01:/);
  const took = await until(world, "the beginning", () => !node(world, "sdk").startsWith("Held"));
  assert.ok(took >= hour - minute && took <= hour + 5 * minute, `${took / minute} minutes`);
  await world.settles(120);
  assert.equal(plan(world).phase, "Succeeded");
});

test("nothing begins while a base branch of the set is not healthy, and it begins when all are", async () => {
  const world = planned({ health: "Required" });
  await world.settles(120);
  assert.match(
    node(world, "core"),
    /^Held: spec\.policy\.health is Required: no check ran on main of core; no check ran/,
  );
  const head = (slug: string): string => world.host.get(slug).heads.get("main")!;
  world.person.addCheck("acme/core", head("acme/core"), "unit", "Passed");
  world.person.addCheck("acme/sdk", head("acme/sdk"), "unit", "Failed");
  world.clock.advance(6 * minute);
  await world.settles(120);
  assert.equal(node(world, "core"), "Held: spec.policy.health is Required: unit failed on main of sdk");
  world.person.addCheck("acme/sdk", head("acme/sdk"), "unit", "Passed");
  world.clock.advance(6 * minute);
  await world.settles(120);
  assert.equal(node(world, "core"), "Succeeded: 1.0.1");
  assert.match(node(world, "sdk"), /^Held: .*no check ran on main of core$/, "the release is a commit without checks");
  world.person.addCheck("acme/core", head("acme/core"), "unit", "Passed");
  world.clock.advance(6 * minute);
  await world.settles(120);
  assert.equal(plan(world).phase, "Succeeded");
});

test("people hold one repository of a plan, or all of it, for a while", async () => {
  const world = planned({});
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/hold": "sdk 2026-01-01T03:00:00Z demo" });
  await world.settles(120);
  assert.equal(node(world, "core"), "Succeeded: 1.0.1");
  assert.equal(node(world, "sdk"), "Held: a person holds it until 2026-01-01T03:00:00Z: demo");
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/hold": "sdk until tomorrow" });
  await world.settles(120);
  assert.match(node(world, "sdk"), /^Held: millrace\.dev\/hold is not understood, so nothing begins/);
  world.cluster.unannotate(ReleasePlan, "autumn", "millrace.dev/hold");
  await world.settles(120);
  assert.equal(plan(world).phase, "Succeeded");
});
