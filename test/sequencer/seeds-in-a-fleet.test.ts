/**
 * What the systems that Millrace grew from promised about the health of a fleet, backports, records and the way back, test by test, on
 * a fleet in memory. Where we differ on purpose, the test's name says so and its comment says why.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check, Forges } from "../../src/reconcilers/forge-port.ts";
import { matches } from "../../src/reconcilers/glob.ts";
import { type Health, healthHold, healthOf, lookAtHealth } from "../../src/reconcilers/release-plan/hold/health.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Operation } from "../../src/schema/operation.ts";
import { Release } from "../../src/schema/release.ts";
import { ReleasePlan } from "../../src/schema/release-plan.ts";
import { Repository } from "../../src/schema/repository.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { memoryForges } from "../support/memory-forge.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const check = (name: string, state: Check["state"]): Check => ({ name, state, required: false });
const now = new Date("2026-11-21T10:00:00Z");
const health = (repositoryName: string, is: Health["is"], ...names: string[]): Health => ({
  repository: repositoryName,
  branch: "main",
  is,
  names,
});
/** Why a plan that wants the health of its whole set holds; undefined where it goes on. */
const held = (...all: readonly Health[]): string | undefined => healthHold(all, now)?.why;

test("4: a branch is healthy, degraded by what failed, or unknown where no check ran", () => {
  assert.deepEqual(healthOf([check("test", "Passed")]), { is: "passed", names: [] });
  assert.deepEqual(healthOf([check("test", "Passed"), check("lint", "Failed")]), { is: "failed", names: ["lint"] });
  assert.deepEqual(healthOf([]), { is: "none", names: [] });
});

test("4: of one healthy, one degraded and one unknown the last two are named", () => {
  const why = held(health("a", "passed"), health("b", "failed", "lint"), health("c", "none"));
  assert.match(why ?? "", /lint failed on main of b; no check ran on main of c$/);
});

test("4: repositories are looked at together, and one that cannot be looked at spoils no other (we differ: it failed the whole report)", async () => {
  const names = ["a", "b", "c", "d"];
  const world = given(
    [forge(), ...names.map((name) => repository(name, name === "d" ? { forgeRef: { name: "gone" } } : {}))],
    Object.fromEntries(names.map((name) => [`acme/${name}`, { a: "1" }])),
  );
  await world.settles();
  let [inFlight, most] = [0, 0];
  const forges: Forges = {
    of: async (...args) => {
      const host = await memoryForges(world.forge).of(...args);
      const checks = async (): Promise<readonly Check[]> => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        return [check("test", "Passed")];
      };
      return { ...host, pulls: { ...host.pulls, checks } };
    },
  };
  world.replica.view.refresh();
  const all = names.map((name) => Repository.object.parse(world.cluster.get(Repository, name)));
  const found = await lookAtHealth(all, { lookup: world.replica.view, forges }, new AbortController().signal);
  assert.ok(most > 1, `${most} at once`);
  assert.deepEqual(
    found.map((each) => `${each.repository} ${each.is}`),
    ["a passed", "b passed", "c passed", "d unknown"],
  );
});

for (const [about, all, want] of [
  ["all passed: it goes on", [health("a", "passed"), health("b", "passed")], undefined],
  ["one failed: it holds", [health("a", "passed"), health("b", "failed", "test")], /test failed on main of b/],
  ["one runs: it holds", [health("a", "passed"), health("b", "pending", "test")], /main of b waits for test/],
  ["nothing was looked at: it holds", [], /no base branch was looked at/],
  ["no check ran: it holds", [health("a", "none")], /no check ran on main of a/],
] as const) {
  test(`5: ${about}, and says why`, () => {
    if (want === undefined) assert.equal(held(...all), undefined);
    else assert.match(held(...all) ?? "", want);
  });
}

test("5: what was cancelled has not passed (we differ: it counted as passed)", () => {
  // A check that nobody let end says nothing about the commit; adapters tell it as failed.
  assert.equal(healthOf([check("test", "Failed")]).is, "failed");
  assert.match(held(health("a", "failed", "test")) ?? "", /test failed/);
});

const proposals = (world: World): readonly ChangeProposal[] =>
  [...world.cluster.objects.values()]
    .filter(({ kind }) => kind === ChangeProposal.kind)
    .map((object) => ChangeProposal.object.parse(object));

/** Three fixes on main, and two older branches that want them. */
async function backported(branches: readonly string[], more: object = {}): Promise<World> {
  const world = given([forge(), repository("app", { operations: ["Backport"] })], { "acme/app": { a: "1\n" } });
  const there = world.host.get("acme/app");
  for (const branch of ["release/1.0", "release/2.0", "release/2/b", "main-2"])
    there.heads.set(branch, there.heads.get("main")!);
  const commits = [1, 2, 3].map((at) =>
    world.person.push("acme/app", "main", { [`fix-${at}`]: "fixed\n" }, `Fix ${at}`),
  );
  world.apply({
    kind: Operation,
    name: "fixes",
    spec: {
      type: "Backport",
      repositories: { names: ["app"] },
      backport: { commits, branches, ...more },
      merge: { mode: "WhenChecksPass", allowNoChecks: true },
    },
  });
  await world.settles();
  return world;
}

test("6: three commits to two branches are two proposals of three commits each (we differ: six tasks)", async () => {
  // Six pull requests that conflict with each other are no help: a branch wants all of the fixes, in order, or none.
  const world = await backported(["release/1.0", "release/2.0"]);
  assert.deepEqual(
    proposals(world).map(({ spec }) => [spec.base, spec.change.cherryPick?.commits.length]),
    [
      ["release/1.0", 3],
      ["release/2.0", 3],
    ],
  );
  const { commits, heads } = world.host.get("acme/app");
  for (const branch of ["release/1.0", "release/2.0"])
    assert.deepEqual(
      [...commits.get(heads.get(branch)!)!.files.keys()].filter((path) => path.startsWith("fix-")).sort(),
      ["fix-1", "fix-2", "fix-3"],
    );
});

test("6: a pattern takes names within one directory", async () => {
  const table = [
    ["release/*", "release/1.0", true],
    ["release/*", "release/a/b", false],
    ["*", "release/main", false],
    ["*", "main", true],
    ["release/1.*", "release/1.0", true],
  ] as const;
  for (const [pattern, name, want] of table) assert.equal(matches(pattern, name), want, `${pattern} ${name}`);
  const world = await backported(["release/*"]);
  assert.deepEqual(
    proposals(world).map(({ spec }) => spec.base),
    ["release/1.0", "release/2.0"],
  );
});

test("6: an empty list of commits is refused (we differ: it was a run of nothing)", () => {
  const backport = { commits: [], branches: ["release/1.0"] };
  assert.equal(
    Operation.spec.safeParse({ type: "Backport", repositories: { names: ["app"] }, backport }).success,
    false,
  );
});

test("6: with failFast nothing begins after the first branch that conflicts", async () => {
  const world = given([forge(), repository("app", { operations: ["Backport"] })], { "acme/app": { a: "1\n" } });
  const there = world.host.get("acme/app");
  for (const branch of ["release/1.0", "release/2.0"]) there.heads.set(branch, there.heads.get("main")!);
  world.person.push("acme/app", "release/1.0", { a: "another\n" });
  const fix = world.person.push("acme/app", "main", { a: "2\n" }, "Fix it");
  const backport = { commits: [fix], branches: ["release/1.0", "release/2.0"], failFast: true };
  world.apply({
    kind: Operation,
    name: "fixes",
    spec: { type: "Backport", repositories: { names: ["app"] }, backport },
  });
  await world.settles();
  assert.deepEqual(
    proposals(world).map(({ spec, status }) => [spec.base, status?.phase]),
    [["release/1.0", "Blocked"]],
  );
});

test("6: a backport's run is told proposal by proposal, from its beginning to its end (we differ: call by call)", async () => {
  // Which tool was called tells nobody what became of it; the commits that were made are on the forge.
  const world = await backported(["release/1.0", "release/2.0"]);
  const entries = [...world.cluster.objects.values()]
    .filter(({ kind }) => kind === RunRecord.kind)
    .flatMap((object) => RunRecord.object.parse(object).spec.entries);
  assert.deepEqual(
    entries.map(({ kind, subject }) => `${kind} ${subject}`),
    [
      "RunBegan Operation/fixes",
      "ProposalEntered app@release/1.0",
      "ProposalEntered app@release/2.0",
      "ProposalExited app@release/1.0",
      "ProposalExited app@release/2.0",
      "RunEnded Operation/fixes",
    ],
  );
});

/** What was written is read as it was: an object, as the API server gives it back. */
const roundTrip = (kind: typeof Release | typeof ReleasePlan | typeof RunRecord, world: World): void => {
  for (const object of world.cluster.objects.values()) {
    if (object.kind !== kind.kind) continue;
    const read = kind.object.parse(object);
    assert.deepEqual(kind.object.parse(JSON.parse(JSON.stringify(read))), read);
  }
};

/** A chain of two that was released once, and has a fix since. */
function chain(): World {
  const objects = [forge(), repository("lib"), repository("app", { dependsOn: [{ name: "lib" }] })];
  const world = given(objects, { "acme/lib": { a: "1\n" }, "acme/app": { a: "1\n" } });
  for (const name of ["lib", "app"]) {
    world.person.tag(`acme/${name}`, "v1.0.0");
    world.person.push(`acme/${name}`, "main", { a: "2\n" }, "fix: count to two");
  }
  return world;
}

const merge = { mode: "WhenChecksPass", allowNoChecks: true } as const;
const planOf = (name: string, spec: object) => ({ kind: ReleasePlan, name, spec: { merge, ...spec } });
const both = { releases: ["lib", "app"].map((name) => ({ repositoryRef: { name } })) };
const statusOf = (world: World, name: string) =>
  ReleasePlan.object.parse(world.cluster.get(ReleasePlan, name)).status ?? {};
const tagsOf = (world: World, name: string): readonly string[] =>
  [...world.host.get(`acme/${name}`).tags.keys()].sort();

test("8: plans, releases and records are read as they were written", async () => {
  const world = chain();
  world.apply(planOf("autumn", both));
  await world.settles(120);
  assert.equal(statusOf(world, "autumn").phase, "Succeeded");
  for (const kind of [Release, ReleasePlan, RunRecord]) roundTrip(kind, world);
});

test("8: a release needs no plan", async () => {
  const world = chain();
  world.apply({ kind: Release, name: "alone", spec: { repositoryRef: { name: "lib" }, merge } });
  await world.settles(80);
  assert.deepEqual(tagsOf(world, "lib"), ["v1.0.0", "v1.0.1"]);
});

/** Releases a fix of `lib` by a plan of its own, and gives the plan's name. */
async function promoted(world: World, at: number): Promise<string> {
  const name = `fix-${at}`;
  world.person.push("acme/lib", "main", { a: `${at}\n` }, `fix: count to ${at}`);
  world.apply(planOf(name, { releases: [{ repositoryRef: { name: "lib" } }] }));
  await world.settles(120);
  assert.equal(statusOf(world, name).phase, "Succeeded");
  return name;
}

const library = (): World => {
  const world = given([forge(), repository("lib"), repository("other")], {
    "acme/lib": { a: "0\n" },
    "acme/other": { a: "0\n" },
  });
  for (const name of ["lib", "other"]) world.person.tag(`acme/${name}`, "v1.0.0");
  return world;
};
const contentOf = (world: World, tag: string): string => {
  const { commits, tags } = world.host.get("acme/lib");
  return String(commits.get(tags.get(tag)!)!.files.get("a"));
};

test("10: three releases and one taken back are four, and the last has what the second had", async () => {
  const world = library();
  for (const at of [1, 2, 3]) await promoted(world, at);
  const before = world.host.get("acme/lib").tags.get("v1.0.3");
  world.apply(planOf("undo", { rollback: { planRef: { name: "fix-3" } } }));
  await world.settles(120);
  assert.equal(statusOf(world, "undo").phase, "Succeeded");
  assert.deepEqual(tagsOf(world, "lib"), ["v1.0.0", "v1.0.1", "v1.0.2", "v1.0.3", "v1.0.4"]);
  assert.equal(contentOf(world, "v1.0.4"), contentOf(world, "v1.0.2"));
  assert.equal(world.host.get("acme/lib").tags.get("v1.0.3"), before, "what was released stays as it was");
  assert.equal(Repository.object.parse(world.cluster.get(Repository, "lib")).status?.latestRelease?.version, "1.0.4");
});

test("10: taken back twice, it is where it was two releases ago (we differ: it toggled between the last two)", async () => {
  const world = library();
  for (const at of [1, 2, 3]) await promoted(world, at);
  for (const at of [3, 2]) {
    world.apply(planOf(`undo-${at}`, { rollback: { planRef: { name: `fix-${at}` } } }));
    await world.settles(120);
    assert.equal(statusOf(world, `undo-${at}`).phase, "Succeeded");
  }
  assert.equal(contentOf(world, "v1.0.5"), contentOf(world, "v1.0.1"));
});

test("10: what nothing came before cannot be taken back, and a plan that is not there neither", async () => {
  const world = given([forge(), repository("lib")], { "acme/lib": { a: "0\n" } });
  world.person.push("acme/lib", "main", { a: "1\n" }, "feat: begin");
  world.apply(planOf("first", { releases: [{ repositoryRef: { name: "lib" } }] }));
  await world.settles(120);
  world.apply(planOf("undo", { rollback: { planRef: { name: "first" } } }));
  world.apply(planOf("lost", { rollback: { planRef: { name: "nobody" } } }));
  await world.settles(120);
  assert.deepEqual([statusOf(world, "undo").phase, statusOf(world, "lost").phase], ["Failed", "Blocked"]);
});

test("10: each repository has versions of its own", async () => {
  const world = library();
  await promoted(world, 1);
  assert.deepEqual(tagsOf(world, "other"), ["v1.0.0"]);
});
