import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, type HostileServer } from "../support/hostile-server.ts";
import { bench, type RunningInformer } from "../support/runtime.ts";

/** Whether the cache shows exactly what the server has, version by version. */
function inStep(server: HostileServer, { informer }: RunningInformer): boolean {
  const versions = (objects: readonly { metadata: { name: string; resourceVersion: string } }[]): string =>
    objects
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
      .sort()
      .join();
  return versions(informer.list()) === versions(server.store.all);
}

/** Lets fake time pass in small steps, and real sockets react in between. */
async function pass(clock: { advance(ms: number): Promise<void> }, ms: number): Promise<void> {
  const stepMs = 250;
  for (let passed = 0; passed < ms; passed += stepMs) {
    await clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

test("a connection that breaks in the middle of a list costs one more list, and nothing is lost", async () => {
  const { server, clock, informer: run } = await bench();
  for (let i = 0; i < 700; i++) server.store.put(`w-${i}`);
  server.fault("list", { do: "wait", until: Promise.resolve() }, { do: "cut" });
  const running = run();
  await eventually(() => server.count("list") === 2 && clock.sleeping === 1, "a broken list");
  assert.equal(running.informer.hasSynced(), false);
  server.store.remove("w-0");
  await clock.advance(2_000);
  await running.informer.synced;
  assert.ok(inStep(server, running));
  assert.equal(server.count("list"), 4);
  assert.equal(running.heard.at(-1), "delete w-0 tombstone");
});

test("a watch that is reset goes on from where it was, without a list", async () => {
  const { server, clock, informer: run } = await bench();
  server.store.put("a");
  const running = run();
  await eventually(() => server.watching === 1, "a watch");
  server.endWatches("reset");
  server.store.put("missed");
  await eventually(() => server.watching === 0, "no watch");
  await pass(clock, 2_000);
  await eventually(() => inStep(server, running), "the missed change");
  assert.deepEqual(running.heard, ["add a initial", "add missed"]);
  assert.equal(server.count("list"), 1);
  assert.equal(server.count("watch"), 2);
});

test("a watch that breaks in the middle of an event tells the event whole, and once", async () => {
  const { server, clock, informer: run } = await bench();
  server.store.put("a");
  server.fault("watch", { do: "cut" });
  const running = run();
  await running.informer.synced;
  server.store.put("a");
  await pass(clock, 2_000);
  await eventually(() => inStep(server, running), "the change");
  assert.deepEqual(running.heard, ["add a initial", "update a"]);
});

test("a watch that ends in time is taken up at once, however often", async () => {
  const { server, clock, informer: run } = await bench();
  const running = run();
  await running.informer.synced;
  for (let round = 1; round <= 5; round++) {
    await eventually(() => server.watching === 1, "a watch");
    await clock.advance(60_000);
    server.endWatches("politely");
    await eventually(() => server.count("watch") === round + 1, "the next watch, with no wait");
  }
  assert.equal(server.count("list"), 1);
});

test("a server that ends every watch at once is not asked again and again", async () => {
  const { server, clock, informer: run } = await bench();
  server.fault("watch", ...Array.from({ length: 100 }, () => ({ do: "end" }) as const));
  const running = run();
  await running.informer.synced;
  await pass(clock, 60_000);
  assert.ok(server.count("watch") <= 8, `${server.count("watch")} watches in a minute`);
});

for (const goneBy of ["http", "event"] as const) {
  test(`a version that is forgotten, said by ${goneBy}, leads to a list, and its differences are told`, async () => {
    const { server, clock, informer: run } = await bench();
    server.goneBy = goneBy;
    for (const name of ["a", "b", "c"]) server.store.put(name);
    const running = run();
    await eventually(() => server.watching === 1, "a watch");
    server.deafenWatches();
    server.store.put("a", { spec: 2 });
    server.store.remove("b");
    server.store.put("d");
    server.store.remove("c");
    server.store.put("c");
    server.store.compact();
    running.heard.length = 0;
    // The deaf watch is given up first; only then it is known that its place is forgotten.
    await clock.advance(500_000);
    await pass(clock, 3_000);
    await eventually(() => inStep(server, running), "a second list");
    // The new c is another object than the old one, and is told as such.
    assert.deepEqual(running.heard, ["update a", "delete c tombstone", "add c", "add d", "delete b tombstone"]);
    assert.equal(server.count("list"), 2);
  });
}

test("a server that forgets faster than anybody can watch is not asked again and again", async () => {
  const { server, clock, informer: run } = await bench();
  server.fault("watch", ...Array.from({ length: 100 }, () => ({ do: "refuse", code: 410 }) as const));
  const running = run();
  await running.informer.synced;
  await pass(clock, 60_000);
  assert.ok(server.count("list") <= 9, `${server.count("list")} lists in a minute`);
});

test("pages that expire while they are read are followed by a list in one piece", async () => {
  const { server, clock, informer: run } = await bench();
  for (let i = 0; i < 700; i++) server.store.put(`w-${i}`);
  server.fault("list", { do: "wait", until: Promise.resolve() }, { do: "refuse", code: 410 });
  const running = run();
  await eventually(() => running.informer.hasSynced(), "a list");
  assert.equal(running.informer.list().length, 700);
  assert.equal(
    server.seen
      .filter(({ verb }) => verb === "list")
      .at(-1)
      ?.query.get("limit"),
    null,
  );
  assert.equal(clock.monotonic(), 0);
});

for (const [name, code] of [
  ["429", 429],
  ["503", 503],
] as const) {
  test(`a ${name} with Retry-After is waited out`, async () => {
    const { server, clock, informer: run } = await bench();
    server.fault("list", { do: "refuse", code, headers: { "retry-after": "20" } });
    const running = run();
    await eventually(() => clock.sleeping === 1, "a wait");
    await clock.advance(19_900);
    assert.equal(server.count("list"), 1);
    await clock.advance(200);
    await running.informer.synced;
    assert.equal(server.count("list"), 2);
  });
}

test("a slow list is waited for, and what happens meanwhile is seen", async () => {
  const { server, informer: run } = await bench();
  let go = (): void => undefined;
  server.fault("list", { do: "wait", until: new Promise((resolve) => (go = resolve)) });
  const running = run();
  await eventually(() => server.count("list") === 1, "a list");
  server.store.put("a");
  go();
  await running.informer.synced;
  assert.ok(inStep(server, running));
});

test("bookmarks move a quiet watch forward, so that it resumes where history is still known", async () => {
  const { server, clock, informer: run } = await bench();
  server.store.put("a");
  const running = run();
  await eventually(() => server.watching === 1, "a watch");
  server.store.compact();
  await clock.advance(60_000);
  server.bookmark();
  await eventually(() => running.informer.lastSeen() === 0, "the bookmark");
  server.endWatches("reset");
  await eventually(() => server.watching === 0, "no watch");
  await pass(clock, 2_000);
  await eventually(() => server.watching === 1, "a watch");
  assert.equal(server.count("list"), 1);
  assert.equal(server.seen.at(-1)?.query.get("resourceVersion"), server.store.version);
  assert.equal(server.seen.at(-1)?.query.get("allowWatchBookmarks"), "true");
});

test("one dropped bookmark is no reason to reconnect, silence after bookmarks is", async () => {
  const { server, clock, informer: run } = await bench();
  const running = run();
  await eventually(() => server.watching === 1, "a watch");
  await clock.advance(60_000);
  server.bookmark();
  await eventually(() => running.informer.lastSeen() === 0, "a bookmark");
  await clock.advance(120_000);
  assert.equal(server.count("watch"), 1);
  server.bookmark();
  await eventually(() => running.informer.lastSeen() === 0, "the next bookmark");
  await clock.advance(149_000);
  assert.equal(server.count("watch"), 1);
  // A half-open socket: nothing arrives, and nothing ends.
  server.deafenWatches();
  server.store.put("unseen");
  await pass(clock, 5_000);
  await eventually(() => inStep(server, running), "what the dead connection did not say");
  assert.equal(server.count("watch"), 2);
});

test("a watch that never says anything is given up half a minute after its time", async () => {
  const { server, clock, informer: run } = await bench();
  server.fault("watch", { do: "hang" });
  const running = run();
  await eventually(() => server.count("watch") === 1, "a watch");
  const timeoutMs = Number(server.seen.at(-1)?.query.get("timeoutSeconds")) * 1_000;
  assert.ok(timeoutMs >= 300_000 && timeoutMs <= 600_000);
  server.store.put("unseen");
  await clock.advance(timeoutMs + 29_000);
  assert.equal(server.count("watch"), 1);
  await pass(clock, 4_000);
  await eventually(() => inStep(server, running), "what the dead connection did not say");
  assert.equal(server.count("watch"), 2);
});

for (const [what, text] of [
  ["no JSON", '{"type":"ADDED","object":{"metad\n'],
  ["an event of an unknown type", '{"type":"EXPLODED","object":{"metadata":{"resourceVersion":"1"}}}\n'],
  ["an object without a version", '{"type":"ADDED","object":{}}\n'],
] as const) {
  test(`a line that is ${what} is not passed over: the watch begins again there, then a list`, async () => {
    const { server, clock, log, informer: run } = await bench();
    server.store.put("a");
    server.fault("watch", { do: "say", text }, { do: "say", text });
    const running = run();
    await running.informer.synced;
    await eventually(() => clock.sleeping === 1 && log.lines.length === 1, "a wait");
    server.store.put("b");
    await pass(clock, 10_000);
    await eventually(() => inStep(server, running), "the change");
    assert.equal(server.count("list"), 2);
    assert.equal(log.lines[0]?.fields["next"], "watch");
    assert.equal(log.lines[1]?.fields["next"], "list");
  });
}

test("an outage of a minute costs a handful of requests, loses nothing, and ends within half a minute", async () => {
  const { server, clock, log, informer: run } = await bench();
  for (const name of ["a", "b", "c"]) server.store.put(name);
  const running = run();
  await eventually(() => server.watching === 1, "a watch");
  const connectionsBefore = server.accepted;
  server.down = true;
  await pass(clock, 30_000);
  server.store.put("a", { spec: "changed" });
  server.store.remove("b");
  server.store.put("d");
  await pass(clock, 30_000);
  assert.ok(server.accepted - connectionsBefore <= 8, `${server.accepted - connectionsBefore} connections in a minute`);
  assert.ok(log.lines.length <= 8);
  server.down = false;
  await pass(clock, 30_000);
  await eventually(() => inStep(server, running), "what happened meanwhile");
  assert.deepEqual(running.heard.slice(3), ["update a", "delete b", "add d"]);
  assert.equal(server.count("list"), 1);
});

test("with resets at random places nothing is lost, and nothing is told twice", async () => {
  const { server, clock, informer: run } = await bench();
  const running = run();
  const last = new Map<string, string>();
  running.informer.on({
    add: ({ metadata }) => last.set(metadata.name, metadata.resourceVersion),
    update: (before, { metadata }) => {
      assert.equal(last.get(metadata.name), before.metadata.resourceVersion);
      assert.ok(Number(metadata.resourceVersion) > Number(before.metadata.resourceVersion));
      last.set(metadata.name, metadata.resourceVersion);
    },
    delete: ({ metadata }) => {
      assert.ok(last.delete(metadata.name));
    },
  });
  await running.informer.synced;
  let seed = 7;
  const random = (n: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % n;
  };
  for (let round = 0; round < 300; round++) {
    const name = `w-${random(10)}`;
    if (random(4) === 0 && server.store.names.includes(name)) server.store.remove(name);
    else server.store.put(name, { spec: "x".repeat(random(4_000)) });
    if (random(20) === 0) server.endWatches(random(2) === 0 ? "reset" : "politely");
    if (random(30) === 0) server.store.compact();
    if (random(25) === 0) server.fault("watch", { do: "cut" });
    if (random(3) === 0) await pass(clock, 250);
  }
  for (let waited = 0; waited < 200 && !inStep(server, running); waited++) await pass(clock, 1_000);
  assert.ok(inStep(server, running));
  assert.deepEqual([...last.keys()].sort(), server.store.names);
});
