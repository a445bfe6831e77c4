import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseMerge } from "../../src/git/merge-output.ts";
import type { Remote } from "../../src/reconcilers/git-port.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import { git as run, type Seed } from "../support/git-server.ts";
import { type GitWorld, inGitWorld, signal } from "../support/git-world.ts";
import { mulberry32, pick as oneOf, type Random } from "../support/random.ts";

const name = "acme/sdk";
const lines = (...numbers: readonly (number | string)[]): string => numbers.map((n) => `line ${n}\n`).join("");
const ten = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

/** What `git cherry-pick` comes to in a clone with a work tree: a tree, or the files in conflict. */
function cherryPicked(
  world: GitWorld,
  commit: string,
  onto: string,
): { readonly tree?: string; readonly files?: string[] } {
  const clone = mkdtempSync(join(tmpdir(), "millrace-cherry-"));
  try {
    const git = (...args: readonly string[]) => run(clone, ["-c", "user.name=x", "-c", "user.email=x@y", ...args]);
    git("init", "--quiet");
    git("fetch", "--quiet", world.server.directory(name), "+refs/heads/*:refs/heads/*");
    git("checkout", "--quiet", "--detach", onto);
    try {
      git("cherry-pick", "--allow-empty", "--keep-redundant-commits", commit);
      return { tree: git("rev-parse", "HEAD^{tree}") };
    } catch {
      const unmerged = git("ls-files", "-z", "--unmerged").split("\0").filter(Boolean);
      return { files: [...new Set(unmerged.map((line) => line.slice(line.indexOf("\t") + 1)))].sort() };
    }
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/** Edits in the middle, removals, moves, additions that may meet, changes of mode. */
function someChange(random: Random, path: string, n: number): Readonly<Record<string, Seed | undefined>> {
  const line = 1 + Math.floor(random() * 10);
  return oneOf<Readonly<Record<string, Seed | undefined>>>(random, [
    { [path]: `${path}\n${ten.replace(`line ${line}\n`, `line ${line} ${n}\n`)}` },
    { [path]: undefined },
    { [path]: undefined, [`${path}-${n}`]: `${path}\n${ten}` },
    { [`new-${n % 3}`]: lines(n) },
    { [path]: { mode: "100755", content: `${path}\n${ten}` } },
  ]);
}

/** Passes when our pick comes to what git's does. */
async function comparePick(world: GitWorld, commit: string, onto: string): Promise<string> {
  const at = world.remote(name);
  const ours = await world.git.pick(at, { commit, onto, message: "x" }, signal);
  const theirs = cherryPicked(world, commit, onto);
  if (ours.is === "conflict") assert.deepEqual(missingFrom(ours.files, theirs.files), []);
  else assert.equal(await tree(world, at, ours.is === "commit" ? ours.sha : onto), theirs.tree);
  return ours.is;
}

/** What git has in conflict and we do not name. */
const missingFrom = (ours: readonly { readonly path: string }[], theirs: readonly string[] = ["anything"]): string[] =>
  theirs.filter((file) => !ours.some(({ path }) => path === file));

/** A folder with a `git` that says that it is 2.35. */
function oldGit(bin: string): void {
  mkdirSync(bin);
  const real = process.env["PATH"]!.split(":")
    .map((folder) => join(folder, "git"))
    .find(existsSync);
  writeFileSync(join(bin, "git"), `#!/bin/sh\n[ "$1" = version ] && echo git version 2.35.1 || exec ${real} "$@"\n`);
  chmodSync(join(bin, "git"), 0o755);
}

async function tree(world: GitWorld, at: Remote, sha: string): Promise<string | undefined> {
  return (await world.git.describe(at, sha, signal))?.tree;
}

describe("a pick", () => {
  test(
    "merges by lines, follows renames, and keeps author, date and mode",
    inGitWorld(async (world) => {
      const { server, git, remote } = world;
      const directory = server.create(name);
      const first = server.commit(name, "main", {
        "a.txt": ten,
        "old.txt": ten.repeat(3),
        run: { mode: "100755", content: ten },
      });
      server.commit(name, "stable", {});
      run(directory, ["update-ref", "refs/heads/stable", first]);
      const stable = server.commit(name, "stable", {
        "a.txt": ten.replace("line 1\n", "line one\n"),
        "old.txt": undefined,
        "new.txt": ten.repeat(3),
      });
      const fix = server.commit(name, "main", {
        "a.txt": ten.replace("line 9\n", "line nine\n"),
        "old.txt": `${ten.repeat(3)}more\n`,
        run: { mode: "100755", content: `${ten}more\n` },
      });
      const at = remote(name);
      const picked = await git.pick(at, { commit: fix, onto: stable, message: "Backport" }, signal);
      assert.equal(picked.is, "commit");
      const { sha } = picked as { readonly sha: string };
      assert.equal(await tree(world, at, sha), cherryPicked(world, fix, stable).tree);
      await git.push(at, { branch: "backport", sha, expect: undefined }, signal);
      assert.equal(
        run(directory, ["log", "-1", "--format=%an <%ae> %at %cn <%ce> %ct %B", "backport"]).trim(),
        "Pat Person <pat@example.com> 1700000000 Millrace <bot@millrace.dev> 1700000000 Backport",
      );
      assert.equal(run(directory, ["show", "backport:new.txt"]), `${ten.repeat(3)}more`);
      assert.match(run(directory, ["ls-tree", "backport", "run"]), /^100755/);
    }),
  );

  test(
    "says of each file why it cannot be merged",
    inGitWorld(async ({ server, git, remote }) => {
      const directory = server.create(name);
      const first = server.commit(name, "main", {
        text: ten,
        "binary.bin": "\0one",
        gone: ten,
        "file-or-folder": "x\n",
        moved: ten.repeat(2),
        kind: "plain\n",
      });
      run(directory, ["update-ref", "refs/heads/stable", first]);
      const stable = server.commit(name, "stable", {
        text: ten.replace("line 5", "line V"),
        "binary.bin": "\0two",
        gone: undefined,
        moved: undefined,
        "moved-here": ten.repeat(2),
        kind: { mode: "120000", content: "text" },
        "added.txt": "ours\n",
        way: "a file\n",
      });
      const fix = server.commit(name, "main", {
        text: ten.replace("line 5", "line five"),
        "binary.bin": "\0three",
        gone: `${ten}more\n`,
        moved: undefined,
        "moved-there": ten.repeat(2),
        kind: "changed\n",
        "added.txt": "theirs\n",
        "way/below": "a folder\n",
      });
      const picked = await git.pick(remote(name), { commit: fix, onto: stable, message: "x" }, signal);
      assert.equal(picked.is, "conflict");
      const why = new Map((picked.is === "conflict" ? picked.files : []).map((file) => [file.path, file.why]));
      for (const [path, sign] of [
        ["text", /^content: /],
        ["binary.bin", /^binary: /],
        ["gone", /^modify\/delete: /],
        ["moved-here", /^rename\/rename: /],
        ["moved-there", /^rename\/rename: /],
        ["kind", /^mode: /],
        ["added.txt", /^content: /],
        ["way", /^file\/directory: /],
      ] as const)
        assert.match(
          [...why]
            .filter(([file]) => file.startsWith(path))
            .map(([, reason]) => reason)
            .join(),
          sign,
          path,
        );
      assert.ok([...why.values()].every((reason) => !reason.startsWith("CONFLICT")));
    }),
  );

  test(
    "takes a merge commit as what it brought to its first parent",
    inGitWorld(async (world) => {
      const { server, git, remote } = world;
      const directory = server.create(name);
      const first = server.commit(name, "main", { "a.txt": ten });
      for (const branch of ["side", "stable"]) run(directory, ["update-ref", `refs/heads/${branch}`, first]);
      const stable = server.commit(name, "stable", { "b.txt": "stable\n" });
      const side = server.commit(name, "side", { "side.txt": "side\n" });
      const main = server.commit(name, "main", { "a.txt": `${ten}main\n` });
      const merged = run(directory, ["merge-tree", "--write-tree", main, side]);
      const who = ["-c", "user.name=x", "-c", "user.email=x@y"];
      const merge = run(directory, [...who, "commit-tree", "-p", main, "-p", side, "-m", "Merge", merged]);
      run(directory, ["update-ref", "refs/heads/main", merge]);
      const at = remote(name);
      const picked = await git.pick(at, { commit: merge, onto: stable, message: "x" }, signal);
      const { sha } = picked as { readonly sha: string };
      assert.equal(Buffer.from((await git.read(at, sha, "side.txt", signal))!).toString(), "side\n");
      assert.equal(Buffer.from((await git.read(at, sha, "a.txt", signal))!).toString(), ten);
      assert.ok(world);
    }),
  );

  test(
    "comes to what git cherry-pick comes to, whatever the history",
    inGitWorld(async (world) => {
      const { server } = world;
      const directory = server.create(name);
      const random = mulberry32(7);
      const pick = <T>(from: readonly T[]): T => oneOf(random, from);
      const paths = ["a", "b", "c", "dir/a", "dir/b", "other/a"];
      const first = server.commit(name, "main", Object.fromEntries(paths.map((path) => [path, `${path}\n${ten}`])));
      const commits: Record<string, string[]> = { main: [], stable: [] };
      run(directory, ["update-ref", "refs/heads/stable", first]);
      for (let n = 0; n < 24; n++) {
        const branch = pick(["main", "stable"]);
        commits[branch]!.push(server.commit(name, branch, someChange(random, pick(paths), n), `${n}`));
      }
      const outcomes: string[] = [];
      for (let n = 0; n < 10; n++)
        outcomes.push(await comparePick(world, pick(commits["main"]!), pick(commits["stable"]!)));
      for (const outcome of ["commit", "conflict"]) assert.ok(outcomes.includes(outcome), outcomes.join());
    }),
  );

  test(
    "of a mirror without files fetches what it needs together, and nothing twice",
    inGitWorld(async ({ server, git, remote, requests }) => {
      const directory = server.create(name);
      const files = (word: string) =>
        Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, ten.replace("line 2", `${word} ${n}`)]));
      const first = server.commit(name, "main", files("line"));
      run(directory, ["update-ref", "refs/heads/stable", first]);
      const ends = (word: string) =>
        Object.fromEntries(Object.entries(files("line")).map(([path, text]) => [path, `${text}${word} ${path}\n`]));
      const stable = server.commit(name, "stable", files("stable"));
      const fix = server.commit(name, "main", ends("end"));
      const at = remote(name);
      await git.sync(at, signal);
      const pick = () => git.pick(at, { commit: fix, onto: stable, message: "x" }, signal);
      const asked = await requests(async () => assert.equal((await pick()).is, "commit"));
      assert.ok(asked <= 4, `${asked} requests for 90 files`);
      assert.equal(await requests(pick), 0);
    }),
  );

  test(
    "needs a newer git than the rest, and says so",
    inGitWorld(async ({ server, git, remote, another, directory }) => {
      const first = server.create(name) && server.commit(name, "main", { "a.txt": ten });
      const second = server.commit(name, "main", { "a.txt": `${ten}more\n` });
      const bin = join(directory, "bin");
      oldGit(bin);
      const old = another({ path: `${bin}:${process.env["PATH"]}` });
      const asked = { commit: second, onto: first, message: "x" };
      await rejectsAs(
        old.pick(remote(name), asked, signal),
        "rejected",
        /could not pick [0-9a-f]{40} of .*: git 2\.38 or newer is needed, and 2\.35 is on the PATH/,
      );
      assert.equal((await git.pick(remote(name), asked, signal)).is, "commit");
    }),
  );
});

test("what git says of a merge is read from its fixed names, whatever the files are called", () => {
  const tree = "a".repeat(40);
  const odd = "CONFLICT (contents)\nx";
  const output = [
    tree,
    `100644 ${tree} 1\t${odd}`,
    `100644 ${tree} 2\t${odd}`,
    "",
    "1",
    odd,
    "Auto-merging",
    "Auto-merging\n",
    "1",
    odd,
    "CONFLICT (never heard of)",
    "text\n",
    "",
  ];
  assert.deepEqual(parseMerge(Buffer.from(output.join("\0"))), {
    tree,
    conflicts: [{ path: odd, why: "never heard of" }],
  });
  assert.deepEqual(parseMerge(Buffer.from(`${tree}\0`)), { tree, conflicts: [] });
});
