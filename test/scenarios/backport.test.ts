import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Operation } from "../../src/schema/operation.ts";
import type { Wish } from "../support/memory-cluster.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const lines = (...changed: readonly (readonly [number, string])[]): string => {
  const all = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`);
  for (const [line, text] of changed) all[line - 1] = text;
  return `${all.join("\n")}\n`;
};

/** A repository with release branches, a fix on main since, and an Operation that wants it on them. */
function fixed(branches: readonly string[], spec: object = {}): { readonly world: World; readonly fix: string } {
  const world = given([forge(), repository("app", { operations: ["Backport"] })], { "acme/app": { a: lines() } });
  const there = world.host.get("acme/app");
  for (const branch of ["release/1", "release/2", "next"]) there.heads.set(branch, there.heads.get("main")!);
  const fix = world.person.push("acme/app", "main", { a: lines([1, "fixed"]) }, "Fix it");
  world.apply(operation({ commits: [fix], branches, ...spec }));
  return { world, fix };
}

const operation = (backport: object, name = "fix"): Wish => ({
  kind: Operation,
  name,
  spec: {
    type: "Backport",
    repositories: { names: ["app"] },
    backport,
    merge: { mode: "WhenChecksPass", allowNoChecks: true },
  },
});

const status = (world: World) => Operation.object.parse(world.cluster.get(Operation, "fix")).status!;
const says = (world: World): string =>
  world
    .transcript()
    .split("\n")
    .find((line) => line.startsWith("Operation/fix"))!;
const proposals = (world: World): readonly ChangeProposal[] =>
  [...world.cluster.objects].flatMap(([id, object]) =>
    id.startsWith("ChangeProposal/") ? [ChangeProposal.object.parse(object)] : [],
  );
const onBranch = (world: World, branch: string): string => {
  const there = world.host.get("acme/app");
  return String(there.commits.get(there.heads.get(branch)!)!.files.get("a"));
};

test("a commit goes to each branch that is like the pattern, by a proposal of its own", async () => {
  const { world } = fixed(["release/*"]);
  await world.settles();
  assert.deepEqual(
    world.host
      .get("acme/app")
      .pulls.map(({ title, base, state }) => `${state} ${base}: ${title}`.replace(/[0-9a-f]{7}/, "…")),
    ["Merged release/1: Backport … to release/1", "Merged release/2: Backport … to release/2"],
  );
  assert.equal(onBranch(world, "release/1"), lines([1, "fixed"]));
  assert.equal(onBranch(world, "next"), lines());
  assert.match(says(world), /UpToDate, 1 repository is up to date/);
  const { selected, upToDate, open, blocked } = status(world);
  assert.deepEqual({ selected, upToDate, open, blocked }, { selected: 1, upToDate: 1, open: 0, blocked: 0 });
  for (const { metadata, spec } of proposals(world)) {
    assert.match(metadata.name, /^fix-app-release-[12]-[0-9a-f]{10}$/);
    assert.equal(spec.change.cherryPick?.onConflict, "ReportAll");
  }
});

test("a branch that has the commit needs no proposal, and one that has the change by another is up to date", async () => {
  const { world, fix } = fixed(["release/1", "release/2"]);
  const there = world.host.get("acme/app");
  there.heads.set("release/1", fix);
  world.person.push("acme/app", "release/2", { a: lines([1, "fixed"]) }, "The same by hand");
  await world.settles();
  assert.deepEqual(
    proposals(world).map(({ spec, status }) => [spec.base, status?.phase]),
    [["release/2", "NoChange"]],
  );
  assert.equal(there.pulls.length, 0);
  assert.match(says(world), /UpToDate/);
});

test("conflicts need a person, branch by branch, and keep no other branch waiting", async () => {
  const { world } = fixed(["release/1", "release/2"]);
  world.person.push("acme/app", "release/1", { a: lines([1, "other"]) });
  await world.settles();
  assert.equal(onBranch(world, "release/2"), lines([1, "fixed"]));
  assert.match(says(world), /NeedsAttention, 1 of 1 repository needs a person: app: PickConflicts: release\/1: /);
  assert.deepEqual(
    status(world).attention?.map(({ name, reason }) => `${name} ${reason}`),
    ["app PickConflicts"],
  );
  const blocked = proposals(world).find(({ spec }) => spec.base === "release/1")!;
  assert.equal(blocked.status?.conflicts?.[0]?.path, "a");
});

test("with failFast no branch begins after one that conflicts, in the order of the list", async () => {
  const { world } = fixed(["release/2", "release/1", "next"], { failFast: true });
  world.person.push("acme/app", "release/1", { a: lines([1, "other"]) });
  await world.settles();
  assert.equal(onBranch(world, "release/2"), lines([1, "fixed"]));
  assert.equal(onBranch(world, "next"), lines());
  assert.deepEqual(
    proposals(world)
      .map(({ spec }) => spec.base)
      .sort(),
    ["release/1", "release/2"],
  );
  assert.match(
    status(world).attention![0]!.message,
    /release\/1: on release\/1 .*; next: does not begin, since release\/1 conflicts/,
  );

  world.person.push("acme/app", "release/1", { a: lines([1, "fixed"]) });
  await world.settles();
  assert.equal(onBranch(world, "next"), lines([1, "fixed"]));
  assert.match(says(world), /UpToDate/);
});

test("a branch that is not there is told, and the others go on", async () => {
  const { world } = fixed(["release/1", "release/9"]);
  await world.settles();
  assert.equal(onBranch(world, "release/1"), lines([1, "fixed"]));
  assert.match(
    says(world),
    /app: BranchMissing: release\/9: there is no branch release\/9: push it, or correct spec\.backport/,
  );
  const none = fixed(["maintenance/*"]).world;
  await none.settles();
  assert.match(says(none), /BranchMissing: no branch is like maintenance\/\*/);
});

test("a branch that begins later joins when the operation looks again", async () => {
  const { world } = fixed(["release/*"]);
  await world.settles();
  const there = world.host.get("acme/app");
  there.heads.set("release/3", [...there.commits.values()].find(({ parents }) => parents.length === 0)!.sha);
  world.clock.advance(3_600_000);
  await world.settles();
  assert.equal(onBranch(world, "release/3"), lines([1, "fixed"]));
});

test("a pattern means neither the base branch nor ours", async () => {
  const { world } = fixed(["*", "millrace/fleet/*"]);
  await world.settles();
  await world.settles();
  assert.deepEqual(
    proposals(world).map(({ spec }) => spec.base),
    ["next"],
  );
});

test("a branch that is taken out loses its open proposal, and so does everything with the operation", async () => {
  const { world, fix } = fixed(["release/1", "release/2"]);
  world.cluster.edit(Operation, "fix", { merge: { mode: "Manual" } });
  await world.settles();
  const states = () =>
    world.host
      .get("acme/app")
      .pulls.map(({ base, state }) => `${base} ${state}`)
      .sort();
  assert.deepEqual(states(), ["release/1 Open", "release/2 Open"]);
  assert.match(says(world), /ProposalsOpen, 1 of 1 repository has a proposal under way/);
  world.cluster.edit(Operation, "fix", { backport: { commits: [fix], branches: ["release/2"] } });
  await world.settles();
  assert.deepEqual(states(), ["release/1 Closed", "release/2 Open"]);
  world.cluster.delete(Operation, "fix");
  await world.settles();
  assert.deepEqual(states(), ["release/1 Closed", "release/2 Closed"]);
});

test("a repository that does not allow it is told how to, and a commit that it does not have by name", async () => {
  const world = given([forge(), repository("app")], { "acme/app": { a: "1" } });
  world.apply(operation({ commits: ["f".repeat(40)], branches: ["main"] }));
  await world.settles();
  assert.match(says(world), /app: NotAllowed: its spec\.operations does not list Backport: kubectl -n fleet patch/);
  world.apply(repository("app", { operations: ["Backport"] }));
  await world.settles();
  assert.match(says(world), /app: PickUnknown: main: the repository has no commit f*…?/);
});

test("several commits go together, and several operations keep apart", async () => {
  const { world, fix } = fixed(["release/1"]);
  const second = world.person.push("acme/app", "main", { a: lines([1, "fixed"], [9, "more"]) }, "More");
  world.apply(operation({ commits: [fix, second], branches: ["release/2"] }, "two"));
  await world.settles();
  assert.equal(onBranch(world, "release/1"), lines([1, "fixed"]));
  assert.equal(onBranch(world, "release/2"), lines([1, "fixed"], [9, "more"]));
});
