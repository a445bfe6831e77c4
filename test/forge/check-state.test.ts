import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckRun, checksOf } from "../../src/forge/check-state.ts";

const run = (change: Partial<CheckRun>): CheckRun => ({
  id: 1,
  name: "ci",
  status: "completed",
  conclusion: "success",
  app: { id: 10 },
  ...change,
});

for (const [status, conclusion, state] of [
  ["queued", null, "Pending"],
  ["in_progress", null, "Pending"],
  ["waiting", null, "Pending"],
  ["requested", null, "Pending"],
  ["pending", null, "Pending"],
  ["completed", "success", "Passed"],
  ["completed", "neutral", "Passed"],
  ["completed", "skipped", "Passed"],
  ["completed", "failure", "Failed"],
  ["completed", "cancelled", "Failed"],
  ["completed", "timed_out", "Failed"],
  ["completed", "action_required", "Failed"],
  ["completed", "stale", "Failed"],
  ["completed", "startup_failure", "Failed"],
  ["completed", "something new", "Failed"],
  ["completed", null, "Failed"],
] as const) {
  test(`a check run that is ${status} with ${conclusion} counts as ${state}`, () => {
    assert.deepEqual(checksOf([run({ status, conclusion })], [], []), [{ name: "ci", state, required: false }]);
  });
}

for (const [said, state] of [
  ["success", "Passed"],
  ["pending", "Pending"],
  ["failure", "Failed"],
  ["error", "Failed"],
] as const) {
  test(`a status that is ${said} counts as ${state}`, () => {
    assert.deepEqual(checksOf([], [{ context: "ci", state: said }], []), [{ name: "ci", state, required: false }]);
  });
}

test("of one App's runs of one name the newest counts, and another App's beside it", () => {
  const runs = [
    run({ id: 3, conclusion: "failure" }),
    run({ id: 5 }),
    run({ id: 4, app: { id: 11 }, conclusion: "failure" }),
  ];
  assert.deepEqual(
    checksOf(runs, [], []).map(({ state }) => state),
    ["Passed", "Failed"],
  );
});

test("what is required and has not begun is pending, once", () => {
  const required = [
    { name: "lint", appId: undefined },
    { name: "lint", appId: 7 },
  ];
  assert.deepEqual(checksOf([], [], required), [{ name: "lint", state: "Pending", required: true, missing: true }]);
});

test("a check that one App must give is not given by another, nor by a status", () => {
  const required = [{ name: "ci", appId: 11 }];
  assert.deepEqual(checksOf([run({})], [{ context: "ci", state: "success" }], required), [
    { name: "ci", state: "Passed", required: false },
    { name: "ci", state: "Passed", required: false },
    { name: "ci", state: "Pending", required: true, missing: true },
  ]);
  assert.deepEqual(checksOf([run({ app: { id: 11 } })], [], required), [
    { name: "ci", state: "Passed", required: true },
  ]);
});
