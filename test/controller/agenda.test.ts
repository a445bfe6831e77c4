import assert from "node:assert/strict";
import { test } from "node:test";
import { Agenda } from "../../src/controller/agenda.ts";
import type { Failure } from "../../src/controller/failure.ts";
import type { Next } from "../../src/controller/loop.ts";
import { defaultTempo } from "../../src/controller/tempo.ts";
import { WorkQueue } from "../../src/controller/workqueue.ts";
import { FakeClock } from "../support/clock.ts";

const done = (again: Extract<Next, { is: "done" }>["again"], wrote = true): Next => ({ is: "done", again, wrote });
const failed = (kind: Failure["kind"], afterMs?: number): Next => ({
  is: "retry",
  failure: { kind, finding: undefined, afterMs },
  error: undefined,
});

/** When a key that was taken with priority 5 comes back, with which priority, and how the turn is counted. */
async function follow(next: Next, isBehind = false): Promise<string> {
  const clock = new FakeClock();
  const queue = new WorkQueue(clock);
  const metrics = {
    terminal: () => undefined,
    timeout: () => undefined,
    panic: () => undefined,
    retried: () => undefined,
  };
  const agenda = new Agenda({ queue, tempo: defaultTempo, random: () => 0.5, metrics, isBehind: () => isBehind });
  queue.add("a", { priority: 5 });
  const taken = (await queue.take())!;
  const result = agenda.follow(taken, next);
  queue.done("a");
  let back = "never";
  void queue.take().then((again) => {
    if (!again) return;
    back = `after ${Math.round(clock.monotonic())} ms at ${again.priority}`;
    queue.done("a");
  });
  await clock.advance(100_000_000);
  await queue.close();
  return `${result}, ${back}`;
}

for (const [about, next, want] of [
  ["rests", { is: "rest" }, "success, never"],
  ["is done", done({ is: "never" }), "success, never"],
  ["goes on at once", done({ is: "now" }), "requeue, after 0 ms at 5"],
  ["goes on at once and changed nothing", done({ is: "now" }, false), "requeue, after 1000 ms at 5"],
  ["polls soon", done({ is: "after", ms: 10_000 }), "requeue_after, after 10000 ms at 0"],
  ["is on a round", done({ is: "after", ms: 60_000 }), "requeue_after, after 60000 ms at -100"],
  ["polls too often", done({ is: "after", ms: 0 }), "requeue_after, after 100 ms at 0"],
  ["fails", failed("error"), "error, after 675 ms at 5"],
  ["is told when to come back", failed("error", 9_000), "error, after 9000 ms at 5"],
  ["panics", failed("panic"), "error, after 675 ms at 5"],
  ["takes too long", failed("timeout"), "error, after 675 ms at 5"],
  ["meets a conflict", failed("conflict"), "requeue, after 675 ms at 5"],
  ["can never be", failed("terminal"), "error, never"],
  ["waits", failed("waiting", 30_000), "requeue_after, after 30000 ms at 0"],
] as const) {
  test(`a key whose turn ${about}: ${want}`, async () => assert.equal(await follow(next), want));
}

test("a key whose cache lags behind is asked for after a second, or at once when it has caught up by now", async () => {
  assert.equal(await follow({ is: "catchUp" }, true), "requeue_after, after 1000 ms at 5");
  assert.equal(await follow({ is: "catchUp" }, false), "requeue_after, after 0 ms at 5");
});
