import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { defineTable, Store } from "../../../src/embedded/forge/store/store.ts";

const tables = ["a", "b"].map((name) => defineTable<number>(name));
const scopes = ["", "7"];
let folder: string;
let number = 0;
const freshFolder = (): string => {
  number += 1;
  return join(folder, String(number));
};

before(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-store-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const step = fc.record({
  table: fc.nat(1),
  scope: fc.constantFrom(...scopes),
  key: fc.nat(4),
  value: fc.option(fc.integer(), { nil: undefined }),
});
const command = fc.oneof(
  fc.record({ is: fc.constant("change" as const), steps: fc.array(step, { maxLength: 5 }), fails: fc.boolean() }),
  fc.record({ is: fc.constant("reopen" as const), torn: fc.constantFrom("", "[", '[["a","","0",1]]') }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Model = readonly Map<string, Map<string, number>>[];

function apply(store: Store, steps: readonly Step[], fails: boolean): void {
  store.transact((transaction) => {
    for (const { table, scope, key, value } of steps) {
      if (value === undefined) transaction.delete(tables[table]!, scope, key);
      else transaction.put(tables[table]!, scope, key, value);
    }
    if (fails) throw new Error("changed my mind");
  });
}

function remember(model: Model, steps: readonly Step[]): void {
  for (const { table, scope, key, value } of steps) {
    const rows = model[table]!.get(scope)!;
    if (value === undefined) rows.delete(String(key));
    else rows.set(String(key), value);
  }
}

function reopen(store: Store, own: string, torn: string): Store {
  store.close();
  const [name = ""] = readdirSync(own);
  appendFileSync(join(own, name), torn);
  return new Store(own);
}

test("whatever fails or dies in between, a store is what its finished transactions say", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
      const own = freshFolder();
      const model: Model = tables.map(() => new Map(scopes.map((scope) => [scope, new Map<string, number>()])));
      let store = new Store(own);
      for (const each of commands) {
        if (each.is === "reopen") store = reopen(store, own, each.torn);
        else if (each.fails) assert.throws(() => apply(store, each.steps, true), /changed my mind/);
        else {
          apply(store, each.steps, false);
          remember(model, each.steps);
        }
        const found = tables.map((table) => new Map(scopes.map((scope) => [scope, new Map(store.all(table, scope))])));
        assert.deepEqual(found, model);
      }
      store.close();
    }),
    { numRuns: 60 },
  );
});

test("a counter never gives a number twice, not even after a transaction that failed", () => {
  const own = freshFolder();
  const first = new Store(own);
  assert.equal(
    first.transact((transaction) => transaction.next("id")),
    1,
  );
  assert.throws(() =>
    first.transact((transaction) => {
      transaction.next("id");
      throw new Error("no");
    }),
  );
  first.close();
  const second = new Store(own);
  assert.equal(
    second.transact((transaction) => transaction.next("id")),
    2,
  );
  second.close();
});

test("effects run after the change is on disk, and not at all when it fails", () => {
  const store = new Store(freshFolder());
  const seen: unknown[] = [];
  store.transact((transaction) => {
    transaction.after(() => seen.push(store.get(tables[0]!, "", "k")));
    transaction.put(tables[0]!, "", "k", 1);
  });
  assert.throws(() =>
    store.transact((transaction) => {
      transaction.after(() => seen.push("never"));
      throw new Error("no");
    }),
  );
  assert.deepEqual(seen, [1]);
  assert.throws(() => store.transact(() => store.transact(() => 1)), /open already/);
  store.close();
});

test("a journal of old versions is rewritten as what is alive, in the same order", () => {
  const own = freshFolder();
  const text = defineTable<string>("text");
  const first = new Store(own);
  for (let version = 0; version < 400; version += 1) {
    first.transact((transaction) => transaction.put(text, "", version % 3, `${version} ${"x".repeat(5000)}`));
  }
  const before = [...first.all(text, "")];
  first.close();
  const size = (): number => readdirSync(own).reduce((sum, name) => sum + statSync(join(own, name)).size, 0);
  assert.ok(size() > 1_900_000);
  const second = new Store(own);
  assert.ok(size() < 20_000, `${size()} bytes`);
  second.transact((transaction) => transaction.put(text, "", 9, "after"));
  second.close();
  const third = new Store(own);
  assert.deepEqual([...third.all(text, "")], [...before, ["9", "after"]]);
  assert.equal(readdirSync(own).length, 1);
  third.close();
});
