import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { git as run, type Seed } from "../support/git-server.ts";
import { type GitWorld, inGitWorld, signal } from "../support/git-world.ts";
import { mulberry32, pick as oneOf, type Random } from "../support/random.ts";

const name = "acme/sdk";
const ten = Array.from({ length: 10 }, (_, index) => `line ${index + 1}\n`).join("");

/** Gives what `git revert` comes to in a clone with a work tree: a tree, or nothing where there are conflicts. */
async function inClone(
  world: GitWorld,
  work: (reverted: (commit: string, onto: string) => string | undefined) => Promise<void>,
): Promise<void> {
  const clone = mkdtempSync(join(tmpdir(), "millrace-revert-"));
  const git = (...args: readonly string[]) => run(clone, ["-c", "user.name=x", "-c", "user.email=x@y", ...args]);
  try {
    git("init", "--quiet");
    git("fetch", "--quiet", world.server.directory(name), "+refs/heads/*:refs/heads/*");
    await work((commit, onto) => {
      git("checkout", "--quiet", "--force", "--detach", onto);
      try {
        git("revert", "--no-commit", commit);
        return git("write-tree");
      } catch {
        return undefined;
      } finally {
        git("reset", "--quiet", "--hard");
      }
    });
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

function someChange(random: Random, path: string, n: number): Readonly<Record<string, Seed | undefined>> {
  const line = 1 + Math.floor(random() * 10);
  return oneOf<Readonly<Record<string, Seed | undefined>>>(random, [
    { [path]: `${path}\n${ten.replace(`line ${line}\n`, `line ${line} ${n}\n`)}` },
    { [path]: undefined },
    { [path]: undefined, [`${path}-${n}`]: `${path}\n${ten}` },
    { [`new-${n % 3}`]: `${n}\n` },
    { [path]: { mode: "100755", content: `${path}\n${ten}` } },
  ]);
}

describe("taking back", () => {
  test(
    "one commit comes to what git revert does, or is a conflict there too",
    inGitWorld(async (world) => {
      const random = mulberry32(11);
      const { server, git, remote } = world;
      server.create(name);
      const paths = ["a", "b", "dir/c"];
      let parent = server.commit(name, "main", Object.fromEntries(paths.map((path) => [path, `${path}\n${ten}`])));
      const commits: { readonly parent: string; readonly sha: string }[] = [];
      for (let n = 0; n < 14; n++) {
        const sha = server.commit(name, "main", someChange(random, oneOf(random, paths), n));
        commits.push({ parent, sha });
        parent = sha;
      }
      const counts = { commit: 0, applied: 0, conflict: 0 };
      await inClone(world, async (reverted) => {
        for (const each of commits) {
          const range = { from: each.parent, to: each.sha, onto: parent, message: "Back" };
          const ours = await git.revert(remote(name), range, signal);
          const theirs = reverted(each.sha, parent);
          counts[ours.is] += 1;
          const at = ours.is === "commit" ? ours.sha : parent;
          const tree = ours.is === "conflict" ? undefined : (await git.describe(remote(name), at, signal))?.tree;
          assert.equal(tree, theirs, each.sha);
        }
      });
      assert.ok(counts.commit > 2 && counts.conflict > 0, JSON.stringify(counts));
    }),
  );

  test(
    "follows a file that was renamed since, and merges by lines",
    inGitWorld(async ({ server, git, remote }) => {
      server.create(name);
      const from = server.commit(name, "main", { "old.txt": ten });
      const to = server.commit(name, "main", { "old.txt": ten.replace("line 2\n", "bad\n") });
      const renamed = ten.replace("line 2\n", "bad\n").replace("line 9\n", "later\n");
      const onto = server.commit(name, "main", { "old.txt": undefined, "young.txt": renamed });
      const picked = await git.revert(remote(name), { from, to, onto, message: "Back" }, signal);
      assert.equal(picked.is, "commit");
      const { sha } = picked as { readonly sha: string };
      const text = await git.read(remote(name), sha, "young.txt", signal);
      assert.equal(Buffer.from(text!).toString(), ten.replace("line 9\n", "later\n"));
      assert.equal(await git.read(remote(name), sha, "old.txt", signal), undefined);
    }),
  );

  test(
    "a merge takes back the whole side that it brought in",
    inGitWorld(async ({ server, git, remote }) => {
      const directory = server.create(name);
      const from = server.commit(name, "main", { "a.txt": "one\n" });
      run(directory, ["update-ref", "refs/heads/side", from]);
      server.commit(name, "side", { "b.txt": "b\n" });
      const side = server.commit(name, "side", { "c.txt": "c\n" });
      const tree = run(directory, ["rev-parse", `${side}^{tree}`]);
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      const to = run(directory, [...who, "commit-tree", "-m", "Merge", "-p", from, "-p", side, tree], "");
      run(directory, ["update-ref", "refs/heads/main", to]);
      const onto = server.commit(name, "main", { "d.txt": "d\n" });
      const picked = await git.revert(remote(name), { from, to, onto, message: "Back" }, signal);
      assert.equal(picked.is, "commit");
      const { sha } = picked as { readonly sha: string };
      assert.deepEqual(await git.list(remote(name), sha, "", signal), ["a.txt", "d.txt"]);
    }),
  );

  test(
    "many files are brought together, and nothing leaves the machine before the push",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create(name);
      const files = (word: string) =>
        Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`d/${n}`, `${word} ${n}\n`]));
      const from = server.commit(name, "main", files("old"));
      const to = server.commit(name, "main", files("new"));
      const onto = server.commit(name, "main", { "d/0": "new 0\nmore\n" });
      const at = remote(name);
      await git.sync(at, signal);
      const warnings: Error[] = [];
      const hear = (warning: Error) => void warnings.push(warning);
      process.on("warning", hear);
      const revert = () => git.revert(at, { from, to, onto, message: "Back" }, signal);
      const again = await git.revert(at, { from, to, onto: to, message: "Back" }, signal);
      assert.equal(again.is, "commit");
      const asked = await requests(async () => assert.equal((await revert()).is, "conflict"));
      await new Promise((resolve) => setImmediate(resolve));
      process.off("warning", hear);
      assert.ok(asked <= 4, `${asked} requests`);
      assert.equal(await requests(revert), 0);
      assert.deepEqual(warnings, [], "one listener for each file is no leak");
      assert.deepEqual([...(await git.sync(at, signal)).heads.keys()], ["main"]);
    }),
  );
});
