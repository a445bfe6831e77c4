import assert from "node:assert/strict";
import { test } from "node:test";
import { cachedParts, partKey, runNameOf, segmentOf } from "../../../src/reconcilers/ledger/part.ts";
import { keepRecord, type Telling } from "../../../src/reconcilers/ledger/record.ts";
import { RunRecord } from "../../../src/schema/run-record.ts";
import { type Entry, type Happening, verify } from "../../../src/sequencer/ledger.ts";
import { MemoryCluster, View } from "../../support/memory-cluster.ts";
import { silent } from "../../support/memory-host.ts";
import { MemoryRecords } from "../../support/memory-records.ts";
import { mulberry32 } from "../../support/random.ts";

const run = { namespace: "fleet", run: "autumn-1a2b", about: "ReleasePlan/autumn" };
const turn = { signal: new AbortController().signal, log: silent };
const happening = (subject: string, after: string): Happening => ({
  at: "2026-11-21T10:00:00Z",
  kind: "NodeEntered",
  subject,
  actor: "millrace",
  reason: `${subject} is ${after}`,
  after,
});

/** What a reconciler tells: where each node stands, wherever the record says otherwise. */
const standing =
  (nodes: ReadonlyMap<string, string>): Telling["happenings"] =>
  (told) => {
    const last = new Map(told.map((entry) => [entry.subject, entry.after]));
    return [...nodes]
      .filter(([name, phase]) => last.get(name) !== phase)
      .map(([name, phase]) => happening(name, phase));
  };
const all = (nodes: Readonly<Record<string, string>>, close = false): Telling => ({
  happenings: standing(new Map(Object.entries(nodes))),
  close,
});

function kept() {
  const cluster = new MemoryCluster();
  const records = new MemoryRecords(cluster);
  const lookup = new View(cluster);
  const told = async (): Promise<readonly Entry[]> =>
    (await records.read(run.namespace, run.run, turn.signal)).flatMap(({ entries }) => entries);
  return {
    cluster,
    records,
    lookup,
    told,
    keep: (telling: Telling) => keepRecord({ records, lookup }, run, telling, turn),
  };
}

test("what is new is added, and what is told is not told again", async () => {
  const { cluster, lookup, told, keep } = kept();
  assert.equal(await keep(all({ a: "Ready" })), "kept");
  assert.equal(await keep(all({ a: "Bumping", b: "Ready" })), "kept");
  const { objects } = cluster.writes;
  assert.equal(await keep(all({ a: "Bumping", b: "Ready" })), "kept");
  lookup.refresh();
  assert.equal(await keep(all({ a: "Bumping", b: "Ready" })), "kept");
  assert.equal(cluster.writes.objects, objects);
  assert.deepEqual(
    (await told()).map(({ seq, subject, after }) => `${seq} ${subject} ${after}`),
    ["1 a Ready", "2 a Bumping", "3 b Ready"],
  );
});

test("where the cache shows that all is told, nobody is asked", async () => {
  const { records, lookup, keep } = kept();
  await keep(all({ a: "Ready" }));
  lookup.refresh();
  records.fail = () => new Error("nobody should ask");
  assert.equal(await keep(all({ a: "Ready" })), "kept");
});

test("a cluster that does not take the record keeps nobody waiting, and what was lost is told later", async () => {
  const { records, told, keep } = kept();
  records.fail = () => new Error("no room");
  assert.equal(await keep(all({ a: "Ready" })), "behind");
  assert.equal(await keep(all({ a: "Succeeded" }, true)), "behind");
  records.fail = () => undefined;
  assert.equal(await keep(all({ a: "Succeeded" }, true)), "kept");
  assert.deepEqual(
    (await told()).map(({ after }) => after),
    ["Succeeded"],
  );
});

test("a record that is closed stays as it is", async () => {
  const { cluster, lookup, told, keep } = kept();
  await keep(all({ a: "Succeeded" }));
  await keep(all({ a: "Succeeded" }, true));
  lookup.refresh();
  assert.equal(await keep(all({ a: "Failed", b: "Ready" }, true)), "kept");
  assert.equal((await told()).length, 1);
  const part = segmentOf(RunRecord.object.parse(cluster.get(RunRecord, `${run.run}-0`)));
  assert.equal(part.isClosed, true);
});

test("an aborted turn is the only thing that it throws", async () => {
  const { records, lookup } = kept();
  const stop = new AbortController();
  stop.abort(new Error("shut down"));
  const told = keepRecord({ records, lookup }, run, all({ a: "Ready" }), { signal: stop.signal, log: silent });
  await assert.rejects(told, /shut down/);
});

test("what is too long for a record is cut, and stays whole text", async () => {
  const { told, keep } = kept();
  const long = {
    ...happening("a", "x"),
    subject: "s".repeat(400),
    reason: `${"r".repeat(1_022)}🌾🌾`,
    before: "b".repeat(300),
  };
  assert.equal(await keep({ happenings: () => [long], close: true }), "kept");
  const [entry] = await told();
  assert.deepEqual([entry!.subject.length, entry!.before!.length], [320, 253]);
  assert.equal(entry!.reason, `${"r".repeat(1_022)}…`);
});

test("a run of an object is called the same again, and another run otherwise", () => {
  const autumn = { name: "autumn", uid: "1" };
  assert.equal(runNameOf(autumn), runNameOf(autumn));
  assert.notEqual(runNameOf(autumn), runNameOf(autumn, "again"));
  assert.notEqual(runNameOf(autumn), runNameOf({ ...autumn, uid: "2" }));
  assert.ok(partKey("fleet", runNameOf({ name: "x".repeat(253), uid: "1" }), 12_345).name.length <= 253);
});

test("two that write with stale caches, and a cluster that fails in between, make one record that verifies", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = mulberry32(seed);
    const cluster = new MemoryCluster();
    const [records, sound] = [new MemoryRecords(cluster), new MemoryRecords(cluster)];
    records.fail = () => (random() < 0.2 ? new Error("broken") : undefined);
    const views = [new View(cluster), new View(cluster)];
    const nodes = new Map<string, string>();
    for (let step = 0; step < 400; step++) {
      nodes.set(`node-${Math.floor(random() * 30)}`, `${step}${"x".repeat(Math.floor(random() * 240))}`);
      const lookup = views[random() < 0.9 ? 0 : 1]!;
      if (random() < 0.5) lookup.refresh();
      await keepRecord({ records, lookup }, run, { happenings: standing(nodes), close: false }, turn);
    }
    await keepRecord({ records: sound, lookup: views[0]! }, run, { happenings: standing(nodes), close: true }, turn);
    views[0]!.refresh();
    const parts = cachedParts(views[0]!, run.namespace, run.run);
    const entries = parts.flatMap((part) => part.entries);
    assert.deepEqual(verify(run.run, parts), { is: "intact", entries: entries.length, head: entries.at(-1)!.hash });
    assert.ok(parts.length >= 3 && parts.at(-1)!.isClosed, `seed ${seed}`);
    assert.deepEqual(new Map(entries.map(({ subject, after }) => [subject, after!])), nodes, `seed ${seed}`);
    const texts = entries.map(({ subject, after }) => `${subject} ${after}`);
    assert.equal(new Set(texts).size, texts.length, `seed ${seed}: nothing is told twice`);
  }
});
