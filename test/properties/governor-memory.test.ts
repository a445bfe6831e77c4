import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { githubLimits, type Limits } from "../../src/forge/limits.ts";
import { readRecord, writeRecord } from "../../src/forge/record.ts";
import type { Request } from "../../src/forge/waiting-line.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import { FarHost, Sender, type Times } from "./governor-host.ts";

const small: Limits = {
  ...githubLimits,
  contentPerMinute: 4,
  contentPerHour: 10,
  pointsPerMinute: 60,
  graphqlPointsPerMinute: 60,
  inFlight: 3,
};
const quick: Times = { thereMs: 5, servedMs: 50, backMs: 5 };

const requestOf = (key: string, kind = "create", priority = 4): Request => ({
  points: kind === "read" ? 1 : 5,
  content: kind === "create",
  priority: priority + (kind === "read" ? 1 : 0),
  tenant: key.slice(0, 1),
  key,
  doing: "ask",
});

/** Times of which most are short, and some so long that answers overtake each other. */
const anyTimes = fc.record({
  thereMs: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 80 }) }, fc.integer({ min: 1, max: 4_000 })),
  servedMs: fc.integer({ min: 1, max: 800 }),
  backMs: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 80 }) }, fc.integer({ min: 1, max: 8_000 })),
});

const anyAsk = fc.record({
  is: fc.constant("ask" as const),
  kind: fc.constantFrom("create", "create", "write", "read"),
  tenant: fc.constantFrom("a", "b", "c"),
  priority: fc.constantFrom(0, 2, 4, 6),
  times: anyTimes,
});
const anyStep = fc.oneof(
  { weight: 12, arbitrary: anyAsk },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 90_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant("restart" as const),
      skewMs: fc.integer({ min: -3_000, max: 3_000 }),
      // As Kubernetes starts what crashes again and again.
      downMs: fc.integer({ min: 15_000, max: 40_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("outage" as const), ms: fc.integer({ min: 1, max: 60_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant("setClock" as const), byMs: fc.integer({ min: -900, max: 900 }) }),
  },
);

/** Plays a history, with everything that was asked asked again after a restart, and gives what the host saw. */
async function play(steps: readonly (typeof anyStep extends fc.Arbitrary<infer S> ? S : never)[]): Promise<FarHost> {
  // Who is killed leaves requests under way, and a crash loop leaves many.
  const host = new FarHost({ ...small, inFlight: 100 });
  let sender = new Sender(host, small);
  let outageUntil = 0;
  host.memory.fails = () => host.clock.monotonic() < outageUntil;
  const wanted = new Map<string, { readonly request: Request; readonly times: Times }>();
  const go = (key: string): void => {
    const { request, times } = wanted.get(key)!;
    void sender.persist(request, times).then((done) => done && wanted.delete(key));
  };
  let count = 0;
  for (const step of steps) {
    if (step.is === "ask") {
      const key = `${step.tenant}${count++}`;
      wanted.set(key, { request: requestOf(key, step.kind, step.priority), times: step.times });
      go(key);
    }
    if (step.is === "wait") await host.clock.advance(step.ms);
    if (step.is === "outage") outageUntil = host.clock.monotonic() + step.ms;
    if (step.is === "setClock") sender.skewMs += step.byMs;
    if (step.is === "restart") {
      sender.kill();
      await host.clock.advance(step.downMs);
      sender = new Sender(host, small, step.skewMs);
      for (const key of wanted.keys()) go(key);
    }
  }
  await host.clock.until(() => wanted.size === 0, 48 * 3_600_000);
  return host;
}

/**
 * Each guard was taken out once, and this suite failed: counting from the answer on rather than from the sending, the
 * reservation, what is reserved at the start, the windows that are taken up again, waiting for them, what a predecessor
 * may have sent, and the margin on the minute.
 */
describe("the governor's memory", () => {
  test("a host that counts to the letter never refuses, whatever is killed, late, skewed or out of order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 60 }), async (steps) => {
        const host = await play(steps);
        assert.deepEqual(host.report?.violations ?? [], []);
      }),
      { numRuns: Number(process.env["MILLRACE_GOVERNOR_RUNS"] ?? 60) },
    );
  });

  test("500 creations cost at most thirty writes, and none while nothing happens", async () => {
    const host = new FarHost(githubLimits);
    const sender = new Sender(host, githubLimits);
    let left = 500;
    for (let n = 0; n < 500; n++) void sender.persist(requestOf(`a${n}`), quick).then(() => left--);
    await host.clock.until(() => left === 0, 3_600_000);
    assert.deepEqual(host.report?.violations, []);
    const { saves } = host.memory;
    assert.ok(saves <= 30, `${saves} writes`);
    await host.clock.advance(24 * 3_600_000);
    assert.equal(host.memory.saves, saves);
  });

  test("who reads now and then writes nothing at all", async () => {
    const host = new FarHost(githubLimits);
    const sender = new Sender(host, githubLimits);
    for (let n = 0; n < 200; n++) {
      void sender.persist(requestOf(`a${n}`, "read"), quick);
      await host.clock.advance(1_000);
    }
    assert.equal(host.memory.saves, 0);
    assert.equal(host.report?.requests, 200);
  });

  test("a new process takes for sent what its predecessor may have sent within the minute", async () => {
    const limits: Limits = { ...githubLimits, pointsPerMinute: 300 };
    for (const before of [70, 220]) {
      const host = new FarHost({ ...limits, inFlight: 100 });
      const first = new Sender(host, limits);
      for (let n = 0; n < before; n++) void first.persist(requestOf(`a${n}`, "read"), quick);
      await host.clock.until(() => host.report?.requests === before, 600_000);
      first.kill();
      await host.clock.advance(1_000);
      const second = new Sender(host, limits);
      let left = 260;
      for (let n = 0; n < 260; n++) void second.persist(requestOf(`b${n}`, "read"), quick).then(() => left--);
      await host.clock.until(() => left === 0, 600_000);
      assert.deepEqual(host.report?.violations, [], `after ${before} reads`);
      assert.ok(host.memory.saves <= 6, `${host.memory.saves} writes`);
    }
  });

  test("without its memory, what is refused after a restart shows that the host does count", async () => {
    const host = new FarHost(githubLimits);
    for (const process of ["a", "b"]) {
      const sender = new Sender(host, githubLimits);
      for (let n = 0; n < 80; n++) void sender.persist(requestOf(`${process}${n}`), quick);
      await host.clock.advance(10_000);
      sender.kill();
      host.memory.texts.clear();
    }
    assert.ok(host.report!.violations.some(({ rule }) => rule === "ContentPerMinute"));
  });

  test("a crash counts too many, never too few, and by a block at most", async () => {
    const host = new FarHost(githubLimits);
    for (let process = 0; process < 6; process++) {
      const sender = new Sender(host, githubLimits);
      for (let n = 0; n < 25; n++) void sender.persist(requestOf(`a${process}-${n}`), quick);
      await host.clock.advance(2_500);
      sender.kill();
      await host.clock.advance(62_000);
    }
    const after = new Sender(host, githubLimits);
    void after.persist(requestOf("b", "read"), quick);
    await host.clock.advance(200);
    const { hour } = after.gate.content();
    const truth = host.report!.content.length;
    assert.ok(hour >= truth, `${hour} counted of ${truth}`);
    assert.ok(hour <= truth + 6 * 20, `${hour} counted of ${truth}`);
    assert.deepEqual(host.report!.violations, []);
  });

  test("a pause that the host asked for outlives the process that it asked", async () => {
    const host = new FarHost({ ...small, contentPerMinute: 1 });
    const first = new Sender(host, small);
    await assert.doesNotReject(async () => {
      void first.persist(requestOf("a1"), quick);
      void first.persist(requestOf("a2"), quick);
      await host.clock.advance(1_000);
    });
    assert.equal(host.report?.violations.length, 1);
    first.kill();
    const second = new Sender(host, small);
    const early = second.send(requestOf("b1", "read"), quick);
    await assert.rejects(Promise.all([early, host.clock.advance(5_000)]), { code: "limited" });
    assert.ok(second.governor.throttledUntil(host.clock.now().getTime()));
    await host.clock.advance(60_000);
    await Promise.all([second.send(requestOf("b1", "read"), quick), host.clock.advance(1_000)]);
    assert.equal(host.report?.violations.length, 1);
  });

  test("nothing is created while the record cannot be saved, and it says why", async () => {
    const host = new FarHost(githubLimits);
    const sender = new Sender(host, githubLimits);
    host.memory.fails = (verb) => verb === "save";
    const refused = sender.send(requestOf("a"), quick);
    await assert.rejects(Promise.all([refused, host.clock.advance(5_000)]), (error) => {
      assert.ok(error instanceof ForgeError);
      assert.match(error.message, /has to be on record first, and is not \(the record cannot be saved\)/);
      return error.code === "limited";
    });
    assert.match(sender.gate.content().problem ?? "", /cannot be saved/);
    await Promise.all([sender.send(requestOf("r", "read"), quick), host.clock.advance(100)]);
    assert.equal(host.created.length, 0);
    host.memory.fails = () => false;
    await host.clock.advance(5_000);
    await Promise.all([sender.send(requestOf("a"), quick), host.clock.advance(100)]);
    assert.equal(host.created.length, 1);
    assert.equal(sender.gate.content().problem, undefined);
  });

  test("nothing at all is sent before the record is read", async () => {
    const host = new FarHost(githubLimits);
    host.memory.fails = (verb) => verb === "load";
    const sender = new Sender(host, githubLimits);
    const refused = sender.send(requestOf("r", "read"), quick);
    await assert.rejects(Promise.all([refused, host.clock.advance(5_000)]), /cannot be read/);
    assert.equal(host.report, undefined);
  });

  test("a record that nobody understands is taken for the worst: an hour without content", async () => {
    const host = new FarHost(githubLimits);
    host.memory.texts.set("forge", '{"version":2}');
    const sender = new Sender(host, githubLimits);
    let done = false;
    void sender.persist(requestOf("a"), quick).then(() => {
      done = true;
    });
    await host.clock.until(() => done, 2 * 3_600_000);
    assert.ok(host.clock.monotonic() >= 3_600_000);
  });

  test("after a restart all come back at once, and are let in by urgency, spread over time", async () => {
    const host = new FarHost(small);
    const before = new Sender(host, small);
    const keys = Array.from({ length: 24 }, (_, n) => `${n % 2 ? "a" : "b"}${n}`);
    const priorityOf = (key: string): number => (Number(key.slice(1)) < 18 ? 6 : 0);
    for (const key of keys.slice(0, 18)) void before.persist(requestOf(key, "create", 6), quick);
    await host.clock.advance(5_000);
    before.kill();
    const waiting = keys.filter((key) => !host.created.includes(key));
    const after = new Sender(host, small);
    const told: number[] = [];
    let left = waiting.length;
    for (const key of waiting) {
      const request = requestOf(key, "create", priorityOf(key));
      void after
        .send(request, quick)
        .then(
          () => undefined,
          async (error: ForgeError) => {
            told.push(error.retryAfterMs!);

            await host.clock.sleep(error.retryAfterMs!);
            return after.persist(request, quick);
          },
        )
        .then(() => left--);
    }
    const from = host.created.length;
    await host.clock.until(() => left === 0, 24 * 3_600_000);
    const urgent = host.created.slice(from, from + 8).filter((key) => priorityOf(key) === 0);
    assert.equal(urgent.length, 6, host.created.slice(from).join());
    assert.ok(new Set(told).size > told.length / 2, `told to come back at ${new Set(told).size} different times`);
    assert.deepEqual(host.report?.violations, []);
  });
});

test("a record reads as it was written, later rather than earlier", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1_767_225_600_000, max: 1_767_229_200_000 }), { maxLength: 500 }),
      fc.nat(20),
      fc.integer({ min: 0, max: 1_767_229_200_000 }),
      (times, count, at) => {
        const created = times.sort((a, b) => a - b);
        const text = writeRecord({
          created,
          reserved: { count, until: at },
          closedUntil: at,
          hurriedUntil: at,
          sent: { points: count, at },
        });
        assert.ok(Buffer.byteLength(text) < 8 * 1024);
        const read = readRecord(text)!;
        assert.equal(read.created.length, created.length);
        for (const [index, each] of read.created.entries()) {
          assert.ok(each >= created[index]! && each < created[index]! + 1_000);
        }
        assert.deepEqual([read.reserved.count, read.sent.points], [count, count]);
        for (const each of [read.reserved.until, read.closedUntil, read.hurriedUntil])
          assert.ok(each >= at && each < at + 1_000);
      },
    ),
  );
  for (const text of [
    "",
    "{}",
    "null",
    '{"version":1,"first":0,"created":[[0,1e9]],"reserved":[0,0],"closedUntil":0,"sent":[0,0],"hurriedUntil":0}',
  ])
    assert.equal(readRecord(text), undefined, text);
});
