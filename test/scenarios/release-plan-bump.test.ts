import assert from "node:assert/strict";
import { test } from "node:test";
import { ReleasePlan } from "../../src/schema/release-plan.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const manifest = (name: string, dependencies: object = {}, version = "1.0.0") =>
  `${JSON.stringify({ name: `@acme/${name}`, version, dependencies }, undefined, 2)}\n`;

/** Node packages by what each requires of the others, all released as 1.0.0. */
function packages(
  requires: Readonly<Record<string, object>>,
  {
    spec = {},
    worked = Object.keys(requires),
  }: { spec?: Readonly<Record<string, object>>; worked?: readonly string[] } = {},
): World {
  const names = Object.keys(requires);
  const files = names.map((name) => [`acme/${name}`, { "package.json": manifest(name, requires[name]) }]);
  const objects = names.map((name) => repository(name, { language: "node", ...spec[name] }));
  const world = given([forge(), ...objects], Object.fromEntries(files));
  for (const name of names) world.person.tag(`acme/${name}`, "v1.0.0");
  for (const name of worked) world.person.push(`acme/${name}`, "main", { a: "2\n" }, "feat: count to two");
  world.apply({
    kind: ReleasePlan,
    name: "autumn",
    spec: {
      releases: names.map((name) => ({ repositoryRef: { name } })),
      merge: { mode: "WhenChecksPass", allowNoChecks: true },
    },
  });
  return world;
}

const status = (world: World, name = "autumn") =>
  ReleasePlan.object.parse(world.cluster.get(ReleasePlan, name)).status ?? {};
const nodes = (world: World, plan = "autumn") =>
  Object.fromEntries(
    status(world, plan).nodes!.map(({ name, phase, version, message }) => [name, `${phase} ${version ?? message}`]),
  );
const titles = (world: World, name: string) =>
  world.host.get(`acme/${name}`).pulls.map(({ title, state }) => `${state} ${title}`);
const dependenciesOf = (world: World, name: string) => {
  const { heads, commits } = world.host.get(`acme/${name}`);
  return JSON.parse(String(commits.get(heads.get("main")!)!.files.get("package.json"))).dependencies;
};

test("what is released moves what requires it, by one pull request with all that it builds on", async () => {
  const world = packages(
    {
      top: { "@acme/left": "^1.0.0", "@acme/right": "~1.0.0" },
      left: { "@acme/base": "^1.0.0" },
      right: { "@acme/base": "1.0.0" },
      base: {},
    },
    { worked: ["base"] },
  );
  await world.settles(200);
  assert.equal(status(world).phase, "Succeeded", world.transcript());
  assert.deepEqual(nodes(world), {
    base: "Succeeded 1.1.0",
    left: "Succeeded 1.0.1",
    right: "Succeeded 1.0.1",
    top: "Succeeded 1.0.1",
  });
  assert.deepEqual(dependenciesOf(world, "top"), { "@acme/left": "^1.0.1", "@acme/right": "~1.0.1" });
  assert.deepEqual(dependenciesOf(world, "right"), { "@acme/base": "1.1.0" });
  assert.deepEqual(titles(world, "top"), [
    "Merged fix(deps): move @acme/left to 1.0.1, @acme/right to 1.0.1",
    "Merged chore: release 1.0.1",
  ]);
});

test("a major that an edge leaves as it is moves nothing", async () => {
  const edge = { name: "base", via: "Manifest", path: "package.json", onMajor: "Ignore" };
  const world = packages({ top: { "@acme/base": "^1.0.0" }, base: {} }, { spec: { top: { dependsOn: [edge] } } });
  world.person.push("acme/base", "main", { a: "3\n" }, "feat!: count otherwise");
  await world.settles(200);
  assert.deepEqual(nodes(world), { base: "Succeeded 2.0.0", top: "Succeeded 1.1.0" });
  assert.deepEqual(dependenciesOf(world, "top"), { "@acme/base": "^1.0.0" });
});

test("a major that wants a yes is not merged before it has one", async () => {
  const edge = { name: "base", via: "Manifest", path: "package.json", onMajor: "RequireApproval" };
  const world = packages({ top: { "@acme/base": "^1.0.0" }, base: {} }, { spec: { top: { dependsOn: [edge] } } });
  world.person.push("acme/base", "main", { a: "3\n" }, "feat!: count otherwise");
  await world.settles(200);
  assert.match(nodes(world)["top"]!, /^Bumping AwaitingApproval: /);
  world.person.review("acme/top", 1);
  world.clock.advance(11 * 60_000);
  await world.settles(200);
  assert.deepEqual(nodes(world), { base: "Succeeded 2.0.0", top: "Succeeded 1.1.0" });
  assert.deepEqual(dependenciesOf(world, "top"), { "@acme/base": "^2.0.0" });
});

test("what says so already is released without a pull request of its own", async () => {
  const world = packages({ top: { "@acme/base": "^1.1.0" }, base: {} });
  await world.settles(200);
  assert.deepEqual(titles(world, "top"), ["Merged chore: release 1.1.0"]);
});

test("nothing begins before it is known what the manifests require", async () => {
  const world = packages({ alpha: { "@acme/zeta": "^1.0.0" }, zeta: {} });
  // The plan has its turns while the repositories have none.
  const plans = world.replica.reconcilers.filter(({ kind }) => kind === ReleasePlan);
  for (let turn = 0; turn < 4; turn++) {
    world.replica.view.refresh();
    await world.replica.turn(plans[0]!, "ReleasePlan/autumn");
  }
  assert.match(nodes(world)["alpha"]!, /^Held what Repository alpha, zeta requires is not known yet/);
  await world.settles(200);
  const tagged = world.host.effects.filter(({ by, what }) => by === "millrace" && what === "tag");
  assert.deepEqual(
    tagged.map(({ repository }) => repository),
    ["acme/zeta", "acme/alpha"],
  );
});
