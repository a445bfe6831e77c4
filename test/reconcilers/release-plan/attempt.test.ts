import assert from "node:assert/strict";
import { test } from "node:test";
import { afterTrouble, whileChildFails } from "../../../src/reconcilers/release-plan/attempt.ts";
import type { NodeStatus } from "../../../src/reconcilers/release-plan/stage.ts";

const node: NodeStatus = { name: "sdk", phase: "Bumping", since: "2026-01-01T00:00:00Z" };
const life = (seconds: number) => ({
  now: new Date(Date.parse("2026-01-01T00:00:00Z") + seconds * 1_000),
  policy: { attempts: 3 },
});

test("a step is tried three times, with growing pauses", () => {
  const trouble = { reason: "no way", counts: true };
  const first = afterTrouble(node, trouble, life(0));
  assert.deepEqual([first.phase, first.attempts, first.retryAt], ["Bumping", 1, "2026-01-01T00:00:30Z"]);
  const second = afterTrouble(first, trouble, life(30));
  assert.deepEqual([second.phase, second.attempts, second.retryAt], ["Bumping", 2, "2026-01-01T00:02:30Z"]);
  const third = afterTrouble(second, trouble, life(150));
  assert.deepEqual([third.phase, third.message, third.retryAt], ["Failed", "tried 3 times: no way", undefined]);
});

test("a forge that does not answer costs no try", () => {
  const after = afterTrouble(node, { reason: "502", counts: false }, life(0));
  assert.deepEqual(after, { ...node, message: "502" });
});

test("a child is told to try again after the pause, and only its next failure counts", () => {
  const first = whileChildFails(node, "refused", life(0));
  assert.deepEqual([first.attempts, first.retried], [1, undefined]);
  assert.equal(whileChildFails(first, "refused", life(29)).retried, undefined);
  const told = whileChildFails(first, "refused", life(30));
  assert.deepEqual([told.attempts, told.retried, told.retryAt], [1, "again-1", undefined]);
  const second = whileChildFails(told, "refused", life(60));
  assert.deepEqual([second.attempts, second.retryAt], [2, "2026-01-01T00:03:00Z"]);
  const last = whileChildFails(whileChildFails(second, "refused", life(180)), "refused", life(200));
  assert.deepEqual([last.phase, last.message], ["Failed", "tried 3 times: refused"]);
});
