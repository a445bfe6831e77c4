import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { BareRepositories, type BareRepository } from "../../../src/embedded/forge/git/bare.ts";
import { Git } from "../../../src/embedded/forge/git/command.ts";
import { countLines } from "../../../src/embedded/forge/git/line-count.ts";
import { writeTree } from "../../../src/embedded/forge/git/object.ts";

let folder: string;
let repositories: BareRepositories;
let bare: BareRepository;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-lines-"));
  repositories = new BareRepositories(new Git("/usr/local/bin:/usr/bin:/bin"), folder);
  bare = repositories.create("lines.git", "main");
});
after(async () => {
  await repositories.close();
  rmSync(folder, { recursive: true, force: true });
});

const line = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 400 }).map((number) => `line ${number}`) },
  { weight: 1, arbitrary: fc.constantFrom("", "}", "same", "a\tb", "\u00e9") },
);
const edit = fc.record({ at: fc.nat(), remove: fc.nat(3), add: fc.array(line, { maxLength: 3 }) });
const pair = fc.record({
  lines: fc.array(line, { maxLength: 40 }),
  edits: fc.array(edit, { maxLength: 4 }),
  ends: fc.tuple(fc.boolean(), fc.boolean()),
});

const textOf = (lines: readonly string[], newline: boolean): string => lines.join("\n") + (newline ? "\n" : "");

test("lines are counted as git counts them, or not at all", async () => {
  let counted = 0;
  const cases = fc.sample(pair, { numRuns: 240, seed: 20261121 });
  const trees: [string, string, readonly [number, number] | undefined][] = cases.map(({ lines, edits, ends }) => {
    const changed = [...lines];
    for (const { at, remove, add } of edits) changed.splice(at % (changed.length + 1), remove, ...add);
    const contents = [textOf(lines, ends[0]), textOf(changed, ends[1])].map((text) => Buffer.from(text));
    const [from = "", to = ""] = contents.map((content) =>
      writeTree(bare, [{ mode: "100644", name: "f", sha: bare.write("blob", content) }]),
    );
    return [from, to, countLines(contents[0]!, contents[1]!)];
  });
  // One git for all of them: each pair of trees is a line of its input.
  const input = trees.map(([from, to]) => `${from} ${to}\n`).join("");
  const { stdout } = await bare.run(["diff-tree", "--stdin", "-r", "--numstat"], { input });
  const answers = stdout.toString("utf8").split(/^(?=[0-9a-f]{40} [0-9a-f]{40}$)/m);
  const expected = new Map(
    answers.map((answer) => {
      const [head = "", numbers = "0\t0"] = answer.split("\n");
      return [
        head,
        numbers
          .split("\t")
          .slice(0, 2)
          .map((number) => Number(number || 0)),
      ];
    }),
  );
  for (const [from, to, mine] of trees) {
    if (!mine || from === to) continue;
    counted += 1;
    assert.deepEqual([...mine], expected.get(`${from} ${to}`), `git diff ${from} ${to}`);
  }
  assert.ok(counted > 100, `${counted} of ${cases.length} were counted without git`);
});

test("a binary file has no lines, and an unsure case is left to git", () => {
  assert.deepEqual(countLines(Buffer.from("a\0b"), Buffer.from("c\n")), [0, 0]);
  assert.deepEqual(countLines(Buffer.from(""), Buffer.from("a\nb")), [2, 0]);
  assert.equal(countLines(Buffer.from("x\nx\ny\n"), Buffer.from("y\nx\nx\nz\n")), undefined);
});
