import assert from "node:assert/strict";
import { test } from "node:test";
import { BundleError, filesIn, mostBytes } from "../../src/runner/job/bundle.ts";
import { readVerdict, writeVerdict } from "../../src/runner/job/verdict.ts";

const most = { outputMiB: 1, files: 2 };
const bundle = (list: unknown, content = ""): Buffer => Buffer.from(`${JSON.stringify(list)}\n${content}`);

test("a bundle gives its files, and the largest that is allowed fits its bounds", () => {
  const files = filesIn(
    bundle(
      [
        ["a", "File", 2],
        ["b", "Link", -1],
      ],
      "hi",
    ),
    most,
  );
  assert.deepEqual(
    files.map(({ path, mode, content }) => [path, mode, content?.toString()]),
    [
      ["a", "File", "hi"],
      ["b", "Link", undefined],
    ],
  );
  const path = "é".repeat(2_047);
  const largest = bundle(
    [
      [path, "Executable", 1024 * 1024],
      [`${path}2`, "Executable", 0],
    ],
    "x".repeat(1024 * 1024),
  );
  assert.equal(filesIn(largest, most).length, 2);
  assert.ok(largest.length <= mostBytes(most));
});

for (const [about, bytes] of [
  ["is empty", Buffer.alloc(0)],
  ["has no list", Buffer.from("hello\nworld")],
  ["has something else", bundle({ a: 1 })],
  ["lists what is no file", bundle([["a", "File"]])],
  ["has a mode of its own", bundle([["a", "Socket", 0]])],
  ["has half a byte", bundle([["a", "File", 0.5]], "x")],
  ["has less than nothing", bundle([["a", "File", -2]])],
  ["is cut off", bundle([["a", "File", 3]], "hi")],
  ["has something behind", bundle([["a", "File", 1]], "hi")],
  [
    "has a file twice",
    bundle([
      ["a", "File", 0],
      ["a", "File", 0],
    ]),
  ],
  ["has too many files", bundle(["a", "b", "c"].map((path) => [path, "File", 0]))],
  ["has too many bytes", bundle([["a", "File", 1024 * 1024 + 1]], "x".repeat(1024 * 1024 + 1))],
] as const) {
  test(`a bundle that ${about} is none`, () => {
    assert.throws(() => filesIn(bytes, most), BundleError);
  });
}

test("last words are a verdict, or a loss that is told as it is", () => {
  const verdict = { reason: "OutputTooLarge", message: "much" } as const;
  assert.deepEqual(readVerdict(writeVerdict(verdict)), verdict);
  assert.ok(writeVerdict({ ...verdict, message: "x".repeat(10_000) }).length < 4_096);
  for (const text of ["", "null", "Segmentation fault", '{"reason":"Succeeded","message":"x"}', '{"reason":"Lost"}']) {
    assert.deepEqual(readVerdict(text), { reason: "Lost", message: text });
  }
});
