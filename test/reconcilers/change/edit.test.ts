import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEdits, pathsOf } from "../../../src/reconcilers/change/edit.ts";
import { refuse } from "../../../src/reconcilers/change/refused.ts";
import type { Seen } from "../../../src/reconcilers/change/seen.ts";
import { formatOf } from "../../../src/reconcilers/change/set.ts";
import { branchOf } from "../../../src/reconcilers/change-proposal/branch.ts";
import { tallyOf, tallyText } from "../../../src/reconcilers/change-proposal/checks.ts";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";
import { Edit } from "../../../src/schema/edit.ts";

const set = (path: string, field: string, value: string): Edit => ({ path, set: { field: field.split("."), value } });

/** A text, a file with a mode, or whatever else there can be. */
type There = string | Seen | undefined;
type Tree = Readonly<Record<string, There>>;

const seen = (there: There): Seen => {
  if (there === undefined) return { is: "none" };
  return typeof there === "string" ? { is: "file", content: Buffer.from(there), mode: "File" } : there;
};
const executable = (text: string): Seen => ({ is: "file", content: Buffer.from(text), mode: "Executable" });

const apply = (edits: readonly Edit[], files: Tree) =>
  applyEdits(edits, new Map(pathsOf(edits).map((path) => [path, seen(files[path])])), new Scalars());

/** Changed files as text; with their mode where it is said. */
function changes(edits: readonly Edit[], files: Tree): Record<string, unknown> {
  const change = apply(edits, files);
  assert.ok(change.is === "changes", JSON.stringify(change));
  return Object.fromEntries(
    change.files.map(({ path, content, mode }) => {
      const text = content && Buffer.from(content).toString();
      return [path, mode ? [text, mode] : text];
    }),
  );
}

for (const [about, edits, files, want] of [
  ["sets values", [set("a", "x", "2"), set("a", "y.z", "3")], { a: "x: 1\ny: {z: 1}\n" }, { a: "x: 2\ny: {z: 3}\n" }],
  ["writes whole files", [{ path: "b/c", content: "new\n" }], { "b/c": "x" }, { "b/c": "new\n" }],
  ["makes files", [{ path: "b/c", content: "new\n" }], {}, { "b/c": "new\n" }],
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
  ["makes a file executable", [{ path: "a", mode: "Executable" }], { a: "x" }, { a: ["x", "Executable"] }],
  ["makes a file plain", [{ path: "a", mode: "File" }], { a: executable("x") }, { a: ["x", "File"] }],
  ["is content with the mode that is there", [{ path: "a", mode: "Executable" }], { a: executable("x") }, {}],
  ["writes content and mode", [{ path: "a", content: "x", mode: "Executable" }], {}, { a: ["x", "Executable"] }],
  ["keeps the mode of what it writes", [{ path: "a", content: "y" }], { a: executable("x") }, { a: "y" }],
  ["moves a file", [{ path: "a", rename: { to: "b/c" } }], { a: "x" }, { a: undefined, "b/c": "x" }],
  [
    "moves a file with its mode",
    [{ path: "a", rename: { to: "b" } }],
    { a: executable("x") },
    { a: undefined, b: ["x", "Executable"] },
  ],
  ["is content with a file that was moved already", [{ path: "a", rename: { to: "b" } }], { b: "x" }, {}],
  [
    "sets a value in a file that it moved",
    [{ path: "a.yaml", rename: { to: "b.yaml" } }, set("b.yaml", "x", "2")],
    { "a.yaml": "x: 1\n" },
    { "a.yaml": undefined, "b.yaml": "x: 2\n" },
  ],
  [
    "changes marked lines",
    [{ path: "a", line: { marker: "# v", what: "Version", value: "2.0.0" } }],
    { a: "x = 1.0.0 # v\n" },
    { a: "x = 2.0.0 # v\n" },
  ],
  [
    "sets values of each file in its own format",
    [
      set("package.json", "version", "2"),
      set("Cargo.toml", "package.version", "2"),
      { path: "odd", set: { field: ["v"], value: "2", format: "Json" } },
    ],
    { "package.json": '{"version": "1"}', "Cargo.toml": '[package]\nversion = "1"\n', odd: '{"v": 1}' },
    { "package.json": '{"version": "2"}', "Cargo.toml": '[package]\nversion = "2"\n', odd: '{"v": 2}' },
  ],
  ["removes a symbolic link", [{ path: "a", delete: true }], { a: link("a") }, { a: undefined }],
  [
    "puts a file where a link was",
    [
      { path: "a", delete: true },
      { path: "a", content: "x" },
    ],
    { a: link("a") },
    { a: "x" },
  ],
  [
    "puts a directory where a file was",
    [
      { path: "a", delete: true },
      { path: "a/b", content: "x" },
    ],
    { a: "x", "a/b": { is: "none", below: "a" } },
    { a: undefined, "a/b": "x" },
  ],
] as const satisfies readonly (readonly [string, readonly Edit[], Tree, Record<string, unknown>])[]) {
  test(`an edit ${about}`, () => {
    assert.deepEqual(changes(edits, files), want);
  });
}

function link(path: string): Seen {
  return { is: "obstacle", refusal: refuse("PathIsLink", `${path} is a symbolic link`), isLink: true };
}
const directory: Seen = { is: "obstacle", refusal: refuse("PathIsDirectory", "a is a directory"), isLink: false };
const notUtf8: Seen = { is: "file", content: Buffer.from([0x78, 0x3a, 0x20, 0xff]), mode: "File" };
const huge: Seen = { is: "file", content: Buffer.alloc((8 << 20) + 1, "#"), mode: "File" };

for (const [about, edits, files, reason, message] of [
  ["a file that is missing", [set("a", "x", "1")], {}, "FileMissing", "a: there is no such file on the base branch"],
  ["the mode of a missing file", [{ path: "a", mode: "File" }], {}, "FileMissing", /^a: there is no such file/],
  ["moving a missing file", [{ path: "a", rename: { to: "b" } }], {}, "FileMissing", /^a: there is no such file/],
  ["a file that is not UTF-8", [set("a", "x", "1")], { a: notUtf8 }, "FileUnreadable", "a: it is not UTF-8"],
  [
    "a marked line in a file that is not UTF-8",
    [{ path: "a", line: { marker: "x", what: "Quoted", value: "1" } }],
    { a: notUtf8 },
    "FileUnreadable",
    "a: it is not UTF-8",
  ],
  ["a field that is missing", [set("a", "y", "1")], { a: "x: 1\n" }, "FieldMissing", "a: there is no y"],
  [
    "a huge file of values",
    [set("a", "x", "1")],
    { a: huge },
    "FileTooLarge",
    "a: it has 8388609 bytes, and values of Yaml files are set up to 8388608",
  ],
  ["a link", [set("a", "x", "1")], { a: link("a") }, "PathIsLink", "a is a symbolic link"],
  ["writing through a link", [{ path: "a", content: "x" }], { a: link("a") }, "PathIsLink", "a is a symbolic link"],
  ["moving onto a link", [{ path: "b", rename: { to: "a" } }], { a: link("a"), b: "x" }, "PathIsLink", /link/],
  ["moving a link", [{ path: "a", rename: { to: "b" } }], { a: link("a") }, "PathIsLink", /link/],
  ["a directory", [{ path: "a", delete: true }], { a: directory }, "PathIsDirectory", "a is a directory"],
  [
    "moving onto a file",
    [{ path: "a", rename: { to: "b" } }],
    { a: "x", b: "y" },
    "RenameTargetExists",
    "b is there already, so a cannot be moved to it: delete it first",
  ],
  [
    "a file below a file",
    [{ path: "a/b", content: "x" }],
    { "a/b": { is: "none", below: "a" } },
    "PathBelowFile",
    "a/b is below a, which is a file: delete that first, or name another",
  ],
  [
    "a file below a file that is made",
    [
      { path: "a/b", content: "x" },
      { path: "a", content: "x" },
    ],
    {},
    "PathBelowFile",
    /^a\/b is below a/,
  ],
] as const satisfies readonly (readonly [string, readonly Edit[], Tree, string, string | RegExp])[]) {
  test(`${about} is refused with its path`, () => {
    const change = apply(edits, files);
    assert.ok(change.is === "refused");
    assert.equal(change.reason, reason);
    if (typeof message === "string") assert.equal(change.message, message);
    else assert.match(change.message, message);
  });
}

for (const [path, format] of [
  ["a.json", "Json"],
  ["b/tsconfig.jsonc", "Json"],
  ["package.json", "Json"],
  ["composer.lock", "Json"],
  ["pyproject.toml", "Toml"],
  ["crates/x/Cargo.lock", "Toml"],
  ["Pipfile", "Toml"],
  ["yarn.lock", "Yaml"],
  ["a.yml", "Yaml"],
  ["json", "Yaml"],
] as const) {
  test(`${path} is taken for ${format}`, () => assert.equal(formatOf(path), format));
}

test("the schema lets through exactly one thing to do", () => {
  assert.ok(Edit.safeParse({ path: "a", line: { marker: "x", value: "1" } }).success);
  assert.equal(Edit.safeParse({ path: "/a", delete: true }).success, false);
});

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
