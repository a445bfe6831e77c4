import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Outcome, outcomeOf, steps, type Tree } from "./steps.ts";

/** What came of each step on a real API server; test/cluster/apiserver/ownership.test.ts takes them again. */
const outcomes = JSON.parse(readFileSync("test/embedded/apiserver/fields/outcomes.json", "utf8")) as Outcome[];

let live: Tree | undefined;
for (const [index, step] of steps.entries()) {
  const outcome = outcomes[index]!;
  const stored = "object" in outcome ? outcome.object : undefined;
  const before = live;
  live = stored ?? live;
  const what = step.apply ? `applies ${JSON.stringify(step.apply)}` : `puts ${String(step.put)}`;
  test(`${index + 1}: ${step.by} ${what}${step.force ? " by force" : ""}, as on a real API server`, () => {
    assert.deepEqual(outcomeOf(step, before, stored), outcome);
  });
}

test("every step has its outcome", () => assert.equal(outcomes.length, steps.length));
