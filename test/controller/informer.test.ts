import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/hostile-server.ts";
import { bench } from "../support/runtime.ts";

const names = (objects: readonly { metadata: { name: string } }[]): string[] =>
  objects.map(({ metadata }) => metadata.name).sort();

test("an informer holds what is there, then follows what changes", async () => {
  const { server, informer: run } = await bench();
  server.store.put("a");
  server.store.put("b");
  const { informer, heard } = run();
  assert.equal(informer.hasSynced(), false);
  await informer.synced;
  assert.equal(informer.hasSynced(), true);
  assert.deepEqual(heard, ["add a initial", "add b initial"]);

  await eventually(() => server.watching === 1, "a watch");
  server.store.put("a", { spec: { size: 2 } });
  server.store.put("c");
  server.store.remove("b");
  await eventually(() => heard.length === 5, "three events");
  assert.deepEqual(heard.slice(2), ["update a", "add c", "delete b"]);
  assert.deepEqual(names(informer.list("default")), ["a", "c"]);
  assert.deepEqual(informer.get("default", "a")?.["spec"], { size: 2 });
  assert.deepEqual(informer.list("elsewhere"), []);
});

test("a list comes in pages, and each page is asked for once", async () => {
  const { server, informer: run } = await bench();
  for (let i = 0; i < 1_250; i++) server.store.put(`w-${String(i).padStart(4, "0")}`);
  const { informer } = run();
  await informer.synced;
  assert.equal(informer.list().length, 1_250);
  assert.equal(server.count("list"), 3);
  assert.deepEqual(
    server.seen.filter(({ verb }) => verb === "list").map(({ query }) => query.get("limit")),
    ["500", "500", "500"],
  );
});

test("neither field managers nor kubectl's copy stay in memory", async () => {
  const { server, informer: run } = await bench();
  const annotations = { keep: "yes", "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  server.store.put("a", { metadata: { annotations, labels: { l: "1" } } });
  const { informer } = run();
  await informer.synced;
  const { metadata } = informer.get("default", "a")!;
  assert.ok(!("managedFields" in metadata));
  assert.deepEqual(metadata.annotations, { keep: "yes" });
  assert.deepEqual(metadata.labels, { l: "1" });
});

test("a handler that comes late hears of what is there", async () => {
  const { server, informer: run } = await bench();
  server.store.put("a");
  const { informer } = run();
  await informer.synced;
  const heard: unknown[] = [];
  informer.on({ add: ({ metadata }, { initial }) => heard.push([metadata.name, initial]) });
  assert.deepEqual(heard, [["a", true]]);
});

test("a handler that throws, at once or later, is logged, and the others hear of everything", async () => {
  const { server, log, informer: run } = await bench();
  server.store.put("a");
  const { informer, heard } = run();
  const late: string[] = [];
  informer.on({
    add: () => {
      throw new Error("at once");
    },
    update: (async () => {
      throw new Error("later");
    }) as () => void,
  });
  informer.on({ update: (_, { metadata }) => late.push(metadata.name) });
  await informer.synced;
  await eventually(() => server.watching === 1, "a watch");
  server.store.put("a");
  server.store.put("b");
  server.store.put("a");
  await eventually(() => late.length === 2 && heard.length === 4, "two updates");
  assert.deepEqual(heard, ["add a initial", "update a", "add b", "update a"]);
  const errors = log.lines.filter(({ level }) => level === "error").map(({ fields }) => String(fields["err"]));
  assert.deepEqual(errors.sort(), ["Error: at once", "Error: at once", "Error: later", "Error: later"]);
});

test("an index finds by any value, and follows changes", async () => {
  const { server, informer: run } = await bench();
  server.store.put("a", { spec: { colors: ["red", "blue"] } });
  const { informer, heard } = run();
  informer.addIndex("color", (object) => (object["spec"] as { colors?: string[] } | undefined)?.colors ?? []);
  assert.throws(() => informer.addIndex("color", () => []), /already/);
  await informer.synced;
  server.store.put("b", { spec: { colors: ["red"] } });
  server.store.put("a", { spec: { colors: ["green"] } });
  await eventually(() => heard.length === 3, "two changes");
  assert.deepEqual(names(informer.byIndex("color", "red")), ["b"]);
  assert.deepEqual(names(informer.byIndex("color", "green")), ["a"]);
  assert.deepEqual(names(informer.byIndex("color", "blue")), []);
  assert.throws(() => informer.byIndex("shape", "round"), /no index shape; there are: color/);
  server.store.remove("b");
  await eventually(() => heard.length === 4, "a deletion");
  assert.deepEqual(names(informer.byIndex("color", "red")), []);
});

test("an index that throws keeps no object out", async () => {
  const { server, log, informer: run } = await bench();
  server.store.put("a", { spec: { color: "red" } });
  server.store.put("b");
  const { informer } = run();
  informer.addIndex("color", (object) => [(object["spec"] as { color: string }).color]);
  await informer.synced;
  assert.deepEqual(names(informer.list()), ["a", "b"]);
  assert.deepEqual(names(informer.byIndex("color", "red")), ["a"]);
  assert.equal(log.lines.length, 1);
});

test("a transform makes objects smaller, and one that fails loses nothing", async () => {
  const { server, log, informer: run } = await bench();
  server.store.put("a", { spec: { big: "x", small: "y" } });
  server.store.put("b", { spec: { bad: true } });
  const { informer } = run({
    transform: (object) => {
      const { bad, small } = object["spec"] as Record<string, unknown>;
      if (bad) throw new Error("cannot transform");
      return { ...object, spec: { small } };
    },
  });
  await informer.synced;
  assert.deepEqual(informer.get("default", "a")?.["spec"], { small: "y" });
  assert.deepEqual(informer.get("default", "b")?.["spec"], { bad: true });
  assert.equal(log.lines.length, 1);
});

test("an informer starts once", async () => {
  const { informer: run } = await bench();
  const { informer } = run();
  await assert.rejects(informer.start(new AbortController().signal), /started before/);
});

test("a stopped informer leaves neither a timer nor a request behind", async () => {
  const { server, clock, informer: run } = await bench();
  server.store.put("a");
  const { informer, stop } = run();
  await informer.synced;
  await eventually(() => server.watching === 1, "a watch");
  assert.equal(clock.sleeping, 1);
  await stop();
  await eventually(() => server.watching === 0 && clock.sleeping === 0, "nothing left");
});
