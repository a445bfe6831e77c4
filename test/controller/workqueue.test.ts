import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff, defaultBackoff, jittered } from "../../src/controller/backoff.ts";
import { fairEvery, lowPriority, WorkQueue } from "../../src/controller/workqueue.ts";
import { FakeClock, settle } from "../support/clock.ts";

/** Takes and gives back all that is ready, in order. */
async function drain(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  const all = (async () => {
    for (let taken = await queue.take(); taken; taken = await queue.take()) {
      keys.push(taken.key);
      queue.done(taken.key);
    }
  })();
  await settle();
  await queue.close();
  await all;
  return keys;
}

test("keys come out first come first served, each once", async () => {
  const queue = new WorkQueue(new FakeClock());
  for (const key of ["a", "b", "a", "c", "b"]) queue.add(key);
  assert.deepEqual(await drain(queue), ["a", "b", "c"]);
});

test("a person's edit overtakes the first list", async () => {
  const queue = new WorkQueue(new FakeClock());
  for (const key of ["a", "b", "c"]) queue.add(key, { priority: lowPriority });
  queue.add("c");
  queue.add("x");
  assert.deepEqual(await drain(queue), ["c", "x", "a", "b"]);
});

test("a raised key goes to the end of its new priority, and a lower one does not lower it", async () => {
  const queue = new WorkQueue(new FakeClock());
  queue.add("low", { priority: -1 });
  queue.add("first");
  queue.add("second");
  queue.add("low");
  queue.add("first", { priority: -5 });
  assert.deepEqual(await drain(queue), ["first", "second", "low"]);
});

test("the earlier of two times counts", async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue(clock);
  queue.add("a", { afterMs: 10_000 });
  queue.add("a", { afterMs: 1_000 });
  queue.add("a", { afterMs: 5_000 });
  const taken = queue.take();
  let at = 0;
  void taken.then(() => {
    at = clock.monotonic();
  });
  await clock.advance(20_000);
  assert.equal((await taken)?.key, "a");
  assert.equal(at, 1_000);
  assert.equal(clock.sleeping, 0);
});

test("a thousand keys that wait need one timer", async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue(clock);
  for (let index = 0; index < 1_000; index++) queue.add(`k${index}`, { afterMs: 1_000 + ((index * 7919) % 1_000) });
  await settle();
  assert.equal(clock.sleeping, 1);
  await clock.advance(2_000);
  assert.equal((await drain(queue)).length, 1_000);
  assert.equal(clock.sleeping, 0);
});

test("a wait longer than Node's timers can hold is kept", async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue(clock);
  const days = 24 * 3_600_000;
  queue.add("a", { afterMs: 60 * days });
  let at = 0;
  void queue.take().then(() => {
    at = clock.monotonic();
  });
  await clock.advance(61 * days);
  assert.equal(at, 60 * days);
});

test("what is added while its key is handed out comes after done", async () => {
  const queue = new WorkQueue(new FakeClock());
  queue.add("a");
  await queue.take();
  queue.add("a");
  const again = queue.take();
  await settle();
  assert.deepEqual([...queue.locked.keys()], ["a"]);
  queue.done("a");
  assert.equal((await again)?.key, "a");
});

test("a key that is always added again lets the others pass", async () => {
  const queue = new WorkQueue(new FakeClock());
  queue.add("hot");
  queue.add("cold");
  await queue.take();
  queue.add("hot");
  queue.done("hot");
  assert.equal((await queue.take())?.key, "cold");
});

test("low priority is not starved by a steady stream of high", async () => {
  const queue = new WorkQueue(new FakeClock());
  queue.add("low", { priority: lowPriority });
  for (let turn = 1; ; turn++) {
    queue.add(`high${turn}`);
    queue.add(`higher${turn}`, { priority: 10 });
    const taken = await queue.take();
    queue.done(taken!.key);
    if (taken!.key === "low") break;
    assert.ok(turn <= fairEvery, "not even after a whole round");
  }
});

test("closing waits for what is handed out, and for nothing else", async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue(clock);
  queue.add("a");
  queue.add("b");
  queue.add("later", { afterMs: 60_000 });
  await queue.take();
  let closed = false;
  const closing = queue.close().then(() => {
    closed = true;
  });
  assert.equal(await queue.take(), undefined);
  await settle();
  assert.equal(closed, false);
  assert.equal(clock.sleeping, 0);
  queue.add("c");
  assert.equal(queue.size, 0);
  queue.done("a");
  await closing;
});

test("giving back what was not taken is a mistake that is told", () => {
  assert.throws(() => new WorkQueue(new FakeClock()).done("a"), /a was given back without having been taken/);
});

test("the observer can tell what is ready, by priority", async () => {
  const clock = new FakeClock();
  const depth = new Map<number, number>();
  const waits: number[] = [];
  const works: number[] = [];
  const queue = new WorkQueue(clock, {
    added: () => undefined,
    ready: (priority, by) => depth.set(priority, (depth.get(priority) ?? 0) + by),
    taken: (_, waitedMs) => waits.push(waitedMs),
    done: (_, workedMs) => works.push(workedMs),
  });
  queue.add("a");
  queue.add("b", { priority: -100 });
  queue.add("c", { afterMs: 1_000 });
  assert.deepEqual(Object.fromEntries(depth), { 0: 1, "-100": 1 });
  queue.add("b");
  assert.deepEqual(Object.fromEntries(depth), { 0: 2, "-100": 0 });
  await clock.advance(500);
  await queue.take();
  await clock.advance(250);
  queue.done("a");
  assert.deepEqual([waits, works, depth.get(0)], [[500], [250], 1]);
  await queue.close();
  assert.equal(depth.get(0), 0);
});

test("waits grow from 750 ms to 15 minutes and start over after a success", () => {
  const backoff = new Backoff({ ...defaultBackoff, random: () => 0 });
  const waits = Array.from({ length: 13 }, () => backoff.next("a"));
  assert.deepEqual(waits.slice(0, 4), [750, 1_500, 3_000, 6_000]);
  assert.equal(waits.at(-1), 900_000);
  for (let more = 0; more < 2_000; more++) assert.equal(backoff.next("a"), 900_000);
  assert.equal(backoff.next("b"), 750);
  backoff.forget("a");
  assert.equal(backoff.next("a"), 750);
});

test("jitter takes up to a fifth off a back-off and up to 5 % either way of an interval", () => {
  const lucky = new Backoff({ ...defaultBackoff, random: () => 0.999 });
  assert.ok(Math.abs(lucky.next("a") - 600) < 1);
  assert.equal(
    jittered(1_000, () => 0),
    950,
  );
  assert.ok(Math.abs(jittered(1_000, () => 0.999) - 1_050) < 1);
});
