import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { Release } from "../../src/schema/release.ts";
import { ReleasePlan } from "../../src/schema/release-plan.ts";
import { Repository } from "../../src/schema/repository.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import type { Wish } from "../support/memory-cluster.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const plan = (names: readonly string[], spec: object = {}, name = "autumn"): Wish => ({
  kind: ReleasePlan,
  name,
  spec: {
    releases: names.map((each) => ({ repositoryRef: { name: each } })),
    merge: { mode: "WhenChecksPass", allowNoChecks: true },
    ...spec,
  },
});

const on = (...names: readonly string[]) => ({ dependsOn: names.map((name) => ({ name })) });

/** Repositories by what each builds on, all released once, and with a fix since. */
function fleet(edges: Readonly<Record<string, readonly string[]>>): World {
  const names = Object.keys(edges);
  const objects = names.map((name) => repository(name, on(...edges[name]!)));
  const world = given([forge(), ...objects], Object.fromEntries(names.map((name) => [`acme/${name}`, { a: "1\n" }])));
  for (const name of names) {
    world.person.tag(`acme/${name}`, "v1.0.0");
    world.person.push(`acme/${name}`, "main", { a: "2\n" }, "fix: count to two");
  }
  return world;
}

const status = (world: World, name = "autumn") =>
  ReleasePlan.object.parse(world.cluster.get(ReleasePlan, name)).status ?? {};
const ready = (world: World, name = "autumn"): string => {
  const { reason, message } = status(world, name).conditions!.find(({ type }) => type === "Ready")!;
  return `${reason}: ${message}`;
};
/** Repositories in the order in which Millrace tagged them. */
const tagged = ({ host }: World): readonly string[] =>
  host.effects.filter(({ by, what }) => by === "millrace" && what === "tag").map((each) => each.repository);

test("a chain is released from its end to its beginning", async () => {
  const world = fleet({ app: ["sdk"], sdk: ["auth"], auth: [] });
  world.apply(plan(["app", "sdk", "auth"]));
  await world.settles(120);
  assert.equal(ready(world), "Succeeded: 3 of 3 released or without anything to release");
  assert.deepEqual(tagged(world), ["acme/auth", "acme/sdk", "acme/app"]);
  assert.deepEqual(
    status(world).nodes!.map(({ name, phase, before, version }) => [name, phase, before, version]),
    [
      ["app", "Succeeded", "1.0.0", "1.0.1"],
      ["auth", "Succeeded", "1.0.0", "1.0.1"],
      ["sdk", "Succeeded", "1.0.0", "1.0.1"],
    ],
  );
});

const nodes = (world: World, name = "autumn") =>
  Object.fromEntries(
    status(world, name).nodes!.map((node) => [node.name, `${node.phase}: ${node.message ?? node.version}`]),
  );
const entries = (world: World, run: string) =>
  [...world.cluster.objects.values()]
    .filter(({ kind }) => kind === "RunRecord")
    .map((object) => RunRecord.object.parse(object).spec)
    .filter((spec) => spec.run === run);

test("a diamond is released in parallel where it allows it, and at most so many at once", async () => {
  const edges = { top: ["left", "right"], left: ["base"], right: ["base"], base: [], other: [] };
  for (const [maxParallel, most] of [
    [8, 2],
    [1, 1],
  ] as const) {
    const world = fleet(edges);
    world.apply(plan(Object.keys(edges), { policy: { maxParallel } }));
    let seen = 0;
    for (let round = 0; round < 120 && status(world).phase !== "Succeeded"; round++) {
      world.clock.advance(1_000);
      await world.round();
      const under = status(world).nodes!.filter(({ since, until }) => since && !until);
      seen = Math.max(seen, under.length);
    }
    assert.equal(ready(world), "Succeeded: 5 of 5 released or without anything to release");
    assert.ok(seen === most, `${seen} at once`);
    const order = tagged(world);
    for (const [name, below] of Object.entries(edges)) {
      for (const each of below) assert.ok(order.indexOf(`acme/${each}`) < order.indexOf(`acme/${name}`));
    }
  }
});

test("a failure stops what depends on it, says so, and nothing else; what is mended is tried again", async () => {
  const world = fleet({ app: ["sdk"], sdk: ["auth"], auth: [], docs: [] });
  world.person.require("acme/auth", "main", "build");
  world.apply(plan(["app", "sdk", "auth", "docs"]));
  await world.settles(120);
  world.person.addCheck("acme/auth", 1, "build", "Failed");
  world.clock.advance(11 * 60_000);
  await world.settles(120);
  assert.equal(status(world).phase, "Failed");
  assert.deepEqual(nodes(world), {
    app: "Skipped: since auth failed",
    auth: "Failed: ChecksFailed: waits for #1: ChecksFailed: #1: 0 of 1 check passed, build failed; a person fixes or restarts it",
    docs: "Succeeded: 1.0.1",
    sdk: "Skipped: since auth failed",
  });
  assert.match(
    ready(world),
    /^Failed: 1 of 4 done; auth failed: ChecksFailed.*; 2 skipped; mend it and try again: kubectl/,
  );
  const first = status(world).run!;
  assert.deepEqual(
    entries(world, first)
      .flatMap((part) => part.entries.map(({ kind, subject }) => `${kind} ${subject}`))
      .slice(-4),
    ["NodeFailed auth", "NodeSkipped sdk", "NodeSkipped app", "RunEnded ReleasePlan/autumn"],
  );

  world.person.addCheck("acme/auth", 1, "build", "Passed");
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/retry": "again" });
  await world.settles(120);
  assert.equal(ready(world), "Succeeded: 4 of 4 released or without anything to release");
  assert.deepEqual(tagged(world), ["acme/docs", "acme/auth", "acme/sdk", "acme/app"]);
  assert.notEqual(status(world).run, first);
  assert.ok(entries(world, first).at(-1)!.isClosed);
});

test("a no of a person fails the node, and a wish to try again opens its pull request again", async () => {
  const world = fleet({ sdk: ["auth"], auth: [] });
  world.person.require("acme/auth", "main", "build");
  world.apply(plan(["sdk", "auth"]));
  await world.settles(120);
  world.person.close("acme/auth", 1);
  world.clock.advance(11 * 60_000);
  await world.settles(120);
  assert.match(nodes(world)["auth"]!, /^Failed: Declined/);
  world.person.addCheck("acme/auth", 1, "build", "Passed");
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/retry": "again" });
  await world.settles(120);
  world.clock.advance(11 * 60_000);
  await world.settles(120);
  assert.equal(status(world).phase, "Succeeded", ready(world));
});

test("what has nothing to release is unchanged, and what builds on it goes on", async () => {
  const world = fleet({ sdk: ["auth"], auth: [] });
  world.person.tag("acme/auth", "v1.0.1");
  world.apply(plan(["sdk", "auth"]));
  await world.settles(120);
  assert.deepEqual(nodes(world), { auth: "Unchanged: no commit since v1.0.1 is for users", sdk: "Succeeded: 1.0.1" });
  assert.deepEqual(tagged(world), ["acme/sdk"]);
  assert.equal(world.cluster.get(Release, "autumn-auth"), undefined);
  world.person.push("acme/auth", "main", { a: "9\n" }, "feat: count to nine");
  world.clock.advance(60 * 60_000);
  await world.settles(120);
  assert.deepEqual(tagged(world), ["acme/sdk"], "what comes later is not of the plan");
});

test("a preview shows versions and order, and writes nothing outside", async () => {
  const world = fleet({ app: ["sdk"], sdk: ["auth"], auth: [] });
  world.person.push("acme/sdk", "main", { a: "3\n" }, "feat: count to three");
  world.apply(plan(["app", "sdk", "auth"], { state: "Preview" }));
  await world.settles();
  const { phase, digest, longest, proposals, run } = status(world);
  assert.deepEqual([phase, longest, proposals, run], ["Previewed", ["auth", "sdk", "app"], 3, undefined]);
  assert.deepEqual(
    status(world).nodes!.map(({ name, phase: is, before, version }) => [name, is, before, version]),
    [
      ["app", "WaitingFor", "1.0.0", "1.0.1"],
      ["auth", "Ready", "1.0.0", "1.0.1"],
      ["sdk", "WaitingFor", "1.0.0", "1.1.0"],
    ],
  );
  assert.equal(world.host.effects.filter(({ by }) => by === "millrace").length, 0);
  world.cluster.edit(ReleasePlan, "autumn", { state: "Running" });
  await world.settles(120);
  assert.deepEqual([status(world).phase, status(world).digest], ["Succeeded", digest]);
  assert.deepEqual(
    status(world).nodes!.map(({ version }) => version),
    ["1.0.1", "1.0.1", "1.1.0"],
  );
});

test("paused, nothing more begins; running again, it goes on where it was", async () => {
  const world = fleet({ sdk: ["auth"], auth: [] });
  world.person.require("acme/auth", "main", "build");
  world.apply(plan(["sdk", "auth"]));
  await world.settles(120);
  world.cluster.edit(ReleasePlan, "autumn", { state: "Paused" });
  world.person.addCheck("acme/auth", 1, "build", "Passed");
  world.clock.advance(11 * 60_000);
  await world.settles(120);
  assert.equal(ready(world), "Paused: 1 of 2 done; nothing more begins until spec.state is Running");
  assert.deepEqual(nodes(world), { auth: "Succeeded: 1.0.1", sdk: "Held: spec.state is Paused" });
  world.cluster.edit(ReleasePlan, "autumn", { state: "Running" });
  await world.settles(120);
  assert.equal(status(world).phase, "Succeeded");
});

test("aborted, nothing happens any more, whatever the checks say; and it can be taken up again", async () => {
  const world = fleet({ sdk: ["auth"], auth: [], docs: [] });
  world.person.require("acme/auth", "main", "build");
  world.apply(plan(["sdk", "auth", "docs"]));
  await world.settles(120);
  world.cluster.edit(ReleasePlan, "autumn", { state: "Aborted" });
  await world.settles(120);
  const before = world.host.effects.length;
  world.person.addCheck("acme/auth", 1, "build", "Passed");
  world.clock.advance(11 * 60_000);
  await world.settles(120);
  assert.equal(world.host.effects.length, before);
  assert.deepEqual(nodes(world), {
    auth: "Failed: Aborted: the plan was aborted; it was releasing",
    docs: "Succeeded: 1.0.1",
    sdk: "Skipped: the plan was aborted",
  });
  assert.match(ready(world), /^Aborted: the plan was aborted with 1 of 3 done/);
  world.cluster.edit(ReleasePlan, "autumn", { state: "Running" });
  await world.settles(120);
  assert.equal(status(world).phase, "Aborted", "it is over");
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/retry": "again" });
  await world.settles(120);
  assert.equal(status(world).phase, "Succeeded", ready(world));
  assert.deepEqual(tagged(world), ["acme/docs", "acme/auth", "acme/sdk"]);
});

test("a plan that is over is not tried again as another plan", async () => {
  const world = fleet({ sdk: ["auth"], auth: [] });
  world.person.require("acme/auth", "main", "build");
  world.apply(plan(["sdk", "auth"], { policy: { timeout: "1h" } }));
  await world.settles(120);
  world.clock.advance(61 * 60_000);
  await world.settles(120);
  assert.match(nodes(world)["auth"]!, /^Failed: Timeout: it took longer than 1h; at last /);
  world.cluster.edit(Repository, "sdk", { dependsOn: [] });
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/retry": "again" });
  await world.settles(120);
  assert.match(ready(world), /it is not tried again: graph, versions or policy are not those of this plan any more/);
  assert.equal(status(world).phase, "Failed");
});

for (const [about, edges, spec, names, expected] of [
  [
    "a repository that is not there",
    { a: [] },
    {},
    ["a", "b"],
    "RepositoryUnknown: there is no repository b in the graph",
  ],
  ["a cycle", { a: ["b"], b: ["a"] }, {}, ["a"], "NoPlace: a has no place in the graph: a -> b -> a"],
  [
    "a stale middle",
    { a: ["b"], b: ["c"], c: [] },
    { policy: { stale: "Refuse" } },
    ["a", "c"],
    "StaleMiddle: b stands between repositories of the plan and is not in it (c -> b -> a): add it, or let spec.policy.stale be BumpIn",
  ],
] as const) {
  test(`nothing begins with ${about}`, async () => {
    const world = fleet(edges);
    world.apply(plan(names, spec));
    await world.settles();
    assert.equal(ready(world), expected);
    assert.deepEqual(tagged(world), []);
  });
}

test("the examples are shown first, and then released when they are set to run", async () => {
  const world = fleet({ platform: ["billing"], billing: ["sdk-go"], "sdk-go": [] });
  const examples = ["plan", "rollback"].map((name) => readFileSync(`examples/releases/${name}.yaml`, "utf8"));
  const [autumn, rollback] = examples.map((text) => ReleasePlan.spec.parse(parse(text).spec));
  world.apply(
    { kind: ReleasePlan, name: "autumn", spec: autumn! },
    { kind: ReleasePlan, name: "back", spec: rollback! },
  );
  await world.settles();
  assert.deepEqual(
    status(world).nodes!.map(({ name, version }) => `${name} ${version}`),
    ["billing 1.1.0", "platform 1.0.1", "sdk-go 1.0.1"],
  );
  world.cluster.edit(ReleasePlan, "autumn", {
    state: "Running",
    merge: { mode: "WhenChecksPass", allowNoChecks: true },
  });
  for (let round = 0; round < 4; round++) {
    await world.settles(150);
    world.clock.advance(11 * 60_000);
  }
  assert.equal(status(world).phase, "Succeeded", ready(world));
  assert.deepEqual(tagged(world), ["acme/sdk-go", "acme/billing", "acme/platform"]);
});

test("a plan is taken back the other way round, by new releases", async () => {
  const world = fleet({ app: ["sdk"], sdk: ["auth"], auth: [] });
  world.apply(plan(["app", "auth"], { policy: { stale: "BumpIn" } }));
  await world.settles(150);
  assert.equal(tagged(world).length, 3);
  world.person.push("acme/auth", "main", { b: "later\n" }, "docs: say more");
  const { merge } = plan([]).spec as { merge: object };
  const rollback = { planRef: { name: "autumn" }, digest: status(world).digest };
  world.apply({ kind: ReleasePlan, name: "back", spec: { state: "Preview", rollback, merge } });
  await world.settles(150);
  assert.deepEqual(status(world, "back").longest, ["app", "sdk", "auth"]);
  assert.deepEqual(nodes(world, "back"), {
    app: "Ready: 1.0.1 is taken back",
    auth: "WaitingFor: waits for sdk; 1.0.1 is taken back",
    sdk: "WaitingFor: waits for app; 1.0.1 is taken back",
  });
  world.cluster.edit(ReleasePlan, "back", { state: "Running" });
  await world.settles(150);
  assert.equal(status(world, "back").phase, "Succeeded", world.transcript());
  assert.deepEqual(tagged(world).slice(3), ["acme/app", "acme/sdk", "acme/auth"]);
  const { heads, commits, tags } = world.host.get("acme/auth");
  const { files } = commits.get(heads.get("main")!)!;
  assert.deepEqual([String(files.get("a")), String(files.get("b"))], ["1\n", "later\n"]);
  assert.equal(tags.get("v1.0.2"), heads.get("main"));
});

test("what is taken back has to be the plan that was looked at", async () => {
  const world = fleet({ app: [] });
  world.apply(plan(["app"]));
  await world.settles(150);
  const rollback = { planRef: { name: "autumn" }, digest: "0000" };
  world.apply({ kind: ReleasePlan, name: "back", spec: { rollback } });
  await world.settles();
  assert.match(ready(world, "back"), /^RollbackDigest: ReleasePlan autumn has the digest /);
});

test("what could begin waits for a soak, and for a person", async () => {
  const world = fleet({ sdk: ["auth"], auth: [], docs: [] });
  world.apply(plan(["sdk", "auth", "docs"], { policy: { soak: "1h", maxParallel: 1 } }));
  world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/hold": "docs 2026-01-02T00:00:00Z wait for ada" });
  await world.settles(150);
  assert.equal(status(world).phase, "Running");
  assert.match(nodes(world)["sdk"]!, /^Held: auth is to be there for 1h/);
  assert.match(nodes(world)["docs"]!, /^Held: .*wait for ada/);
  assert.match(ready(world), /^Held: 1 of 3 done; docs, sdk: /);
  world.clock.advance(61 * 60_000);
  await world.settles(150);
  assert.deepEqual(tagged(world), ["acme/auth", "acme/sdk"]);
  world.clock.advance(24 * 60 * 60_000);
  await world.settles(150);
  assert.equal(status(world).phase, "Succeeded", ready(world));
});

test("what has begun goes no further while what it builds on now is not done", async () => {
  const world = fleet({ sdk: [], auth: [] });
  world.person.require("acme/auth", "main", "build");
  world.apply(plan(["sdk", "auth"]));
  for (let round = 0; round < 40 && !status(world).nodes?.some(({ since }) => since); round++) await world.round();
  world.cluster.edit(Repository, "sdk", { dependsOn: [{ name: "auth" }] });
  await world.settles(150);
  assert.deepEqual(tagged(world), []);
  world.person.addCheck("acme/auth", 1, "build", "Passed");
  world.clock.advance(11 * 60_000);
  await world.settles(150);
  assert.deepEqual(tagged(world), ["acme/auth", "acme/sdk"]);
});
