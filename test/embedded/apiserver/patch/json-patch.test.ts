import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonPatch } from "../../../../src/embedded/apiserver/patch/json-patch.ts";
import { PatchError } from "../../../../src/embedded/apiserver/patch/patch-error.ts";

const document = { spec: { tags: ["a", "b"], owner: "x", "a/b": { "c~d": 1 } } };

test("every operation does its work and leaves the document alone", () => {
  const before = structuredClone(document);
  const result = jsonPatch(document, [
    { op: "test", path: "/spec/owner", value: "x" },
    { op: "add", path: "/spec/tags/-", value: "c" },
    { op: "add", path: "/spec/tags/0", value: "0" },
    { op: "replace", path: "/spec/owner", value: "y" },
    { op: "copy", from: "/spec/owner", path: "/spec/copy" },
    { op: "move", from: "/spec/a~1b/c~0d", path: "/spec/moved" },
    { op: "remove", path: "/spec/tags/1" },
  ]);
  assert.deepEqual(result, { spec: { tags: ["0", "b", "c"], owner: "y", "a/b": {}, copy: "y", moved: 1 } });
  assert.deepEqual(document, before);
});

for (const [about, operations] of [
  ["a test that fails", [{ op: "test", path: "/spec/owner", value: "z" }]],
  ["removing what is not there", [{ op: "remove", path: "/spec/nothing" }]],
  ["replacing what is not there", [{ op: "replace", path: "/spec/nothing", value: 1 }]],
  ["adding below what is not there", [{ op: "add", path: "/spec/nothing/more", value: 1 }]],
  ["adding beyond the end", [{ op: "add", path: "/spec/tags/9", value: 1 }]],
  ["an unknown operation", [{ op: "dance", path: "/spec" }]],
  ["no operation", [{ path: "/spec" }]],
  ["a path through __proto__", [{ op: "add", path: "/__proto__/polluted", value: true }]],
  ["moving from __proto__", [{ op: "move", from: "/__proto__/x", path: "/spec/y" }]],
] as const) {
  test(`${about} does not fit the object`, () => {
    assert.throws(
      () => jsonPatch(document, operations),
      (error) =>
        error instanceof PatchError &&
        error.code === 422 &&
        error.message === "the server rejected our request due to an error in our request" &&
        error.detail !== "",
    );
  });
}

for (const [value, message] of [
  [
    { op: "remove" },
    "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
  ],
  ["x", "error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp"],
  [[1], "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"],
] as const) {
  test(`${JSON.stringify(value)} is no JSON patch`, () => {
    assert.throws(
      () => jsonPatch(document, value),
      (error) => error instanceof PatchError && error.code === 400 && error.message === message,
    );
  });
}

test("a patch has ten thousand operations at most", () => {
  const many = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/spec/owner", value: "x" }));
  assert.throws(
    () => jsonPatch(document, many),
    (error) => error instanceof PatchError && error.code === 413,
  );
});
