import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { ReleasePlan } from "../../src/schema/release-plan.ts";
import { ReleaseTrain } from "../../src/schema/release-train.ts";
import { Repository } from "../../src/schema/repository.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const hour = 3_600_000;
const names = ["app", "lib"];

/** A train that leaves every day at six over two repositories, both released once. The clock starts at midnight. */
function scene(spec: object = {}, changed: readonly string[] = ["lib"]): World {
  const train = {
    kind: ReleaseTrain,
    name: "daily",
    spec: {
      schedule: { cron: "0 6 * * *" },
      repositories: { selector: { matchLabels: { fleet: "a" } } },
      merge: { mode: "WhenChecksPass", allowNoChecks: true },
      ...spec,
    },
  };
  const lib = repository("lib", {}, { fleet: "a" });
  const app = repository("app", { dependsOn: [{ name: "lib" }] }, { fleet: "a" });
  const world = given([forge(), lib, app, train], { "acme/lib": { a: "1" }, "acme/app": { a: "1" } });
  for (const name of names) world.person.tag(`acme/${name}`, "v1.0.0");
  for (const name of changed) change(world, name);
  return world;
}
let changes = 1;
const change = (world: World, name: string): string =>
  world.person.push(`acme/${name}`, "main", { a: String(++changes) }, "fix: count on");
const status = (world: World) => ReleaseTrain.object.parse(world.cluster.get(ReleaseTrain, "daily")).status!;
const said = (world: World): string => {
  const { reason, message } = status(world).conditions![0]!;
  return `${reason}: ${message}`;
};
const plans = (world: World): readonly string[] =>
  [...world.cluster.objects.values()]
    .filter(({ kind }) => kind === ReleasePlan.kind)
    .map(({ metadata }) => metadata.name);
const plan = (world: World, name: string) => ReleasePlan.object.parse(world.cluster.get(ReleasePlan, name));

/** Lets time pass, hour by hour, and everything come to rest in each. */
async function pass(world: World, hours: number): Promise<void> {
  for (let each = 0; each < hours; each++) {
    world.clock.advance(hour);
    await world.settles(120);
  }
}

test("it leaves at its time, releases what is on it in order, and says when it leaves next", async () => {
  const world = scene();
  await pass(world, 5);
  assert.deepEqual(plans(world), []);
  assert.equal(said(world), "Scheduled: leaves next at 2026-01-01T06:00:00Z");
  await pass(world, 2);
  assert.deepEqual(plans(world), ["daily-202601010600"]);
  const made = plan(world, "daily-202601010600");
  assert.deepEqual(made.spec.releases, [
    { repositoryRef: { name: "app" }, bump: "Auto" },
    { repositoryRef: { name: "lib" }, bump: "Auto" },
  ]);
  assert.equal(made.status!.phase, "Succeeded");
  assert.deepEqual(
    made.status!.nodes!.map(({ name, phase, version }) => [name, phase, version]),
    [
      ["app", "Unchanged", undefined],
      ["lib", "Succeeded", "1.0.1"],
    ],
  );
  assert.equal(said(world), "Scheduled: leaves next at 2026-01-02T06:00:00Z");
  assert.equal(status(world).lastPlan, "daily-202601010600");
});

test("where nothing changed it makes no plan, and says so", async () => {
  const world = scene({}, []);
  await pass(world, 7);
  assert.deepEqual(plans(world), []);
  assert.equal(
    said(world),
    "Scheduled: leaves next at 2026-01-02T06:00:00Z; it left without a plan last: nothing changed in any of 2 since their last releases",
  );
  change(world, "app");
  await pass(world, 24);
  assert.deepEqual(plans(world), ["daily-202601020600"]);
  assert.equal(status(world).skipped, undefined);
});

test("one plan at a time: what still goes on at the next departure keeps the train waiting for the one after", async () => {
  const world = scene({ merge: { mode: "Manual" } });
  await pass(world, 7);
  assert.equal(
    said(world),
    "Releasing: plan daily-202601010600 goes on; the train leaves next at 2026-01-02T06:00:00Z",
  );
  await pass(world, 24);
  assert.deepEqual(plans(world), ["daily-202601010600"]);
  assert.match(status(world).skipped!, /^plan daily-202601010600 was still going on$/);
});

test("departures that were missed are not made up for, one by one", async () => {
  const world = scene();
  await pass(world, 1);
  world.clock.advance(5 * 24 * hour);
  await world.settles(120);
  assert.deepEqual(plans(world), ["daily-202601010600"]);
  assert.equal(status(world).nextAt, "2026-01-06T06:00:00Z");
});

test("a train that stops between making the plan and saying so makes no second one", async () => {
  const world = scene();
  await pass(world, 1);
  const before = world.cluster.get(ReleaseTrain, "daily")!;
  await pass(world, 6);
  const { metadata } = world.cluster.get(ReleaseTrain, "daily")!;
  world.cluster.writeStatus({ ...before, metadata }, before["status"] as object);
  await world.settles(120);
  assert.deepEqual(plans(world), ["daily-202601010600"]);
});

test("a schedule in words of a time zone, changed on the way, counts from the change", async () => {
  const world = scene();
  await pass(world, 5);
  world.cluster.edit(ReleaseTrain, "daily", { schedule: { cron: "30 2 * * *", timeZone: "Europe/Berlin" } });
  await world.settles();
  await pass(world, 2);
  assert.deepEqual([plans(world), status(world).nextAt], [[], "2026-01-02T01:30:00Z"]);
});

test("a suspended train stays, and leaves at the first time after", async () => {
  const world = scene();
  await pass(world, 1);
  world.cluster.edit(ReleaseTrain, "daily", { suspend: true });
  await pass(world, 8);
  assert.deepEqual([plans(world), said(world).split(":")[0], status(world).nextAt], [[], "Suspended", undefined]);
  world.cluster.edit(ReleaseTrain, "daily", { suspend: false });
  await pass(world, 1);
  assert.deepEqual([plans(world), status(world).nextAt], [[], "2026-01-02T06:00:00Z"]);
});

test("plans that are over are let go of, but for the last, and their records stay", async () => {
  const world = scene({ keep: 1 });
  await pass(world, 7);
  change(world, "lib");
  await pass(world, 24);
  assert.deepEqual(plans(world), ["daily-202601020600"]);
  const about = [...world.cluster.objects.values()]
    .filter(({ kind }) => kind === RunRecord.kind)
    .map((each) => RunRecord.object.parse(each).spec);
  assert.deepEqual(
    about.map((spec) => [spec.about, spec.isClosed]),
    [
      ["ReleasePlan/daily-202601010600", true],
      ["ReleasePlan/daily-202601020600", true],
    ],
  );
});

test("a plan that fails needs a person, and the train leaves all the same next time", async () => {
  const world = scene({ merge: { mode: "Manual" } });
  await pass(world, 7);
  for (const { slug, pulls } of world.repositories) {
    for (const { number, state } of pulls)
      if (state === "Open") world.person.close(`${slug.owner}/${slug.name}`, number);
  }
  await pass(world, 1);
  assert.match(said(world), /^NeedsAttention: plan daily-202601010600 needs a person: .*; the train leaves next at /);
  await pass(world, 24);
  assert.equal(plans(world).length, 2);
});

test("what selects nothing, or something that is not there, needs a person", async () => {
  const world = scene({ repositories: { names: ["lib", "other"] } });
  await pass(world, 1);
  assert.match(said(world), /^NothingSelected: spec.repositories.names lists other, and there is no such Repository/);
  world.apply(repository("other"));
  world.create("acme/other", { a: "1" });
  await pass(world, 1);
  assert.match(said(world), /^Scheduled: /);
  world.cluster.edit(ReleaseTrain, "daily", { repositories: { selector: { matchLabels: { no: "one" } } } });
  await pass(world, 1);
  assert.match(said(world), /^NothingSelected: spec.repositories selects nothing/);
  world.cluster.edit(ReleaseTrain, "daily", { schedule: { cron: "at six" } });
  await pass(world, 1);
  assert.match(said(world), /^ScheduleInvalid: spec.schedule.cron/);
});

test("what a person has to set right keeps the train from knowing, and it leaves without a plan", async () => {
  const world = scene({}, []);
  await pass(world, 5);
  world.cluster.edit(Repository, "app", { suspend: true });
  await pass(world, 2);
  assert.match(status(world).skipped!, /^nothing is known to have changed; app: Repository app is suspended/);
});

test("what comes by itself is waited for, a quarter of an hour at most", async () => {
  const world = scene();
  await pass(world, 5);
  world.cluster.secrets.delete("forge-token/token");
  await pass(world, 1);
  assert.match(said(world), /^WaitingForRepositories: it is time, and .*: app: waits for Forge forge: SecretMissing: /);
  assert.deepEqual([plans(world), status(world).nextAt], [[], "2026-01-01T06:00:00Z"]);
  world.clock.advance(20 * 60_000);
  await world.settles(120);
  assert.match(status(world).skipped!, /^nothing is known to have changed; app: waits for Forge forge/);
  assert.equal(status(world).nextAt, "2026-01-02T06:00:00Z");
});

test("the example leaves on the first Tuesday of its label's fleet, and holds nothing but at the feasts", async () => {
  const { spec } = parse(readFileSync("examples/releases/train.yaml", "utf8")) as { spec: object };
  const world = scene(spec);
  for (const name of names) {
    const { spec } = Repository.object.parse(world.cluster.get(Repository, name));
    world.apply({ kind: Repository, name, spec, labels: { fleet: "sdk" } });
  }
  await world.settles(120);
  // The clock begins on a Thursday in winter.
  assert.equal(status(world).nextAt, "2026-01-06T08:00:00Z");
  world.clock.advance(Date.parse("2026-01-06T08:00:00Z") - world.clock.now().getTime());
  await world.settles(120);
  assert.deepEqual(plans(world), ["daily-202601060800"]);
  assert.deepEqual(plan(world, "daily-202601060800").spec.policy.freezes.length, 1);
  assert.equal(status(world).conditions![0]!.reason, "Releasing");
});
