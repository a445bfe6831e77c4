import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { tarHeader } from "../../src/git/tar.ts";
import { untar } from "../support/git-untar.ts";
import { inGitWorld, signal } from "../support/git-world.ts";

const name = "acme/sdk";

/** Processes of git at work on an archive below a folder. */
function archiving(directory: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return ""; // It ended.
      }
    })
    .filter((line) => line.includes(directory) && line.includes("--buffer"));
}

describe("an archive", () => {
  test(
    "of a mirror without files fetches all of them together, and nothing the second time",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create(name);
      const files = Object.fromEntries(
        Array.from({ length: 1_500 }, (_, n) => [`dir-${n % 30}/${n}.txt`, `file ${n}\n`]),
      );
      const first = server.commit(name, "main", files);
      const at = remote(name);
      await git.sync(at, signal);
      const take = async () => {
        const entries = await untar(git.tar(at, first, signal));
        assert.deepEqual(
          Object.fromEntries(
            entries.filter(({ type }) => type === "0").map(({ path, content }) => [path, content.toString()]),
          ),
          files,
        );
      };
      const asked = await requests(take);
      assert.ok(asked <= 3, `${asked} requests for 1,500 files`);
      assert.equal(await requests(take), 0);
    }),
  );

  test(
    "that nobody takes to its end is let go, with its process",
    { skip: process.platform !== "linux" && "needs /proc" },
    inGitWorld(async ({ server, git, remote, directory }) => {
      server.create(name);
      const first = server.commit(name, "main", { a: "x".repeat(4 << 20), b: "y".repeat(4 << 20) });
      const at = remote(name);
      for await (const piece of git.tar(at, first, signal)) {
        assert.ok(piece.byteLength > 0);
        assert.equal(archiving(directory).length, 1, "git waits for who takes it");
        break;
      }
      const stop = new AbortController();
      const taking = (async () => {
        for await (const _ of git.tar(at, first, stop.signal)) stop.abort(new Error("enough"));
      })();
      await assert.rejects(taking, /enough/);
      for (let n = 0; n < 100 && archiving(directory).length > 0; n++) await sleep(50);
      assert.deepEqual(archiving(directory), []);
    }),
  );

  test("says what the old format cannot hold in records of the new one", () => {
    const modifiedAt = new Date(0);
    const record = (entry: Parameters<typeof tarHeader>[0]): string =>
      tarHeader(entry).subarray(512, 1_024).toString("latin1").replace(/\0+$/, "");
    const file = { is: "file", size: 0, isExecutable: false, modifiedAt } as const;
    assert.equal(tarHeader({ ...file, path: "a".repeat(100) }).length, 512);
    assert.equal(record({ ...file, path: "b".repeat(101) }), `111 path=${"b".repeat(101)}\n`);
    // The length counts itself: 9 + 90 bytes would be 99 with two digits, and are 100 with three.
    assert.equal(record({ ...file, path: `${"c".repeat(88)}\xc3\xbc` }), `99 path=${"c".repeat(88)}\xc3\xbc\n`);
    assert.equal(record({ ...file, path: `${"c".repeat(89)}\xc3\xbc` }), `101 path=${"c".repeat(89)}\xc3\xbc\n`);
    assert.equal(record({ ...file, path: "\xff" }), "21 hdrcharset=BINARY\n9 path=\xff\n");
    assert.equal(record({ ...file, path: "big", size: 8 * 1024 ** 3 }), "19 size=8589934592\n");
    const link = { is: "link", path: "l", target: "d".repeat(101), modifiedAt } as const;
    assert.equal(record(link), `115 linkpath=${"d".repeat(101)}\n`);
  });
});
