import assert from "node:assert/strict";
import { test } from "node:test";
import { produce } from "../../../src/reconcilers/change/produce.ts";
import { seeAll } from "../../../src/reconcilers/change/seen.ts";
import type { EntryMode, Git } from "../../../src/reconcilers/git-port.ts";
import type { Edit } from "../../../src/schema/edit.ts";
import { bench, proposing } from "./hands.ts";

/** A commit with something of every kind. */
const tree: Readonly<Record<string, EntryMode>> = {
  link: "Link",
  linked: "Link",
  sub: "Submodule",
  dir: "Directory",
  "dir/file": "File",
  "dir/run": "Executable",
  "dir/sub": "Submodule",
};

function hands() {
  const there = bench({ x: "1" });
  const git = Object.assign(Object.create(there.hands.git) as Git, {
    entry: async (_: unknown, __: string, path: string) => (tree[path] ? { mode: tree[path] } : undefined),
    read: async () => Buffer.from("x: 1\n"),
  });
  return { hands: { ...there.hands, git }, base: there.head() };
}

const set = { field: ["x"], value: "2" };

for (const [edit, reason, message] of [
  [{ path: "link", set }, "PathIsLink", /^link is a symbolic link, and nothing is written through one/],
  [{ path: "link", content: "x" }, "PathIsLink", /^link is/],
  [{ path: "link", mode: "Executable" }, "PathIsLink", /^link is/],
  [{ path: "link/etc/passwd", content: "x" }, "PathIsLink", /^link is/],
  [{ path: "link/a", delete: true }, "PathIsLink", /^link is/],
  [{ path: "dir/file", rename: { to: "link/a" } }, "PathIsLink", /^link is/],
  [{ path: "sub", delete: true }, "PathIsSubmodule", /^sub is a submodule, whose files are another repository's/],
  [{ path: "sub/a/b", content: "x" }, "PathIsSubmodule", /^sub is/],
  [{ path: "dir/sub/a", set }, "PathIsSubmodule", /^dir\/sub is/],
  [{ path: "dir", content: "x" }, "PathIsDirectory", /^dir is a directory/],
  [{ path: "dir", rename: { to: "other" } }, "PathIsDirectory", /^dir is/],
  [{ path: "dir/file", rename: { to: "dir" } }, "PathIsDirectory", /^dir is/],
  [{ path: "dir/file/below", content: "x" }, "PathBelowFile", /^dir\/file\/below is below dir\/file, which is a file/],
  [{ path: "dir/gone", set }, "FileMissing", /^dir\/gone: there is no such file/],
] as const satisfies readonly (readonly [Edit, string, RegExp])[]) {
  test(`an edit of ${JSON.stringify(edit)} is refused: ${reason}`, async () => {
    const { hands: own, base } = hands();
    const made = await produce(proposing({ edits: [edit] }), base, own);
    assert.ok(made.is === "refused");
    assert.equal(made.reason, reason);
    assert.match(made.message, message);
  });
}

test("what is there is seen with its mode, and nothing as nothing", async () => {
  const { hands: own, base } = hands();
  const seen = await seeAll(["dir/file", "dir/run", "dir/none", "none/at/all", "linked"], base.sha, own);
  assert.deepEqual(
    [...seen].map(([path, each]) => [path, each.is === "file" ? each.mode : each.is]),
    [
      ["dir/file", "File"],
      ["dir/run", "Executable"],
      ["dir/none", "none"],
      ["none/at/all", "none"],
      ["linked", "obstacle"],
    ],
  );
});
