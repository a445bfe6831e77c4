import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../../../src/embedded/apiserver/store/entry.ts";
import { Store } from "../../../src/embedded/apiserver/store/store.ts";
import { TestClock } from "./harness.ts";

const limits = { changes: 4, ageMs: 1e6 };
const thing = (name: string) => ({ apiVersion: "v1", kind: "Thing", metadata: { name } });

test("what is written while the disk is busy is committed in one group", async () => {
  const groups: number[] = [];
  let release: () => void = () => undefined;
  const journal = {
    append: async (changes: readonly Change[]) => {
      groups.push(changes.length);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    },
    close: async () => undefined,
  };
  const store = new Store({ clock: new TestClock(), journal, limits, restored: { revision: 1, entries: [] } });
  const shown: string[] = [];
  store.subscribe((changes) => shown.push(changes.map((change) => change.entry.name).join("")));
  store.put("things", thing("a"));
  const first = store.settled();
  while (groups.length === 0) await new Promise(setImmediate);
  for (const name of ["b", "c", "d"]) store.put("things", thing(name));
  const second = store.settled();
  assert.deepEqual(shown, [], "nothing is shown before it is durable");
  release();
  await first;
  assert.deepEqual([shown, store.durable], [["a"], 2]);
  while (groups.length === 1) await new Promise(setImmediate);
  release();
  await second;
  assert.deepEqual([groups, shown, store.durable], [[1, 3], ["a", "bcd"], 5]);
});

test("a store whose disk fails takes nothing more, and says why", async () => {
  const journal = { append: () => Promise.reject(new Error("no space left on device")), close: async () => undefined };
  const store = new Store({ clock: new TestClock(), journal, limits, restored: { revision: 1, entries: [] } });
  store.put("things", thing("a"));
  await assert.rejects(store.settled(), /the store stopped: no space left on device/);
  assert.throws(() => store.put("things", thing("b")), /the store stopped/);
  await assert.rejects(store.settled(), /the store stopped/);
  await store.close();
});

test("a history forgets its oldest changes, and knows that it did", async () => {
  const store = new Store({
    clock: new TestClock(),
    journal: undefined,
    limits,
    restored: { revision: 1, entries: [] },
  });
  for (let at = 0; at < 20; at += 1) store.put("things", thing(`t${at}`));
  await store.settled();
  assert.equal(store.since("things", 1), undefined);
  assert.deepEqual(store.since("things", store.revision), []);
  assert.deepEqual(
    store.since("things", store.revision - 3)?.map((change) => change.entry.name),
    ["t17", "t18", "t19"],
  );
  assert.ok(store.oldest("things") >= 8);
});
