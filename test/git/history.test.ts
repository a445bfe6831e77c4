import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogEntry } from "../../src/reconcilers/git-port.ts";
import { logOf } from "../support/git-log.ts";
import { git as run } from "../support/git-server.ts";
import { inGitWorld, signal } from "../support/git-world.ts";
import { mulberry32, pick, type Random } from "../support/random.ts";

const name = "acme/sdk";

/** A history with merges of up to three sides, written by git's fast-import: each commit writes one file. */
function someHistory(random: Random, count: number): string {
  const parts: string[] = [];
  for (let mark = 1; mark <= count; mark++) {
    const older = Array.from({ length: Math.min(mark - 1, 4) }, (_, index) => mark - 1 - index);
    const chosen = older.length === 0 ? [] : [pick(random, older), ...(random() < 0.4 ? [pick(random, older)] : [])];
    const parents = [...new Set(random() < 0.1 ? older.slice(0, 3) : chosen)];
    const file = `dir ${mark % 5}/f${mark % 7}`;
    const message = `feat: ${mark}\n`;
    parts.push(
      `commit refs/heads/c${mark}\nmark :${mark}\ncommitter Pat <pat@example.com> ${1_700_000_000 + (mark % 3)} +0000\n`,
      `data ${message.length}\n${message}\n`,
      ...parents.map((parent, index) => `${index === 0 ? "from" : "merge"} :${parent}\n`),
      `M 100644 inline "${file}"\ndata ${`${mark}`.length}\n${mark}\n`,
    );
  }
  return parts.join("");
}

describe("a history", () => {
  test(
    "is in the order of git log, whatever was merged, on the real one and in memory",
    inGitWorld(async ({ server, git, remote }) => {
      const random = mulberry32(5);
      for (let round = 0; round < 3; round++) {
        const id = `${name}-${round}`;
        const directory = server.create(id);
        run(directory, ["fast-import", "--quiet"], someHistory(random, 30));
        const head = run(directory, ["rev-parse", "refs/heads/c30"]);
        const from = run(directory, ["rev-parse", "refs/heads/c9"]);
        for (const since of [undefined, from]) {
          const range = since === undefined ? [head] : [head, `^${since}`];
          const wanted = run(directory, ["log", "--topo-order", "--format=%H", ...range]).split("\n");
          const log = await git.log(remote(id), { from: since, to: head, most: 1_000 }, signal);
          assert.deepEqual(
            log.map(({ sha }) => sha),
            wanted,
          );
          for (const { sha, paths, parents, message } of log) checkEntry(directory, { sha, paths, parents, message });
          const known = [head, from].map((to) => git.log(remote(id), { from: undefined, to, most: 1_000 }, signal));
          const byId = new Map((await Promise.all(known)).flat().map((each) => [each.sha, each]));
          const memory = logOf(since, head, (sha) => {
            const entry = byId.get(sha);
            return entry && { ...entry, tree: "", author: { name: "", email: "" }, at: new Date(0), files: new Map() };
          });
          assert.deepEqual(
            memory.map(({ sha }) => sha),
            wanted,
            "in memory",
          );
        }
      }
    }),
  );

  test(
    "asks the host for nothing that is in the mirror, and never for a file",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create(name);
      let head = "";
      for (let n = 0; n < 5; n++) head = server.commit(name, "main", { [`dir/${n}.txt`]: `${n}\n` });
      const at = remote(name);
      await git.sync(at, signal);
      assert.equal(await requests(() => git.log(at, { from: undefined, to: head, most: 10 }, signal)), 0);
      assert.equal(await requests(() => git.list(at, head, "dir", signal)), 0);
    }),
  );

  test(
    "whose paths and messages are hostile is read as it is",
    inGitWorld(async ({ server, git, remote }) => {
      server.create(name);
      const sha = "1".repeat(40);
      const paths = ["\nline", `${sha} ${sha}`, "a\tb", '"quoted"', "ü", "-f", "\x01"];
      const first = server.commit(
        name,
        "main",
        Object.fromEntries(paths.map((path) => [path, "x"])),
        "-\n\n\n  odd  \x01",
      );
      const second = server.commit(name, "main", { x: "1" }, "commit 0000\n\ndiff --git a/x b/x");
      const log = await git.log(remote(name), { from: undefined, to: second, most: 10 }, signal);
      assert.deepEqual(
        log.map((each) => [each.sha, each.message]),
        [
          [second, "commit 0000\n\ndiff --git a/x b/x\n"],
          [first, "-\n\n\n  odd  \x01\n"],
        ],
      );
      assert.deepEqual([...log[1]!.paths].sort(), [...paths].sort());
    }),
  );

  test(
    "has messages as they were written: none, without a last line break, in another encoding, with a NUL",
    inGitWorld(async ({ server, git, remote }) => {
      server.create(name);
      const directory = server.directory(name);
      const first = server.commit(name, "main", { "a.txt": "one\n" });
      const tree = run(directory, ["rev-parse", `${first}^{tree}`]);
      let head = first;
      const write = (message: string, header = ""): void => {
        const who = "Pat <pat@example.com> 1700000000 +0000";
        const text = `tree ${tree}\nparent ${head}\nauthor ${who}\ncommitter ${who}\n${header}\n${message}`;
        head = run(
          directory,
          ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
          Buffer.from(text, "latin1"),
        );
      };
      write("");
      write("feat: no line break");
      write("fix: gr\xfc\xdfe\n", "encoding ISO-8859-1\n");
      write("fix: gr\xc3\xbc\xc3\x9fe\n");
      write("fix: before\0after\n");
      run(directory, ["update-ref", "refs/heads/main", head]);
      const log = await git.log(remote(name), { from: first, to: head, most: 10 }, signal);
      assert.deepEqual(
        log.map(({ message }) => message),
        ["fix: before", "fix: grüße\n", "fix: grüße\n", "feat: no line break", ""],
      );
      assert.ok(log.every(({ paths }) => paths.length === 0));
    }),
  );

  test(
    "is not changed by settings or replacements that the repository brings",
    inGitWorld(async ({ server, git, remote }) => {
      server.create(name);
      const first = server.commit(name, "main", { "a.txt": "one\n", ".mailmap": "X <x@y> <pat@example.com>\n" });
      const second = server.commit(name, "main", { "b.txt": "two\n" });
      const directory = server.directory(name);
      run(directory, ["update-ref", `refs/replace/${second}`, first]);
      run(directory, ["update-ref", "refs/notes/commits", first]);
      const log = await git.log(remote(name), { from: first, to: second, most: 10 }, signal);
      assert.deepEqual(log, [{ sha: second, message: "By hand\n", parents: [first], paths: ["b.txt"] }]);
    }),
  );
});

/** Passes when an entry is what git says of the commit. */
function checkEntry(directory: string, { sha, parents, paths, message }: LogEntry): void {
  assert.equal(run(directory, ["show", "-s", "--format=%P", sha]), parents.join(" "));
  assert.equal(run(directory, ["show", "-s", "--format=%B", sha]), message.trimEnd());
  const [before] = parents;
  const named = run(directory, [
    ...["diff-tree", "-r", "-z", "--name-only", "--no-renames"],
    ...(before === undefined ? ["4b825dc642cb6eb9a060e54bf8d69288fbee4904", sha] : [before, sha]),
  ]);
  assert.deepEqual(named.split("\0").filter(Boolean), paths);
}
