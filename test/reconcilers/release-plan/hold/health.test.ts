import assert from "node:assert/strict";
import { test } from "node:test";
import { ForgeError } from "../../../../src/reconcilers/errors.ts";
import type { Check } from "../../../../src/reconcilers/forge-port.ts";
import { healthOf, lookAtHealth } from "../../../../src/reconcilers/release-plan/hold/health.ts";
import { type Passed, PassedChecks } from "../../../../src/reconcilers/release-plan/hold/passed.ts";
import { Forge } from "../../../../src/schema/forge.ts";
import type { Kind } from "../../../../src/schema/kind.ts";
import { Repository } from "../../../../src/schema/repository.ts";

const check = (name: string, state: Check["state"], more: Partial<Check> = {}): Check => ({
  name,
  state,
  required: false,
  ...more,
});

for (const [about, checks, want] of [
  ["no check at all is none", [], { is: "none", names: [] }],
  ["all passed", [check("a", "Passed"), check("b", "Passed")], { is: "passed", names: [] }],
  ["one that runs", [check("a", "Passed"), check("b", "Pending")], { is: "pending", names: ["b"] }],
  ["one that failed or was cancelled", [check("b", "Pending"), check("a", "Failed")], { is: "failed", names: ["a"] }],
  [
    "a required one that never came",
    [check("a", "Pending", { required: true, missing: true })],
    { is: "pending", names: ["a"] },
  ],
] as const) {
  test(`health of a branch: ${about}`, () => assert.deepEqual(healthOf(checks), want));
}

const signal = new AbortController().signal;
const object = (kind: Kind, name: string, spec: object, status: object) =>
  kind.object.parse({
    ...{ apiVersion: "millrace.dev/v1alpha1", kind: kind.kind, spec, status },
    metadata: { name, namespace: "fleet", uid: name, generation: 1 },
  });
const host = object(Forge, "forge", { credentials: { tokenSecretRef: { name: "token" } } }, {});
const repository = (name: string, status: object = { head: { sha: "a".repeat(40) } }): Repository =>
  object(Repository, name, { forgeRef: { name: "forge" }, owner: "acme", name }, status) as Repository;

/** Looks at these repositories on a forge that answers like this; counts what it is asked. */
async function looked(all: readonly Repository[], answer: () => readonly Check[], passed?: Passed) {
  let asked = 0;
  const checks = async () => {
    asked += 1;
    return answer();
  };
  const world = {
    lookup: { get: (kind: Kind) => (kind === Forge ? host : undefined), list: () => [] },
    forges: { of: async () => ({ pulls: { checks } }) },
    ...(passed && { passed }),
  } as never;
  const found = await lookAtHealth(all, world, signal);
  return { found: found.map(({ is, names }) => [is, ...names].join(" ")), asked };
}

test("a forge that does not answer, or a head that is not known, keeps nothing else from being done", async () => {
  const broken = () => {
    throw new ForgeError("unavailable", "github.com does not answer");
  };
  assert.deepEqual((await looked([repository("a")], broken)).found, ["unknown github.com does not answer"]);
  assert.deepEqual((await looked([repository("a", {})], () => [])).found, ["unknown its head is not known yet"]);
});

test("a fault of our own is not taken for a forge's", async () => {
  const fault = () => {
    throw new TypeError("x is not a function");
  };
  await assert.rejects(looked([repository("a")], fault), TypeError);
});

test("what has passed is not asked for again for five minutes, what has not is", async () => {
  const memory = new PassedChecks();
  const at = (minutes: number): Passed => memory.asOf(new Date(minutes * 60_000));
  const all = ["a", "b", "c"].map((name) => repository(name));
  assert.equal((await looked(all, () => [check("x", "Pending")], at(0))).asked, 3);
  assert.equal((await looked(all, () => [check("x", "Passed")], at(1))).asked, 3);
  const again = await looked(all, () => [check("x", "Failed")], at(5));
  assert.deepEqual(again, { found: ["passed", "passed", "passed"], asked: 0 });
  assert.deepEqual((await looked(all, () => [check("x", "Failed")], at(6))).found, [
    "failed x",
    "failed x",
    "failed x",
  ]);
});

test("another commit is another question", async () => {
  const memory = new PassedChecks();
  await looked([repository("a")], () => [check("x", "Passed")], memory.asOf(new Date(0)));
  const moved = repository("a", { head: { sha: "b".repeat(40) } });
  assert.equal((await looked([moved], () => [], memory.asOf(new Date(0)))).asked, 1);
});
