import assert from "node:assert/strict";
import { test } from "node:test";
import { currentTurn } from "../../src/controller/log.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import { type Outcome, watch } from "../../src/reconcilers/reconciler.ts";
import { requestedAt } from "../../src/schema/object.ts";
import { refusal } from "../support/fake-cluster.ts";
import { type Answer, at, given, Part, seen, Thing } from "../support/fake-controller.ts";

test("ten thousand objects at once: each gets its turn and one write, and a person's edit overtakes them", async () => {
  const order: string[] = [];
  const world = given({
    behave: async (thing) => {
      if (order.push(thing.metadata.name) === 20) world.resize("t9999", 7);
      return seen(thing);
    },
    tempo: { workers: 10 },
  });
  for (let index = 0; index < 10_000; index++) world.thing(`t${index}`);
  await world.runs();
  assert.ok(order.slice(20, 60).includes("t9999"), "the edit waits for the rest of the first list");
  assert.equal(order.length, 10_000);
  assert.equal(world.statusWrites().length, 10_000);
  assert.equal(world.status("t9999")["seen"], 7);
  await world.ends();
});

test("never two turns of one object at once, whatever the storm", async () => {
  const running = new Set<string>();
  const world = given({
    behave: async (thing, { signal }) => {
      const { name } = thing.metadata;
      assert.ok(!running.has(name), name);
      running.add(name);
      await world.clock.sleep(7, signal);
      running.delete(name);
      return seen(thing);
    },
    tempo: { workers: 8 },
  });
  for (const name of ["a", "b", "c"]) world.thing(name, 0);
  await world.runs();
  for (let round = 1; round <= 200; round++) {
    world.resize(["a", "b", "c"][round % 3]!, round);
    await world.clock.advance(1);
  }
  await world.clock.advance(5_000);
  assert.deepEqual(
    ["a", "b", "c"].map((name) => world.status(name)["seen"]),
    [198, 199, 200],
  );
  assert.equal(world.metric(/^controller_runtime_reconcile_panics_total\{.*\} (\d+)/m), 0);
  await world.ends();
});

for (const [about, behave] of [
  [
    "throws before it waits",
    () => {
      throw new TypeError("no");
    },
  ],
  ["gives back nothing", async () => undefined],
  [
    "gives back a finding without a verdict",
    async () => ({ finding: { reason: "A", message: "" }, status: {}, again: { is: "never" } }),
  ],
  [
    "gives back a sentence for a reason",
    async () => ({
      finding: { verdict: "ready", reason: "all is well", message: "" },
      status: {},
      again: { is: "never" },
    }),
  ],
  [
    "gives back a wait that is no number",
    async () => ({
      finding: { verdict: "ready", reason: "A", message: "" },
      status: {},
      again: { is: "after", ms: Number.NaN },
    }),
  ],
  [
    "gives back a string for a status",
    async () => ({ finding: { verdict: "ready", reason: "A", message: "" }, status: "fine", again: { is: "never" } }),
  ],
] as const) {
  test(`a reconciler that ${about} is a counted error, shown to people, and the worker goes on`, async () => {
    let broken = true;
    const world = given({
      behave: (thing) => (broken ? (behave as () => never)() : Promise.resolve(seen(thing))),
      tempo: { workers: 1 },
    });
    world.thing("a");
    await world.runs();
    assert.equal(world.metric(/^controller_runtime_reconcile_panics_total\{.*\} (\d+)/m), 1);
    assert.equal(world.status("a").conditions?.[0]?.reason, "InternalError");
    const err = world.lines.find(({ level }) => level === "error")?.["err"];
    assert.match(String(err), /PanicError: the reconciler (threw synchronously|gave an outcome)/);
    broken = false;
    await world.clock.advance(1_000);
    assert.equal(world.status("a").conditions?.[0]?.reason, "Seen");
    await world.ends();
  });
}

test("a turn that takes too long is stopped, says so, and comes again later", async () => {
  let slow = true;
  const world = given({
    behave: async (thing, { signal }) => {
      if (slow) await world.clock.sleep(3_600_000, signal);
      return seen(thing);
    },
    tempo: { deadlineMs: 5_000 },
  });
  world.thing("a");
  await world.runs();
  await world.clock.advance(4_999);
  assert.equal(world.status("a")?.conditions, undefined);
  await world.clock.advance(1);
  const [condition] = world.status("a").conditions ?? [];
  assert.deepEqual(
    [condition?.reason, condition?.message],
    ["DeadlineExceeded", "the turn took longer than 5 s and was stopped; it is tried again"],
  );
  assert.equal(world.metric(/^controller_runtime_reconcile_timeouts_total\{.*\} (\d+)/m), 1);
  slow = false;
  await world.clock.advance(1_000);
  assert.equal(world.status("a").conditions?.[0]?.reason, "Seen");
  await world.ends();
});

test("each turn has its own deadline, and what it fails with then is not taken for the cause", async () => {
  const world = given({
    behave: async (_, { signal }) => {
      await world.clock.sleep(3_600_000, signal).catch(() => undefined);
      throw new ForgeError("unavailable", "the request was aborted");
    },
    tempo: { deadlineMs: 5_000 },
  });
  const reasonOf = (name: string) => world.status(name)?.conditions?.[0]?.reason;
  world.thing("a");
  await world.runs();
  await world.clock.advance(2_000);
  world.thing("b");
  await world.clock.advance(3_000);
  assert.deepEqual([reasonOf("a"), reasonOf("b")], ["DeadlineExceeded", undefined]);
  await world.clock.advance(2_000);
  assert.equal(reasonOf("b"), "DeadlineExceeded");
  await world.ends();
});

test("a turn that ignores its deadline keeps its key, and is found out", async () => {
  let turns = 0;
  const world = given({
    behave: async (thing) => {
      turns += 1;
      await world.clock.sleep(60_000);
      return seen(thing);
    },
    tempo: { deadlineMs: 5_000 },
  });
  world.thing("a");
  await world.runs();
  world.resize("a", 2);
  await world.clock.advance(30_000);
  assert.deepEqual([turns, world.controller.overdueMs()], [1, 25_000]);
  assert.equal(world.metric(/^workqueue_longest_running_processor_seconds\{.*\} (\d+)/m), 30);
  await world.ends();
});

test("failures back off, each object for itself, and an object that recovers starts over", async () => {
  const turns: Record<string, number[]> = { a: [], b: [] };
  const world = given({
    behave: async (thing) => {
      turns[thing.metadata.name]!.push(world.clock.monotonic());
      if (thing.metadata.name === "a" && thing.spec.size === 1) throw new ForgeError("unavailable", "no answer");
      return seen(thing);
    },
  });
  world.thing("a");
  world.thing("b");
  await world.runs();
  await world.clock.advance(20_000);
  const gaps = turns["a"]!.map((time, index, all) => time - (all[index - 1] ?? 0)).slice(1);
  // 750 ms, doubled each time, less a tenth here: `random` gives 0.5, and a fifth is left to chance.
  assert.deepEqual(gaps, [675, 1_350, 2_700, 5_400]);
  assert.equal(turns["b"]!.length, 1);
  world.resize("a", 2);
  await world.clock.advance(10);
  world.resize("a", 1);
  await world.clock.advance(800);
  assert.deepEqual(
    turns["a"]!.slice(-2).map((time) => time - 20_000),
    [10, 685],
  );
  await world.ends();
});

test("throttled work comes back when it was told to, and is no error", async () => {
  const times: number[] = [];
  const world = given({
    behave: async (thing) => {
      times.push(world.clock.monotonic());
      if (times.length < 3) throw new ForgeError("limited", "the forge asks for patience", { retryAfterMs: 40_000 });
      return seen(thing);
    },
  });
  world.thing("a");
  await world.runs();
  await world.clock.advance(100_000);
  assert.deepEqual(times, [0, 40_000, 80_000]);
  assert.equal(world.metric(/^controller_runtime_reconcile_errors_total\{.*\} (\d+)/m), 0);
  await world.ends();
});

test("every object is looked at once an hour, not all at once, and an idle fleet costs no writes", async () => {
  const turns = new Map<string, number>();
  const times = new Set<number>();
  const world = given({
    behave: async (thing) => {
      turns.set(thing.metadata.name, (turns.get(thing.metadata.name) ?? 0) + 1);
      times.add(world.clock.monotonic());
      return seen(thing);
    },
  });
  for (let index = 0; index < 300; index++) world.thing(`t${index}`);
  await world.runs();
  for (let hour = 1; hour <= 3; hour++) {
    await world.clock.advance(3_600_000);
    assert.equal(turns.size, 300);
    assert.deepEqual([...new Set(turns.values())], [1 + hour]);
  }
  assert.ok(times.size >= 100, `${times.size} moments`);
  assert.equal(world.statusWrites().length, 300);
  await world.ends();
});

test("a reconciler that wants to go on at once, and changes nothing, does not spin", async () => {
  let turns = 0;
  let again: Answer["again"] = { is: "now" };
  const world = given({
    behave: async (thing) => {
      turns += 1;
      return seen(thing, again);
    },
  });
  world.thing("a");
  await world.runs();
  await world.clock.advance(10_000);
  assert.ok(turns <= 12, `${turns} turns`);
  again = { is: "after", ms: 0 };
  turns = 0;
  await world.clock.advance(10_000);
  assert.ok(turns <= 101, `${turns} turns`);
  await world.ends();
});

test("spec, labels, our annotations and deletion wake an object; status and other annotations do not", async () => {
  let turns = 0;
  const world = given({
    behave: async (thing) => {
      turns += 1;
      return seen(thing);
    },
  });
  world.thing("a", 1, { finalizers: ["other.example/hold"] });
  await world.runs();
  const after = async (change: Parameters<typeof world.cluster.edit>[2]): Promise<number> => {
    const before = turns;
    world.cluster.edit(Thing.resource, at("a"), change);
    await world.clock.advance(1_500);
    return turns - before;
  };
  assert.equal(
    await after((object) => {
      object["spec"] = { size: 2 };
    }),
    1,
  );
  assert.equal(
    await after(({ metadata }) => {
      metadata["labels"] = { fleet: "sdk" };
    }),
    1,
  );
  assert.equal(
    await after(({ metadata }) => {
      metadata["annotations"] = { [requestedAt]: "1" };
    }),
    1,
  );
  assert.equal(
    await after(({ metadata }) => {
      metadata["annotations"] = { [requestedAt]: "1", "a.b/c": "2" };
    }),
    0,
  );
  assert.equal(
    await after((object) => {
      object["status"] = { note: "by hand" };
    }),
    0,
  );
  assert.equal(world.metric(/^controller_runtime_reconcile_total\{controller="thing",result="success"\} (\d+)/m), 4);
  world.cluster.delete(Thing.resource, at("a"));
  await world.clock.advance(10);
  assert.equal(world.metric(/^controller_runtime_reconcile_total\{controller="thing",result="success"\} (\d+)/m), 5);
  await world.ends();
});

const byLabel = (part: { metadata: { labels?: Record<string, string> | undefined } }) => {
  const name = part.metadata.labels?.["thing"];
  return name ? [at(name)] : [];
};

test("a watched object wakes those that it matters to, those that it mattered to before, and nobody at the start", async () => {
  const turns: string[] = [];
  const world = given({
    behave: async (thing) => {
      turns.push(thing.metadata.name);
      return seen(thing);
    },
    watches: [
      watch(
        Part,
        byLabel,
        (before, after) =>
          before.metadata.labels?.["thing"] !== after.metadata.labels?.["thing"] ||
          before.spec.size !== after.spec.size,
      ),
    ],
  });
  for (const name of ["a", "b", "c"]) world.thing(name);
  const part = (labels: object) => ({ metadata: { namespace: "fleet", name: "p", labels }, spec: { size: 1 } });
  world.cluster.create(Part.resource, part({ thing: "a" }));
  await world.runs();
  assert.deepEqual(turns.splice(0).sort(), ["a", "b", "c"]);
  assert.equal(world.metric(/^workqueue_adds_total\{.*\} (\d+)/m), 3);
  const edit = async (change: Parameters<typeof world.cluster.edit>[2]): Promise<string[]> => {
    world.cluster.edit(Part.resource, at("p"), change);
    await world.clock.advance(10);
    return turns.splice(0).sort();
  };
  assert.deepEqual(
    await edit(({ metadata }) => {
      metadata["labels"] = { thing: "b" };
    }),
    ["a", "b"],
  );
  assert.deepEqual(
    await edit((object) => {
      object["spec"] = { size: 2 };
    }),
    ["b"],
  );
  assert.deepEqual(
    await edit((object) => {
      object["status"] = { note: "x" };
    }),
    [],
  );
  world.cluster.delete(Part.resource, at("p"));
  await world.clock.advance(10);
  assert.deepEqual(turns.splice(0), ["b"]);
  world.cluster.create(Part.resource, part({ thing: "c" }));
  await world.clock.advance(10);
  assert.deepEqual(turns.splice(0), ["c"]);
  await world.ends();
});

test("a watch that throws loses nothing: all are looked at, and the failure is counted", async () => {
  const turns: string[] = [];
  const world = given({
    behave: async (thing) => {
      turns.push(thing.metadata.name);
      return seen(thing);
    },
    watches: [
      watch(Part, () => {
        throw new TypeError("cannot read properties of undefined");
      }),
    ],
  });
  world.thing("a");
  world.thing("b");
  await world.runs();
  turns.splice(0);
  world.cluster.create(Part.resource, { metadata: { namespace: "fleet", name: "p" }, spec: { size: 1 } });
  await world.clock.advance(10);
  assert.deepEqual(turns, ["a", "b"]);
  assert.equal(world.metric(/^controller_runtime_reconcile_panics_total\{.*\} (\d+)/m), 1);
  await world.ends();
});

test("a storm of conflicts is ridden out without a tight loop, and nothing is lost", async () => {
  const world = given();
  for (let index = 0; index < 50; index++) world.thing(`t${index}`);
  let requests = 0;
  world.cluster.fail = (verb, _, { name }) => {
    if (verb !== "apply") return undefined;
    requests += 1;
    return world.clock.monotonic() < 10_000 ? refusal(409, "Conflict", `${name} was changed`) : undefined;
  };
  await world.runs();
  await world.clock.advance(10_000);
  // Five attempts of at most three requests each in ten seconds: 750 ms, doubled.
  assert.ok(requests <= 50 * 5 * 3, `${requests} requests`);
  await world.clock.advance(20_000);
  assert.equal(world.statusWrites().length, 50);
  assert.equal(world.metric(/^controller_runtime_reconcile_errors_total\{.*\} (\d+)/m), 0);
  await world.ends();
});

test("a minute without the API server: what changed meanwhile is seen after it, and nothing spins", async () => {
  let turns = 0;
  const world = given({
    behave: async (thing) => {
      turns += 1;
      return seen(thing, { is: "after", ms: 10_000 });
    },
  });
  for (let index = 0; index < 20; index++) world.thing(`t${index}`, 1);
  await world.runs();
  world.cluster.outage = true;
  for (let index = 0; index < 20; index++) world.resize(`t${index}`, 2);
  world.thing("new", 3);
  await world.clock.advance(60_000);
  assert.ok(turns <= 20 * 8, `${turns} turns`);
  world.cluster.outage = false;
  await world.clock.advance(10_000);
  for (let index = 0; index < 20; index++) assert.equal(world.status(`t${index}`)["seen"], 2);
  assert.equal(world.status("new")["seen"], 3);
  await world.ends();
});

test("what cannot be written during an outage is written after it, with waits that grow", async () => {
  const world = given();
  for (let index = 0; index < 20; index++) world.thing(`t${index}`, 1);
  await world.runs();
  let attempts = 0;
  for (let index = 0; index < 20; index++) world.resize(`t${index}`, 2);
  world.cluster.fail = () => {
    if (world.clock.monotonic() > 60_000) return undefined;
    attempts += 1;
    return refusal(503, "ServiceUnavailable", "etcd is electing");
  };
  await world.clock.advance(60_000);
  // Each round costs two requests: the finding, and the failure to report it.
  assert.ok(attempts <= 20 * 8 * 2, `${attempts} requests`);
  await world.clock.advance(60_000);
  for (let index = 0; index < 20; index++) assert.equal(world.status(`t${index}`)["seen"], 2);
  await world.ends();
});

test("stopping in the middle of a turn: it may finish, nothing new begins, nothing is left behind", async () => {
  const log: string[] = [];
  const world = given({
    behave: async (thing, { signal }) => {
      log.push(`begin ${thing.metadata.name}`);
      await world.clock.sleep(1_000, signal);
      log.push(`end ${thing.metadata.name}`);
      return seen(thing);
    },
    tempo: { workers: 1 },
  });
  world.thing("a");
  world.thing("b");
  await world.runs();
  let closed = false;
  const closing = world.controller.close().then(() => {
    closed = true;
  });
  await world.clock.advance(999);
  assert.equal(closed, false);
  await world.clock.advance(1);
  await closing;
  assert.deepEqual(log, ["begin a", "end a"]);
  assert.equal(world.statusWrites().length, 1);
  await world.ends();
  assert.equal(world.clock.sleeping, 0);
});

test("when told to stop at once, a turn is aborted and writes no status", async () => {
  const reasons: unknown[] = [];
  const world = given({
    behave: async (thing, { signal }) => {
      await world.clock.sleep(1_000, signal).catch(() => reasons.push(signal.reason));
      throw new TypeError(`nobody wants ${thing.metadata.name} any more`);
    },
  });
  world.thing("a");
  await world.runs();
  await world.ends();
  assert.match(String(reasons[0]), /the test is over/);
  assert.deepEqual(
    world.lines.filter(({ level }) => level === "error"),
    [],
  );
  assert.equal(world.statusWrites().length, 0);
  assert.equal(world.clock.sleeping, 0);
});

test("each turn has a trace of its own, which everything below it can ask for", async () => {
  const traces: string[] = [];
  const world = given({
    behave: async (thing) => {
      await world.clock.sleep(1);
      const turn = currentTurn();
      assert.deepEqual([turn?.controller, turn?.namespace, turn?.name], ["thing", "fleet", thing.metadata.name]);
      traces.push(turn!.trace);
      return seen(thing) as Outcome<object>;
    },
  });
  world.thing("a");
  world.thing("b");
  await world.runs();
  await world.clock.advance(10);
  assert.equal(new Set(traces).size, 2);
  for (const trace of traces) assert.match(trace, /^[0-9a-f]{32}$/);
  await world.ends();
});

test("the metrics have the names that dashboards of controller-runtime ask for", async () => {
  const world = given();
  world.thing("a");
  await world.runs();
  const text = world.registry.text();
  for (const line of [
    'controller_runtime_reconcile_total{controller="thing",result="success"} 1',
    'controller_runtime_reconcile_errors_total{controller="thing"} 0',
    'controller_runtime_terminal_reconcile_errors_total{controller="thing"} 0',
    'controller_runtime_reconcile_panics_total{controller="thing"} 0',
    'controller_runtime_reconcile_timeouts_total{controller="thing"} 0',
    'controller_runtime_reconcile_time_seconds_count{controller="thing"} 1',
    'controller_runtime_max_concurrent_reconciles{controller="thing"} 4',
    'controller_runtime_active_workers{controller="thing"} 0',
    'workqueue_depth{controller="thing",name="thing",priority="0"} 0',
    'workqueue_adds_total{controller="thing",name="thing"} 1',
    'workqueue_queue_duration_seconds_count{controller="thing",name="thing"} 1',
    'workqueue_work_duration_seconds_count{controller="thing",name="thing"} 1',
    'workqueue_unfinished_work_seconds{controller="thing",name="thing"} 0',
    'workqueue_longest_running_processor_seconds{controller="thing",name="thing"} 0',
    'workqueue_retries_total{controller="thing",name="thing"} 0',
    'millrace_objects{controller="thing",ready="True",reason="Seen"} 1',
  ]) {
    assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
  }
  await world.ends();
});
