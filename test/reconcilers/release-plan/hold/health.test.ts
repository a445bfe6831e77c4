import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check } from "../../../../src/reconcilers/forge-port.ts";
import { healthOf } from "../../../../src/reconcilers/release-plan/hold/health.ts";

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
