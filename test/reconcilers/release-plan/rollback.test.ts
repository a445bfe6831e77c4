import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rollbackOf, takeBackChange } from "../../../src/reconcilers/release-plan/rollback.ts";
import { Release } from "../../../src/schema/release.ts";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";
import type { Node } from "../../../src/sequencer/digraph.ts";
import { planOf } from "../../../src/sequencer/plan/plan.ts";

const [released, before, parent] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
const apiVersion = "millrace.dev/v1alpha1";
const metadata = (name: string) => ({ name, namespace: "fleet", uid: name, generation: 1 });
const wish = { planRef: { name: "autumn" } };

/** A plan that is over, with these nodes by name and phase. */
const old = (nodes: Readonly<Record<string, string>>, status: object = {}, spec: object = {}): ReleasePlan =>
  ReleasePlan.object.parse({
    apiVersion,
    kind: "ReleasePlan",
    metadata: metadata("autumn"),
    spec: { releases: [{ repositoryRef: { name: "core" } }], ...spec },
    status: {
      ...{ phase: "Succeeded", digest: "d1" },
      nodes: Object.entries(nodes).map(([name, phase]) => ({ name, phase })),
      ...status,
    },
  });

const release = (status: object = {}): Release =>
  Release.object.parse({
    apiVersion,
    kind: "Release",
    metadata: metadata("autumn-core"),
    spec: { repositoryRef: { name: "core" } },
    status: {
      ...{ phase: "Released", version: "1.1.0", commit: released, proposal: "autumn-core" },
      previous: { version: "1.0.0", tag: "v1.0.0", sha: before },
      ...status,
    },
  });

const graph = (edges: Readonly<Record<string, readonly string[]>>): readonly Node[] =>
  Object.entries(edges).map(([name, dependsOn]) => ({ name, dependsOn }));
const chain = graph({ app: ["sdk"], sdk: ["core"], core: [], docs: [] });
const every = (): Release => release();

test("what succeeded is taken back, the last first, also over what was not released in between", () => {
  const plan = old({ app: "Succeeded", sdk: "Unchanged", core: "Succeeded", docs: "Failed" });
  const back = rollbackOf(wish, plan, chain, every);
  assert.ok(back.is === "rollback");
  assert.deepEqual(back.nodes, [
    { name: "app", dependsOn: [] },
    { name: "core", dependsOn: ["app"] },
  ]);
  assert.deepEqual([...back.items.keys()], ["app", "core"]);
  assert.deepEqual(back.items.get("core"), {
    ...{ name: "core", repository: "core", version: "1.1.0", commit: released, isProposal: true },
    before: { version: "1.0.0", sha: before },
  });
  assert.equal(back.impossible.size, 0);
});

for (const [about, plan, says] of [
  ["is not there", undefined, /^RollbackPlanMissing: there is no ReleasePlan autumn here/],
  ["runs", old({ core: "Succeeded" }, { phase: "Running" }), /^RollbackPlanRunning: ReleasePlan autumn is not over/],
  ["is only shown", old({ core: "Ready" }, { phase: "Previewed" }), /^RollbackPlanRunning/],
  [
    "is another one by now",
    old({ core: "Succeeded" }, { digest: "d2" }),
    /^RollbackDigest: .* has the digest d2, and .* says d1/,
  ],
  [
    "released nothing",
    old({ core: "Failed" }, { phase: "Failed" }),
    /^RollbackNothing: ReleasePlan autumn released nothing/,
  ],
  [
    "took back itself",
    old({ core: "Succeeded" }, {}, { releases: undefined, rollback: { planRef: { name: "summer" } } }),
    /^RollbackNothing: ReleasePlan autumn took releases back itself/,
  ],
] as const) {
  test(`a plan that ${about} is not taken back`, () => {
    const back = rollbackOf({ ...wish, digest: "d1" }, plan, chain, every);
    assert.ok(back.is === "refused");
    assert.match(`${back.reason}: ${back.message}`, says);
  });
}

const monorepo = graph({ core: [], "core/log": [], app: [] });
for (const [about, node, nodes, found, says] of [
  ["the first release of all", "core", chain, release({ previous: undefined }), /1\.1\.0 is its first release/],
  ["a release whose object is gone", "core", chain, undefined, /the Release of core is gone/],
  ["a release that never had a commit", "core", chain, release({ commit: undefined }), /is gone/],
  ["a node that is gone", "core", graph({ app: [] }), release(), /there is no core in the graph any more/],
  ["a library", "core/log", monorepo, release(), /core has several things that are released by themselves/],
  ["what stands beside libraries", "core", monorepo, release(), /core has several things/],
] as const) {
  test(`${about} cannot be taken back, which is said, and stops only what waits for it`, () => {
    const back = rollbackOf(wish, old({ [node]: "Succeeded", app: "Succeeded" }), nodes, (name) =>
      name === node ? found : release(),
    );
    assert.ok(back.is === "rollback");
    assert.match(back.impossible.get(node)!, says);
    assert.deepEqual([...back.items.keys()], ["app"]);
    assert.deepEqual(back.nodes.map(({ name }) => name).sort(), [node, "app"].sort());
  });
}

const git = (parents: readonly string[] | undefined) =>
  ({
    git: { describe: async () => parents && { sha: released, parents } },
    remote: undefined,
    signal: new AbortController().signal,
  }) as never;
const item = {
  ...{ name: "core", repository: "core", version: "1.1.0", commit: released, isProposal: true },
  before: { version: "1.0.0", sha: before },
};

test("what came with a version goes, and the commit that only says the version stays", async () => {
  const { change, title } = await takeBackChange(item, git([parent, before]));
  assert.deepEqual(change, { revert: { from: before, to: parent } });
  assert.equal(title, "revert: take back 1.1.0");
});

test("a commit that was tagged by somebody else goes too: it is no release proposal of ours", async () => {
  const { change } = await takeBackChange({ ...item, isProposal: false }, git(undefined));
  assert.deepEqual(change, { revert: { from: before, to: released } });
});

test("a commit that is gone is named", async () => {
  for (const parents of [undefined, []])
    await assert.rejects(takeBackChange(item, git(parents)), /core has no commit aaaaaaa any more, or none before it/);
});

/** Acyclic: each builds on some of those before it. */
const graphs = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 }).map((lists) =>
  lists.map((list, index) => ({
    name: `n${index}`,
    dependsOn: [...new Set(list.filter((each) => each < index).map((each) => `n${each}`))],
  })),
);
const policy = { onFailure: "SkipDependents", maxFailures: 10, maxParallel: 8, stale: "BumpIn" } as const;

test("whatever was released, nothing is taken back before what builds on it, and every such plan can be made", () => {
  fc.assert(
    fc.property(graphs, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (nodes, marks) => {
      const names = nodes.flatMap(({ name }, index) => (marks[index] ? [name] : []));
      if (names.length === 0) return;
      const back = rollbackOf(wish, old(Object.fromEntries(names.map((name) => [name, "Succeeded"]))), nodes, every);
      assert.ok(back.is === "rollback");
      const plan = planOf(
        back.nodes,
        names.map((name) => ({ name, version: "x" })),
        policy,
      );
      assert.ok(plan.is === "plan", plan.is);
      const after = new Map(plan.steps.map((step) => [step.name, step.after]));
      for (const name of names)
        for (const below of reach(name, nodes))
          if (names.includes(below)) assert.ok(reachAfter(below, after).has(name), `${below} has to wait for ${name}`);
      assert.deepEqual([...after.keys()].sort(), [...names].sort());
    }),
    { numRuns: 300 },
  );
});

const reach = (name: string, nodes: readonly Node[]): ReadonlySet<string> =>
  walk(name, (at) => nodes.find((each) => each.name === at)?.dependsOn ?? []);
const reachAfter = (name: string, after: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> =>
  walk(name, (at) => after.get(at) ?? []);

function walk(from: string, next: (at: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [from];
  for (const at of queue) {
    for (const each of next(at)) {
      if (seen.has(each)) continue;
      seen.add(each);
      queue.push(each);
    }
  }
  return seen;
}
