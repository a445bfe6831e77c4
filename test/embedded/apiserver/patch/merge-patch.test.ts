import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mergePatch } from "../../../../src/embedded/apiserver/patch/merge-patch.ts";
import { equal, isObject } from "../../../../src/embedded/apiserver/schema/json.ts";

/** The examples of RFC 7386, appendix A. */
for (const [document, patch, result] of [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
] as const) {
  test(`${JSON.stringify(document)} patched with ${JSON.stringify(patch)}`, () => {
    assert.deepEqual(mergePatch(document, patch), result);
  });
}

const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constant(null), fc.integer(), fc.string(), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", "constructor"), tie("value"), { maxKeys: 4 }),
})).value;

/** What a patch says can be seen in what it leads to: no null in an object survives a patch that has it. */
function agrees(result: unknown, patch: unknown): boolean {
  if (!isObject(patch)) return equal(result, patch);
  if (!isObject(result)) return false;
  return Object.keys(patch).every((key) =>
    patch[key] === null ? !Object.hasOwn(result, key) : Object.hasOwn(result, key) && agrees(result[key], patch[key]),
  );
}

test("a patch is seen in its result, and a second time changes nothing", () => {
  fc.assert(
    fc.property(json, json, (document, patch) => {
      const once = mergePatch(document, patch);
      assert.ok(agrees(once, patch));
      assert.ok(equal(mergePatch(once, patch), once));
    }),
  );
});

test("a patch changes neither the document nor itself", () => {
  fc.assert(
    fc.property(json, json, (document, patch) => {
      const before = JSON.stringify([document, patch]);
      mergePatch(document, patch);
      assert.equal(JSON.stringify([document, patch]), before);
    }),
  );
});

test("a key called __proto__ is a key like any other", () => {
  const patch: unknown = JSON.parse('{"__proto__": {"polluted": true}}');
  const result = mergePatch({ a: 1 }, patch) as object;
  assert.ok(Object.hasOwn(result, "__proto__"));
  assert.equal((result as { polluted?: boolean }).polluted, undefined);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});
