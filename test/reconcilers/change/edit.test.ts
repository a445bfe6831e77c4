import assert from "node:assert/strict";
import { test } from "node:test";
import { branchOf } from "../../../src/reconcilers/change-proposal/branch.ts";
import { tallyOf, tallyText } from "../../../src/reconcilers/change-proposal/checks.ts";
import { applyEdits } from "../../../src/reconcilers/change/edit.ts";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";
import type { Edit } from "../../../src/schema/edit.ts";

const set = (path: string, field: string, value: string): Edit => ({ path, set: { field: field.split("."), value } });

for (const [about, edits, files, want] of [
  ["sets values", [set("a", "x", "2"), set("a", "y.z", "3")], { a: "x: 1\ny: {z: 1}\n" }, { a: "x: 2\ny: {z: 3}\n" }],
  ["writes whole files", [{ path: "b/c", content: "new\n" }], { a: "x" }, { "b/c": "new\n" }],
  ["empties files", [{ path: "a", content: "" }], { a: "x" }, { a: "" }],
  ["removes files", [{ path: "a", delete: true }], { a: "x" }, { a: undefined }],
  ["is content with a file that is gone already", [{ path: "a", delete: true }], {}, {}],
  [
    "is content with what is there already",
    [set("a", "x", "1"), { path: "b", content: "y" }],
    { a: "x: 1\n", b: "y" },
    {},
  ],
  ["keeps the order", [{ path: "a", content: "x: 1\n" }, set("a", "x", "2")], {}, { a: "x: 2\n" }],
  [
    "keeps the order the other way round",
    [set("a", "x", "2"), { path: "a", content: "x: 1\n" }],
    { a: "x: 3\n" },
    { a: "x: 1\n" },
  ],
  [
    "leaves nothing of a way there and back",
    [
      { path: "a", content: "z" },
      { path: "a", delete: true },
    ],
    {},
    {},
  ],
] as const satisfies readonly (readonly [
  string,
  readonly Edit[],
  Record<string, string>,
  Record<string, string | undefined>,
])[]) {
  test(`an edit ${about}`, () => {
    const before = new Map(edits.map(({ path }) => [path, bytes((files as Record<string, string>)[path])]));
    const change = applyEdits(edits, before, new Scalars());
    assert.ok(change.is === "changes");
    assert.deepEqual(
      Object.fromEntries(change.files.map(({ path, content }) => [path, content && Buffer.from(content).toString()])),
      want,
    );
  });
}

for (const [about, edit, content, reason, message] of [
  [
    "a file that is missing",
    set("a", "x", "1"),
    undefined,
    "FileMissing",
    "a: there is no such file on the base branch",
  ],
  [
    "a file that is not UTF-8",
    set("a", "x", "1"),
    Buffer.from([0x78, 0x3a, 0x20, 0xff]),
    "FileUnreadable",
    "a: it is not UTF-8",
  ],
  ["a field that is missing", set("a", "y", "1"), Buffer.from("x: 1\n"), "FieldMissing", "a: there is no y"],
] as const) {
  test(`${about} is refused with its path`, () => {
    assert.deepEqual(applyEdits([edit], new Map([["a", content]]), new Scalars()), { is: "refused", reason, message });
  });
}

const bytes = (text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : Buffer.from(text);

test("a branch follows from the name alone, and git takes it", () => {
  assert.equal(branchOf({ namespace: "fleet", name: "bump" }), "millrace/fleet/bump");
  const names = ["a.lock", "x".repeat(253), `${"x".repeat(252)}y`, `${"a.".repeat(90)}b`];
  const branches = names.map((name) => branchOf({ namespace: "n".repeat(63), name }));
  assert.equal(new Set(branches).size, names.length);
  for (const branch of branches) {
    assert.match(branch, /^millrace\/n{63}\/[a-z0-9][-.a-z0-9]*[a-z0-9]$/);
    assert.ok(branch.length <= 200);
    assert.doesNotMatch(branch, /\.lock$|\.\./);
  }
});

test("checks are counted with those that the rule waits for", () => {
  const checks = [
    { name: "unit", state: "Passed", required: true },
    { name: "lint", state: "Failed", required: false },
  ] as const;
  const tally = tallyOf(checks, { checks: ["e2e", "unit"] });
  assert.deepEqual(tally, { total: 3, passed: 1, failing: ["lint"], pending: ["e2e"] });
  assert.equal(tallyText(tally), "1 of 3 checks passed, lint failed");
  assert.equal(tallyText(tallyOf([], {})), "no checks");
});
