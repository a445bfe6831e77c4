import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fairEvery, type Taken, WorkQueue } from "../../src/controller/workqueue.ts";
import { FakeClock, settle } from "../support/clock.ts";

const keys = ["a", "b", "c", "d", "e", "f"] as const;
const key = fc.constantFrom(...keys);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      key,
      priority: fc.constantFrom(-100, 0, 0, 0, 7),
      afterMs: fc.constantFrom(0, 0, 0, 5, 10, 50),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("done" as const), pick: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 5, 20) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The same promises, kept the slow way: one list, sorted at every question. */
class Model {
  readonly waiting = new Map<string, { priority: number; readyAt: number; turn: number; age: number }>();
  readonly locked = new Set<string>();
  #turns = 0;
  #handed = 0;

  add(name: string, priority: number, readyAt: number, now: number): void {
    const before = this.waiting.get(name);
    if (!before) {
      const turn = this.#turns++;
      this.waiting.set(name, { priority, readyAt, turn, age: turn });
      return;
    }
    const wasReady = before.readyAt <= now && !this.locked.has(name);
    const raised = priority > before.priority;
    const sooner = readyAt < before.readyAt;
    if (!raised && !sooner) return;
    before.priority = Math.max(before.priority, priority);
    before.readyAt = Math.min(before.readyAt, readyAt);
    if (raised || !wasReady) before.turn = this.#turns++;
    if (!wasReady) before.age = before.turn;
  }

  /** Moves time; what becomes due joins the line in the order of its time. */
  ripen(from: number, to: number): void {
    const due = [...this.waiting]
      .filter(([name, { readyAt }]) => readyAt > from && readyAt <= to && !this.locked.has(name))
      .sort(([, a], [, b]) => a.readyAt - b.readyAt || a.turn - b.turn);
    for (const [, entry] of due) entry.turn = entry.age = this.#turns++;
  }

  ready(now: number): string[] {
    return [...this.waiting]
      .filter(([name, { readyAt }]) => readyAt <= now && !this.locked.has(name))
      .sort(([, a], [, b]) => b.priority - a.priority || a.turn - b.turn)
      .map(([name]) => name);
  }

  take(now: number): string | undefined {
    const [best] = this.ready(now);
    if (best === undefined) return undefined;
    this.#handed += 1;
    const oldest = this.ready(now).sort((a, b) => this.waiting.get(a)!.age - this.waiting.get(b)!.age)[0]!;
    const taken = this.#handed % fairEvery === 0 ? oldest : best;
    this.waiting.delete(taken);
    this.locked.add(taken);
    return taken;
  }

  done(name: string): void {
    this.locked.delete(name);
    const again = this.waiting.get(name);
    if (again) again.turn = again.age = this.#turns++;
  }
}

test("the queue hands out what a naive model does, in the same order, and never one key twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80, size: "max" }), async (steps) => {
      const clock = new FakeClock();
      const queue = new WorkQueue(clock);
      const model = new Model();
      for (const each of steps) await play(each, queue, model, clock);
      assert.equal(queue.size, model.waiting.size);
    }),
    { numRuns: 400 },
  );
});

async function play(each: Step, queue: WorkQueue, model: Model, clock: FakeClock): Promise<void> {
  const now = clock.monotonic();
  switch (each.do) {
    case "add":
      model.add(each.key, each.priority, now + each.afterMs, now);
      return queue.add(each.key, each);
    case "take": {
      const want = model.take(now);
      if (want === undefined) return;
      const taken = (await queue.take()) as Taken;
      assert.equal(taken.key, want);
      return assert.deepEqual([...queue.locked.keys()].sort(), [...model.locked].sort());
    }
    case "done": {
      const held = [...model.locked];
      const name = held[each.pick % Math.max(1, held.length)];
      if (name === undefined) return;
      model.done(name);
      return queue.done(name);
    }
    case "wait":
      model.ripen(now, now + each.ms);
      return clock.advance(each.ms);
  }
}

test("with workers at work: no key in two hands, no add without a turn after it, all drained at the end", async () => {
  const add = fc.record({ key, priority: fc.constantFrom(-100, 0, 5), afterMs: fc.constantFrom(0, 3, 40) });
  const script = fc.array(
    fc.record({ ms: fc.constantFrom(0, 1, 7), adds: fc.array(add, { maxLength: 5, size: "max" }) }),
    {
      maxLength: 25,
      size: "max",
    },
  );
  await fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.nat(9)), async (rounds, n, works) => {
      const clock = new FakeClock();
      const queue = new WorkQueue(clock);
      const inHand = new Set<string>();
      /** Adds that no turn has begun after yet. */
      const owed = new Map<string, number>();
      const worker = async (): Promise<void> => {
        for (let taken = await queue.take(); taken; taken = await queue.take()) {
          assert.ok(!inHand.has(taken.key), `${taken.key} in two hands`);
          inHand.add(taken.key);
          owed.delete(taken.key);
          await clock.sleep(works.next().value as number);
          inHand.delete(taken.key);
          queue.done(taken.key);
        }
      };
      const workers = Array.from({ length: n }, worker);
      for (const { ms, adds } of rounds) {
        for (const each of adds) {
          owed.set(each.key, (owed.get(each.key) ?? 0) + 1);
          queue.add(each.key, each);
        }
        await clock.advance(ms);
      }
      await clock.advance(40 + 10 * keys.length * (rounds.length + 1));
      assert.deepEqual([...owed.keys()], [], "added, and never handed out since");
      await queue.close();
      await Promise.all(workers);
      assert.equal(clock.sleeping, 0);
    }),
    { numRuns: 40 },
  );
});

test("whatever is added meanwhile, a ready key waits at most fairEvery hand-outs for each key that was ready before", async () => {
  const rounds = fc.array(fc.tuple(key, fc.constantFrom(0, 5, 9)), { minLength: 120, maxLength: 200, size: "max" });
  await fc.assert(
    fc.asyncProperty(rounds, fc.nat(4), async (adds, before) => {
      const queue = new WorkQueue(new FakeClock());
      for (let index = 0; index < before; index++) queue.add(`old${index}`, { priority: -100 });
      queue.add("victim", { priority: -100 });
      for (const [index, [name, priority]] of adds.entries()) {
        queue.add(name, { priority });
        const taken = (await queue.take()) as Taken;
        queue.done(taken.key);
        if (taken.key === "victim") return;
        assert.ok(index + 1 < fairEvery * (before + 1), `starved for ${index + 1} hand-outs`);
      }
    }),
    { numRuns: 100 },
  );
});

test("adding and serving a hundred thousand keys takes little more per key than a thousand", async () => {
  const perKey = async (count: number): Promise<number> => {
    const queue = new WorkQueue(new FakeClock());
    const begin = process.cpuUsage().user;
    for (let index = 0; index < count; index++) queue.add(`k${(index * 7919) % count}`, { priority: index % 3 });
    for (let index = 0; index < count; index++) queue.done(((await queue.take()) as Taken).key);
    return (process.cpuUsage().user - begin) / count;
  };
  await perKey(1_000);
  const [small, large] = [await perKey(2_000), await perKey(100_000)];
  // n log n grows by 1.5 here; a linear scan in one of the operations would grow by 50.
  assert.ok(large < 20 * Math.max(small, 1), `${small.toFixed(2)} µs and then ${large.toFixed(2)} µs per key`);
  await settle();
});
