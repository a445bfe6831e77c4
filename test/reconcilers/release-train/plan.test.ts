import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, type Freight, mostReleases, type Observed } from "../../../src/reconcilers/release-train/decide.ts";
import { itemsOf, planName } from "../../../src/reconcilers/release-train/plan.ts";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";
import { ReleaseTrain } from "../../../src/schema/release-train.ts";
import { Repository } from "../../../src/schema/repository.ts";
import { MemoryCluster, View } from "../../support/memory-cluster.ts";

const trainOf = (name: string): ReleaseTrain =>
  ReleaseTrain.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ReleaseTrain",
    metadata: { name, namespace: "fleet", uid: "1" },
    spec: { schedule: { cron: "0 6 * * 1" }, repositories: { selector: {} } },
  });
const six = new Date("2026-11-23T06:00:00Z");

test("a plan is called after its train and its time, and a name that is taken or too long gets a digest", () => {
  const cluster = new MemoryCluster();
  assert.equal(planName(trainOf("weekly"), six, new View(cluster)), "weekly-202611230600");
  const releases = [{ repositoryRef: { name: "a" } }];
  cluster.put({ kind: ReleasePlan, name: "weekly-202611230600", spec: { releases } });
  const other = planName(trainOf("weekly"), six, new View(cluster));
  assert.match(other, /^weekly-202611230600-[0-9a-f]{10}$/);
  const long = planName(trainOf("x".repeat(253)), six, new View(cluster));
  assert.ok(long.length <= 80 && long !== planName(trainOf("x".repeat(252)), six, new View(cluster)), long);
});

test("a repository with libraries is on the train by its libraries", () => {
  const repository = (release: object): Repository =>
    Repository.object.parse({
      apiVersion: "millrace.dev/v1alpha1",
      kind: "Repository",
      metadata: { name: "mono", namespace: "fleet", uid: "1" },
      spec: { forgeRef: { name: "forge" }, owner: "acme", name: "mono", release },
    });
  assert.deepEqual(itemsOf(repository({})), [{ repositoryRef: { name: "mono" } }]);
  const libraries = [
    { name: "one", path: "one" },
    { name: "two", path: "two" },
  ];
  assert.deepEqual(
    itemsOf(repository({ libraries })).map(({ library }) => library),
    ["one", "two"],
  );
});

const due: Observed = { now: six, departure: six, running: undefined, hasLeft: false, releases: 2, unknown: [] };
const nobody = (): Promise<Freight> => assert.fail("nobody should look");
const answers = (freight: Freight) => async () => freight;
const unknown = { is: "unknown", message: "app: Throttled", waits: true } as const;

for (const [about, change, look, want] of [
  ["leaves with something", {}, answers({ is: "something" }), "leave"],
  ["leaves without anything", {}, answers({ is: "nothing" }), "skip nothing changed"],
  ["looks at nothing before its time", { departure: new Date(six.getTime() + 1) }, nobody, "wait"],
  ["looks at nothing when it has left", { hasLeft: true }, nobody, "leave"],
  ["waits for what comes by itself", {}, answers(unknown), "wait WaitingForRepositories"],
  ["but not for long", { now: new Date(six.getTime() + 900_000) }, answers(unknown), "skip nothing is known"],
  ["does not wait for a person", {}, answers({ ...unknown, waits: false }), "skip nothing is known"],
  ["takes no more than a plan does", { releases: mostReleases + 1 }, nobody, "skip TooManyReleases"],
  ["leaves with nobody on it", { releases: 0 }, nobody, "skip NothingSelected"],
] as const satisfies readonly (readonly [string, Partial<Observed>, () => Promise<Freight>, string])[]) {
  test(about, async () => {
    const decision = await decide({ ...due, ...change }, look);
    const finding = "finding" in decision ? decision.finding?.reason : undefined;
    const why = finding ?? (decision.do === "skip" ? decision.why : "");
    assert.ok(`${decision.do} ${why}`.startsWith(want), `${decision.do} ${why}`);
  });
}
