import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../src/controller/client.ts";
import { OwnWrites } from "../../src/controller/own-writes.ts";
import { FakeClock } from "../support/clock.ts";

const object = (resourceVersion: string, uid = "u1"): KubeObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name: "a", uid, resourceVersion, creationTimestamp: "2026-01-01T00:00:00Z" },
});

for (const [about, wrote, cached, want] of [
  ["the cache shows what was there before", object("101"), object("100"), true],
  ["versions grow by a digit", object("100"), object("99"), true],
  ["the cache is ahead by a digit", object("99"), object("100"), false],
  ["versions are longer than a number can be", object("9007199254740993"), object("9007199254740992"), true],
  ["the cache shows our write", object("100"), object("100"), false],
  ["the cache shows more than our write", object("100"), object("150"), false],
  ["the object is gone", object("100"), undefined, false],
  ["a namesake has taken its place", object("100", "u1"), object("50", "u2"), false],
  ["versions are no numbers", object("b"), object("a"), false],
] as const) {
  test(`the cache is ${want ? "" : "not "}behind when ${about}`, () => {
    const writes = new OwnWrites(new FakeClock());
    writes.wrote("a", wrote);
    assert.equal(writes.behind("a", cached), want);
  });
}

test("what the cache has shown once is forgotten, and an object never written is never behind", () => {
  const writes = new OwnWrites(new FakeClock());
  assert.equal(writes.behind("a", object("1")), false);
  writes.wrote("a", object("100"));
  assert.equal(writes.behind("a", object("100")), false);
  assert.equal(writes.behind("a", object("99")), false);
});

test("after five minutes the cache is believed: the server may have been restored from a backup", async () => {
  const clock = new FakeClock();
  const writes = new OwnWrites(clock);
  writes.wrote("a", object("100"));
  await clock.advance(5 * 60_000 - 1);
  assert.equal(writes.behind("a", object("7")), true);
  await clock.advance(1);
  assert.equal(writes.behind("a", object("7")), false);
});
