import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Commands } from "../../src/git/commands.ts";
import { Gate } from "../../src/git/gate.ts";
import { pack } from "../../src/git/maintenance.ts";
import { folderOf, Mirror, packCount } from "../../src/git/mirror.ts";
import { checkVersion, oldest, parseVersion } from "../../src/git/version.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import { git as run } from "../support/git-server.ts";
import { changeOf, inGitWorld, signal } from "../support/git-world.ts";

describe("git answers for its host", () => {
  const answers: readonly (readonly [number, Record<string, string>, string])[] = [
    [401, {}, "denied"],
    [403, {}, "denied"],
    [403, { "Retry-After": "7" }, "limited"],
    [404, {}, "absent"],
    [429, {}, "limited"],
    [500, {}, "unavailable"],
    [503, {}, "unavailable"],
  ];
  for (const [status, headers, code] of answers) {
    test(
      `${status} ${JSON.stringify(headers)} is ${code}, when looking, fetching and pushing`,
      inGitWorld(async ({ server, git, remote }) => {
        const at = remote("acme/sdk");
        server.create("acme/sdk");
        const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
        const answer = (response: ServerResponse): boolean => {
          response.writeHead(status, headers).end("no");
          return true;
        };
        server.intercept = (request, response) => {
          request.resume();
          return answer(response);
        };
        await assert.rejects(git.sync(at, signal), (error) => {
          assert.ok(error instanceof ForgeError);
          assert.equal(error.code, code, error.message);
          if (code === "limited") assert.equal(error.retryAfterMs, status === 403 ? 7_000 : 60_000);
          return true;
        });
        server.intercept = (request, response) => (request.url?.includes("info/refs") ? answer(response) : false);
        // The command line tells no headers, so there a 403 is a 403.
        const plain = status === 403 ? "denied" : code;
        await assert.rejects(git.sync(at, signal), { code: plain });
        server.intercept = () => false;
        const made = await git.commit(at, changeOf(first, "a.txt", "two\n"), signal);
        server.intercept = (_, response) => answer(response);
        const push = git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal);
        await assert.rejects(push, { code: plain });
      }),
    );
  }

  test(
    "a connection that breaks is the host's fault",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/sdk");
      const at = remote("acme/sdk");
      server.intercept = (request) => {
        request.socket.destroy();
        return true;
      };
      await rejectsAs(git.sync(at, signal), "unavailable", /ECONNRESET/);
      await rejectsAs(git.describe(at, "1".repeat(40), signal), "unavailable");
    }),
  );

  test(
    "a repository with SHA-256 names is explained",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/future", ["--object-format=sha256"]);
      server.commit("acme/future", "main", { "a.txt": "one\n" });
      await rejectsAs(git.sync(remote("acme/future"), signal), "rejected", /SHA-256/);
      await rejectsAs(git.describe(remote("acme/future"), "1".repeat(64), signal), "rejected", /SHA-1/);
    }),
  );

  test(
    "the credential is asked for anew at each use",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      let password = server.token!;
      const at = { ...remote("acme/sdk"), credential: async () => ({ username: "x", password }) };
      await git.sync(at, signal);
      server.token = "another";
      await rejectsAs(git.read(at, first, "a.txt", signal), "denied");
      password = "another";
      assert.equal(Buffer.from((await git.read(at, first, "a.txt", signal))!).toString(), "one\n");
    }),
  );

  test(
    "git that is not there is named",
    inGitWorld(
      async ({ server, git, remote }) => {
        server.create("acme/sdk");
        server.commit("acme/sdk", "main", { "a.txt": "one\n" });
        await rejectsAs(git.sync(remote("acme/sdk"), signal), "unavailable", /not on the PATH \(\/nowhere\)/);
      },
      { path: "/nowhere" },
    ),
  );
});

test("a git that is too old is refused, and one that is new enough is not", () => {
  for (const text of ["git version 2.31.0", "git version 2.39.5 (Apple Git-154)", "git version 3.0.0-rc1"])
    checkVersion(parseVersion(text), oldest);
  for (const [text, found] of [
    ["git version 2.30.9", "2\\.30"],
    ["git version 1.99", "1\\.99"],
    ["gti", "something else"],
  ] as const)
    assert.throws(() => checkVersion(parseVersion(text), oldest), new RegExp(`${found} is on the PATH`));
});

describe("a mirror mends itself", () => {
  const breakages: readonly (readonly [string, (mirror: string) => void])[] = [
    ["is gone", (mirror) => rmSync(mirror, { recursive: true })],
    ["has an empty HEAD", (mirror) => truncateSync(join(mirror, "HEAD"), 0)],
    ["has a pack that is cut off", (mirror) => each(mirror, ".pack", (path) => truncateSync(path, 40))],
    ["has lost its packs", (mirror) => each(mirror, "", (path) => rmSync(path))],
    ["has an index that is cut off", (mirror) => each(mirror, ".idx", (path) => truncateSync(path, 20))],
    ["has refs that are garbage", (mirror) => writeFileSync(join(mirror, "packed-refs"), "\0garbage\n")],
  ];
  const each = (mirror: string, end: string, change: (path: string) => void): void => {
    const packs = join(mirror, "objects", "pack");
    for (const name of readdirSync(packs).filter((one) => one.endsWith(end))) change(join(packs, name));
  };
  for (const [what, breakIt] of breakages) {
    test(
      `when it ${what}`,
      inGitWorld(async ({ server, git, remote, directory, another }) => {
        server.create("acme/sdk");
        const first = server.commit("acme/sdk", "main", { "a.txt": "one\n", "b.txt": "two\n" });
        const at = remote("acme/sdk");
        await git.sync(at, signal);
        await git.read(at, first, "a.txt", signal);
        await git.close();
        const mirror = join(directory, "mirrors", folderOf(at.id));
        each(mirror, "", (path) => run(mirror, ["--version"]) && existsSync(path));
        breakIt(mirror);
        const second = server.commit("acme/sdk", "main", { "a.txt": "three\n" });
        const restarted = another();
        assert.equal((await restarted.sync(at, signal)).heads.get("main"), second);
        assert.equal(Buffer.from((await restarted.read(at, second, "a.txt", signal))!).toString(), "three\n");
        assert.equal(Buffer.from((await restarted.read(at, first, "b.txt", signal))!).toString(), "two\n");
        const made = await restarted.commit(at, changeOf(second, "b.txt", "four\n"), signal);
        const update = { branch: "x", sha: made.sha, expect: undefined };
        assert.equal(await restarted.push(at, update, signal), "done");
      }),
    );
  }

  test(
    "after a death in the middle of writing",
    inGitWorld(async ({ server, git, remote, directory, another }) => {
      server.create("acme/sdk");
      server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      await git.close();
      const mirror = join(directory, "mirrors", folderOf(at.id));
      mkdirSync(join(mirror, "refs/mirror/heads"), { recursive: true });
      for (const path of ["packed-refs.lock", "refs/mirror/heads/main.lock", "objects/pack/tmp_pack_x", "config.lock"])
        writeFileSync(join(mirror, path), "");
      const second = server.commit("acme/sdk", "main", { "a.txt": "two\n" });
      assert.equal((await another().sync(at, signal)).heads.get("main"), second);
      assert.equal(existsSync(join(mirror, "objects/pack/tmp_pack_x")), false);
      assert.equal(existsSync(`${mirror}.broken`), false);
    }),
  );

  test(
    "and packs itself without losing what was not pushed, nor fetching what it never had",
    inGitWorld(async ({ server, git, remote, directory, requests }) => {
      server.create("acme/sdk");
      let tip = server.commit("acme/sdk", "main", { "a.txt": "one\n", "b.txt": "two\n" });
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      for (let n = 0; n < 5; n++) tip = (await git.commit(at, changeOf(tip, "a.txt", `${n}\n`), signal)).sha;
      const mirror = new Mirror(join(directory, "mirrors", folderOf(at.id)));
      const path = process.env["PATH"] ?? "";
      const environment = { path, home: join(directory, "home"), allowFile: false, caFile: undefined };
      const commands = new Commands({ environment, timeoutMs: 60_000, processes: new Gate(1) });
      assert.equal(await packCount(mirror.directory), 6);
      assert.equal(await requests(() => pack(commands, mirror, { url: at.url, title: "it", signal })), 0);
      assert.equal(await packCount(mirror.directory), 1);
      assert.equal((await git.describe(at, tip, signal))?.sha, tip);
      assert.equal(Buffer.from((await git.read(at, tip, "a.txt", signal))!).toString(), "4\n");
      assert.equal(await git.push(at, { branch: "x", sha: tip, expect: undefined }, signal), "done");
      const second = server.commit("acme/sdk", "main", { "b.txt": "three\n" });
      assert.equal((await git.sync(at, signal)).heads.get("main"), second);
    }),
  );

  test(
    "of two that push at the same moment one is told that it moved",
    inGitWorld(async ({ server, git, remote, directory, another }) => {
      server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const at = remote("acme/sdk");
      const rival = another({ directory: join(directory, "rival") });
      for (let n = 0; n < 3; n++) {
        const answers = await Promise.all(
          [git, rival].map(async (each, who) => {
            const made = await each.commit(at, changeOf(first, "a.txt", `${who} ${n}`), signal);
            return each.push(at, { branch: `x/${n}`, sha: made.sha, expect: undefined }, signal);
          }),
        );
        assert.deepEqual(answers.toSorted(), ["done", "moved"]);
      }
    }),
  );

  test(
    "many at once share one mirror",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const at = remote("acme/sdk");
      const work = Array.from({ length: 12 }, async (_, n) => {
        await git.sync(at, signal);
        const made = await git.commit(at, changeOf(first, `new/${n}.txt`, `${n}`), signal);
        assert.equal(await git.push(at, { branch: `x/${n}`, sha: made.sha, expect: undefined }, signal), "done");
        assert.equal(Buffer.from((await git.read(at, made.sha, "a.txt", signal))!).toString(), "one\n");
      });
      await Promise.all(work);
      assert.equal((await git.sync(at, signal)).heads.size, 13);
    }),
  );
});
