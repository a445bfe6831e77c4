import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { folderOf } from "../../src/git/mirror.ts";
import { git as run } from "../support/git-server.ts";
import { changeOf, inGitWorld, signal } from "../support/git-world.ts";

describe("git over HTTP asks for little", () => {
  test(
    "a repository in which nothing changed costs one request, after a restart as well",
    inGitWorld(async ({ server, git, remote, another, requests }) => {
      server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      assert.equal(await requests(() => git.sync(at, signal)), 1);
      const restarted = another();
      assert.equal(await requests(() => restarted.sync(at, signal)), 1);
      assert.deepEqual([...(await restarted.sync(at, signal)).heads], [["main", first]]);
    }),
  );

  test(
    "what we pushed ourselves, and what was deleted, is not fetched",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      const made = await git.commit(at, changeOf(first, "a.txt", "two\n"), signal);
      assert.equal(await requests(() => git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal)), 2);
      assert.equal(await requests(() => git.sync(at, signal)), 1);
      run(server.directory("acme/sdk"), ["update-ref", "refs/heads/main", made.sha]);
      assert.equal(await requests(() => git.sync(at, signal)), 1, "merged by fast-forward");
      run(server.directory("acme/sdk"), ["update-ref", "-d", "refs/heads/x"]);
      assert.equal(await requests(() => git.sync(at, signal)), 1, "and deleted");
      assert.deepEqual([...(await git.sync(at, signal)).heads], [["main", made.sha]]);
    }),
  );

  test(
    "files come when they are read, together, and once",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create("acme/sdk");
      const names = Array.from({ length: 40 }, (_, n) => `dir/${n}.txt`);
      const files = Object.fromEntries(names.map((name) => [name, `content of ${name}\n`]));
      const first = server.commit("acme/sdk", "main", files);
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      const readAll = () => Promise.all(names.map((name) => git.read(at, first, name, signal)));
      const asked = await requests(async () => {
        assert.deepEqual(
          (await readAll()).map((content) => Buffer.from(content!).toString()),
          Object.values(files),
        );
      });
      assert.ok(asked <= 4, `${asked} requests: one fetch, two where the reads came apart`);
      assert.equal(await requests(readAll), 0);
    }),
  );

  test(
    "what differs is fetched together and once, and whose ancestor is whose costs nothing",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create("acme/sdk");
      const files = (word: string) =>
        Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}`, `${word} ${n}\n`]));
      const from = server.commit("acme/sdk", "main", { ...files("old"), "same.txt": "same\n" });
      const to = server.commit("acme/sdk", "main", files("new"));
      const last = server.commit("acme/sdk", "main", { "same.txt": "other\n" });
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      const diff = () => git.diff(at, { from, to, most: 1_000_000 }, signal);
      const asked = await requests(async () => assert.equal((await diff()).files.length, 60));
      assert.ok(asked <= 3, `${asked} requests for 120 files`);
      assert.equal(await requests(diff), 0);
      assert.equal(await requests(async () => assert.equal(await git.isAncestor(at, from, last, signal), true)), 0);
      assert.equal(await requests(async () => assert.equal(await git.isAncestor(at, last, from, signal), false)), 0);
    }),
  );

  test(
    "a server that knows neither protocol 2 nor partial clones gives everything at once, and works all the same",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.speaksV2 = false;
      run(server.create("acme/old"), ["config", "uploadpack.allowFilter", "false"]);
      const first = server.commit("acme/old", "main", { "a.txt": "one\n" });
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      run(server.directory("acme/old"), [...who, "tag", "-a", "-m", "tag", "v1", first]);
      const at = remote("acme/old");
      const refs = { heads: new Map([["main", first]]), tags: new Map([["v1", first]]) };
      assert.deepEqual(await git.sync(at, signal), refs);
      assert.equal(await requests(() => git.sync(at, signal)), 1, "its first answer names all refs");
      assert.deepEqual(await git.sync(at, signal), refs);
      assert.equal(await requests(() => git.read(at, first, "a.txt", signal)), 0);
      const made = await git.commit(at, changeOf(first, "a.txt", "two\n"), signal);
      assert.equal(await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal), "done");
      assert.equal((await git.sync(at, signal)).heads.get("x"), made.sha);
      assert.equal(await git.describe(at, "1".repeat(40), signal), undefined);
    }),
  );

  test(
    "a commit in a large repository stores what changed, and asks the host for nothing",
    inGitWorld(async ({ server, git, remote, directory, requests }) => {
      server.create("acme/big");
      const files: Record<string, string> = {};
      for (let n = 0; n < 20_000; n++) files[`dir-${n % 200}/sub-${n % 7}/${n}.txt`] = "";
      const first = server.commit("acme/big", "main", files);
      const at = remote("acme/big");
      await git.sync(at, signal);
      const packs = join(directory, "mirrors", folderOf(at.id), "objects", "pack");
      const before = new Set(readdirSync(packs));
      assert.equal(await requests(() => git.commit(at, changeOf(first, "dir-3/sub-3/3.txt", "changed"), signal)), 0);
      const [added] = readdirSync(packs).filter((name) => name.endsWith(".idx") && !before.has(name));
      const objects = run(packs, ["verify-pack", "-v", added!]).match(/^[0-9a-f]{40} (commit|tree|blob)/gm);
      assert.deepEqual(objects?.map((line) => line.slice(41)).sort(), ["blob", "commit", "tree", "tree", "tree"]);
    }),
  );
});
