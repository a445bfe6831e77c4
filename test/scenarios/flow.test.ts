import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import { Operation } from "../../src/schema/operation.ts";
import { Repository } from "../../src/schema/repository.ts";
import { Flow } from "../support/flow.ts";
import { forge, repository, sdk, syncSources } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const names = ["sdk-go", "sdk-java", "sdk-node"];
const librarian = { "librarian.yaml": `sources:\n  apis:\n    commit: ${"0".repeat(40)}\n` };
const minute = 60_000;
const hour = 60 * minute;

function fleet(): World {
  const files = Object.fromEntries(names.map((name) => [`acme/${name}`, librarian]));
  return given([forge(), repository("apis"), ...names.map((name) => sdk(name)), syncSources()], {
    "acme/apis": { "a.proto": "1" },
    ...files,
  });
}

/** Continuous integration that needs no time: every commit that is pushed passes. */
function passAtOnce(world: World, told: (name: string) => void = () => undefined): void {
  world.host.listen(({ what, repository: slug, on }) => {
    if (what !== "open") return;
    world.person.addCheck(slug, Number(on.slice(1)), "unit", "Passed");
    told(`sync-${slug.split("/")[1]}`);
  });
}

const isInStep = (world: World): boolean => {
  const { status } = Operation.object.parse(world.cluster.get(Operation, "sync"));
  const head = world.host.get("acme/apis").heads.get("main");
  return status?.upToDate === names.length && status.lastRun?.heads[0]?.sha === head;
};

test("with deliveries, a push upstream is everywhere within seconds, and nobody waits for a sweep", async () => {
  const world = fleet();
  const flow = new Flow(world);
  flow.delivers();
  passAtOnce(world, (name) => flow.mark(ChangeProposal, name));
  assert.ok((await flow.until(() => isInStep(world), 5 * minute)) <= 10_000);

  world.person.push("acme/apis", "main", { "a.proto": "2" });
  assert.ok((await flow.until(() => isInStep(world), 5 * minute)) <= 10_000);
  assert.equal(world.host.count("open"), 2 * names.length);
  const ready = (name: string) => ChangeProposal.object.parse(world.cluster.get(ChangeProposal, name)).status?.phase;
  assert.deepEqual(
    names.map((name) => ready(`sync-${name}`)),
    ["Merged", "Merged", "Merged"],
  );
});

test("without any delivery the sweep reaches the same end, within the hour and a bit", async () => {
  const world = fleet();
  const flow = new Flow(world);
  passAtOnce(world);
  await flow.until(() => isInStep(world), 5 * minute);
  world.person.push("acme/apis", "main", { "a.proto": "2" });
  assert.ok((await flow.until(() => isInStep(world), 3 * hour)) <= hour + 5 * minute);
});

test("an idle fleet writes nothing, and costs one read and one round trip per repository and sweep", async () => {
  const world = fleet();
  const flow = new Flow(world);
  passAtOnce(world);
  await flow.until(() => isInStep(world));
  await flow.passes(2 * hour);
  const { faults } = world.host;
  const calls = [
    "forge.repository",
    "git.sync",
    "pulls.find",
    "pulls.checks",
    "git.read",
    "git.describe",
    "git.commit",
    "forge.archiveSha256",
  ] as const;
  const counts = () => calls.map((call) => faults.count(call));
  const [writes, before] = [{ ...world.cluster.writes }, counts()];
  await flow.passes(24 * hour);
  assert.deepEqual(world.cluster.writes, writes);
  const day = 24 * (names.length + 1);
  assert.deepEqual(
    counts().map((count, index) => count - before[index]!),
    [day, day, 0, 0, 0, 0, 0, 0],
  );
});

test("an open pull request that waits for checks costs two reads each time, and no writes", async () => {
  const world = fleet();
  const flow = new Flow(world);
  await flow.until(() => world.host.count("open") === names.length);
  await flow.passes(hour);
  const { faults } = world.host;
  const calls = ["pulls.get", "pulls.checks", "pulls.find", "pulls.comments", "git.read"] as const;
  const counts = () => calls.map((call) => faults.count(call));
  const [writes, before] = [{ ...world.cluster.writes }, counts()];
  await flow.passes(10 * hour);
  assert.deepEqual(world.cluster.writes, writes);
  const [gets = 0, checks = 0, ...others] = counts().map((count, index) => count - before[index]!);
  assert.ok(gets > 0 && gets <= names.length * 61, "every ten minutes");
  assert.equal(checks, gets);
  assert.deepEqual(others, [0, 0, 0]);
});

test("a secret that is made later is found without anybody telling", async () => {
  const world = fleet();
  const flow = new Flow(world);
  passAtOnce(world);
  world.cluster.secrets.clear();
  await flow.passes(hour);
  assert.match(world.transcript(), /Forge\/forge: SecretMissing/);
  world.cluster.secrets.set("forge-token/token", "new");
  assert.ok((await flow.until(() => isInStep(world), 2 * hour)) <= 3 * minute);
});

test("whatever the order in which things are made, nobody waits for a sweep", async () => {
  const world = fleet();
  const objects = [...world.cluster.objects.keys()];
  const later = given([], {});
  for (const { slug } of world.repositories)
    later.create(`${slug.owner}/${slug.name}`, slug.name === "apis" ? { "a.proto": "1" } : librarian);
  const flow = new Flow(later);
  flow.delivers();
  passAtOnce(later, (name) => flow.mark(ChangeProposal, name));
  for (const wish of [syncSources(), ...names.map((name) => sdk(name)), repository("apis"), forge()]) {
    later.apply(wish);
    await flow.passes(1_000);
  }
  assert.ok((await flow.until(() => isInStep(later), hour)) <= minute);
  assert.ok(objects.every((id) => later.cluster.objects.has(id)));
});

test("a suspended forge holds everything, and lets it go on at once", async () => {
  const world = fleet();
  const flow = new Flow(world);
  passAtOnce(world, (name) => flow.mark(ChangeProposal, name));
  world.cluster.edit(Forge, "forge", { suspend: true });
  await flow.passes(hour);
  assert.deepEqual(world.host.effects, []);
  world.cluster.edit(Forge, "forge", { suspend: false });
  assert.ok((await flow.until(() => isInStep(world), hour)) <= minute);
});

test("positions in the graph follow an edge that is drawn below, without a sweep", async () => {
  const world = given(
    [
      forge(),
      repository("a"),
      repository("b", { dependsOn: [{ name: "a" }] }),
      repository("c", { dependsOn: [{ name: "b" }] }),
    ],
    {
      "acme/a": { x: "1" },
      "acme/b": { x: "1" },
      "acme/c": { x: "1" },
    },
  );
  const flow = new Flow(world);
  const graph = () =>
    ["a", "b", "c"].map((name) => Repository.object.parse(world.cluster.get(Repository, name)).status?.graph?.position);
  await flow.until(() => String(graph()) === "0,1,2", minute);
  world.apply(repository("a", { dependsOn: [{ name: "z" }] }));
  await flow.passes(minute);
  assert.match(
    world.transcript(),
    /Repository\/c: DependencyBlocked, it builds on a, which cannot be put in order: c -> b -> a/,
  );
  world.apply(repository("z"));
  world.create("acme/z", { x: "1" });
  await flow.until(() => String(graph()) === "1,2,3", 2 * minute);
});
