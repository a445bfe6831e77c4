import assert from "node:assert/strict";
import { test } from "node:test";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";
import type { Wish } from "../../support/memory-cluster.ts";
import { forge, repository } from "../../support/objects.ts";
import { given, type World } from "../../support/world.ts";

const merge = { mode: "WhenChecksPass", allowNoChecks: true };
const forward = (names: readonly string[]): Wish => ({
  kind: ReleasePlan,
  name: "autumn",
  spec: { releases: names.map((name) => ({ repositoryRef: { name } })), merge },
});
const back = (spec: object = {}): Wish => ({
  kind: ReleasePlan,
  name: "back",
  spec: { rollback: { planRef: { name: "autumn" } }, merge, ...spec },
});

/** `app` on `sdk` on `core`, released as 1.0.0, with a fix since that a plan has released. */
async function released(): Promise<World> {
  const edges = { app: ["sdk"], sdk: ["core"], core: [] as string[] };
  const objects = Object.entries(edges).map(([name, on]) =>
    repository(name, { dependsOn: on.map((each) => ({ name: each })) }),
  );
  const files = Object.fromEntries(Object.keys(edges).map((name) => [`acme/${name}`, { "a.txt": "good\n" }]));
  const world = given([forge(), ...objects], files);
  for (const name of Object.keys(edges)) {
    world.person.tag(`acme/${name}`, "v1.0.0");
    world.person.push(`acme/${name}`, "main", { "a.txt": "bad\n" }, "fix: make it bad");
  }
  world.apply(forward(Object.keys(edges)));
  await world.settles(120);
  assert.equal(status(world, "autumn").phase, "Succeeded");
  return world;
}

const status = (world: World, name = "back") =>
  ReleasePlan.object.parse(world.cluster.get(ReleasePlan, name)).status ?? {};
const nodes = (world: World): readonly string[] =>
  status(world).nodes!.map(({ name, phase, version, message }) => `${name} ${phase}: ${message ?? version}`);
const ready = (world: World): string => {
  const { reason, message } = status(world).conditions!.find(({ type }) => type === "Ready")!;
  return `${reason}: ${message}`;
};
const file = (world: World, name: string, path: string, at = "main"): string | undefined => {
  const { heads, tags, commits } = world.host.get(`acme/${name}`);
  const content = commits.get(heads.get(at) ?? tags.get(at)!)!.files.get(path);
  return content && String(content);
};
/** Repositories in the order in which Millrace tagged them, from an effect on. */
const tagged = ({ host }: World, since: number): readonly string[] =>
  host.effects
    .slice(since)
    .flatMap(({ by, what, repository: slug, on }) => (by === "millrace" && what === "tag" ? [`${slug} ${on}`] : []));

test("a plan is taken back by new releases, the last first", async () => {
  const world = await released();
  const since = world.host.effects.length;
  world.apply(back());
  await world.settles(120);
  assert.deepEqual(nodes(world), ["app Succeeded: 1.0.2", "core Succeeded: 1.0.2", "sdk Succeeded: 1.0.2"]);
  assert.deepEqual(tagged(world, since), ["acme/app v1.0.2", "acme/sdk v1.0.2", "acme/core v1.0.2"]);
  for (const name of ["app", "sdk", "core"]) {
    assert.equal(file(world, name, "a.txt"), "good\n", `${name} is as it was`);
    assert.equal(file(world, name, "a.txt", "v1.0.1"), "bad\n", "and what was released stays where it is");
    const changelog = file(world, name, "CHANGELOG.md")!;
    assert.match(changelog, /1\.0\.2[\s\S]*take back 1\.0\.1[\s\S]*1\.0\.1/, "the changelog tells of both");
  }
});

test("what people did since stays", async () => {
  const world = await released();
  world.person.push("acme/core", "main", { "b.txt": "new\n" }, "feat: another file");
  world.apply(back());
  await world.settles(120);
  assert.equal(status(world).phase, "Succeeded");
  assert.equal(file(world, "core", "a.txt"), "good\n");
  assert.equal(file(world, "core", "b.txt"), "new\n");
});

test("what people changed in the same place is not overwritten: a person decides, and the rest waits for it", async () => {
  const world = await released();
  world.person.push("acme/sdk", "main", { "a.txt": "better\n" }, "fix: make it better");
  const since = world.host.effects.length;
  world.apply(back());
  await world.settles(120);
  assert.equal(status(world).phase, "Failed");
  const [app, core, sdk] = nodes(world);
  assert.equal(app, "app Succeeded: 1.0.2");
  assert.match(sdk!, /^sdk Failed: RevertConflicts: /);
  assert.equal(core, "core Skipped: since sdk failed");
  assert.deepEqual(tagged(world, since), ["acme/app v1.0.2"]);
  assert.equal(file(world, "sdk", "a.txt"), "better\n");
});

test("taking back is shown before, and needs the same yes as a release", async () => {
  const world = await released();
  const since = world.host.effects.length;
  const policy = { approval: { of: "Always" } };
  world.apply(back({ state: "Preview", policy, requestedBy: "pat" }));
  await world.settles(120);
  assert.equal(status(world).phase, "Previewed");
  assert.deepEqual(nodes(world), [
    "app Ready: 1.0.1 is taken back",
    "core WaitingFor: waits for sdk; 1.0.1 is taken back",
    "sdk WaitingFor: waits for app; 1.0.1 is taken back",
  ]);
  assert.equal(world.host.effects.length, since, "and nothing is done");
  world.host.get("acme/app").roles.set("sam", "Write");
  world.cluster.edit(ReleasePlan, "back", { state: "Running" });
  await world.settles(120);
  const number = world.host.get("acme/app").pulls.at(-1)!.number;
  assert.equal(world.host.get("acme/app").pulls.at(-1)!.title, "revert: take back 1.0.1");
  world.person.review("acme/app", number, "Yes", "pat");
  await world.settles(120);
  assert.equal(world.host.get("acme/app").pulls.at(-1)!.state, "Open", "who asks for it has no say");
  world.person.review("acme/app", number, "Yes", "sam");
  await world.settles(120);
  assert.equal(world.host.get("acme/app").pulls[number - 1]!.state, "Merged");
});

test("taking back twice changes nothing the second time", async () => {
  const world = await released();
  world.apply(back());
  await world.settles(120);
  const since = world.host.effects.length;
  world.apply({ ...back(), name: "again" });
  await world.settles(120);
  const again = ReleasePlan.object.parse(world.cluster.get(ReleasePlan, "again")).status!;
  assert.equal(again.phase, "Succeeded");
  assert.deepEqual([...new Set(again.nodes!.map(({ phase }) => phase))], ["Unchanged"]);
  assert.deepEqual(tagged(world, since), []);
});

test("a plan that is not over is not taken back, and it is when it is", async () => {
  const world = await released();
  world.apply(back({ rollback: { planRef: { name: "autumn" }, digest: "0".repeat(64) } }));
  await world.settles(120);
  assert.match(
    ready(world),
    /^RollbackDigest: ReleasePlan autumn has the digest [0-9a-f]{64}, and spec\.rollback\.digest says 0{64}/,
  );
  world.apply({ ...back({ rollback: { planRef: { name: "winter" } } }), name: "other" });
  await world.settles(120);
  const other = ReleasePlan.object.parse(world.cluster.get(ReleasePlan, "other")).status!;
  assert.equal(other.conditions!.find(({ type }) => type === "Ready")!.reason, "RollbackPlanMissing");
});
