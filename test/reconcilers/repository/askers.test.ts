import assert from "node:assert/strict";
import { test } from "node:test";
import { Askers } from "../../../src/reconcilers/repository/askers.ts";

test("who asks for a name is known until they ask for others", () => {
  const askers = new Askers();
  askers.set("a", ["x", "y", "x"]);
  askers.set("b", ["x"]);
  assert.deepEqual(askers.of(["x"]), ["a", "b"]);
  assert.deepEqual(askers.of(["y", "x", "z"]), ["a", "b"]);
  assert.deepEqual(askers.keysOf("a"), ["x", "y"]);

  askers.set("a", ["y"]);
  assert.deepEqual(askers.of(["x"]), ["b"]);
  askers.set("b", []);
  assert.deepEqual(askers.of(["x"]), []);
  assert.deepEqual(askers.keysOf("b"), []);
});
