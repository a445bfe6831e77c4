import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { rejectsAs } from "../contract/git.contract.ts";
import { hostileFiles, setCanary, strays } from "../support/git-canary.ts";
import { git as run } from "../support/git-server.ts";
import { untar } from "../support/git-untar.ts";
import { changeOf, inGitWorld, signal } from "../support/git-world.ts";

const name = "acme/evil";

describe("a repository that asks for programs", () => {
  test(
    "gets none started, and no attribute has a say in what we make of it",
    inGitWorld(async (world) => {
      const { server, git, remote } = world;
      const canary = setCanary(world);
      const directory = server.create(name);
      const first = server.commit(name, "main", hostileFiles);
      run(directory, ["update-ref", "refs/heads/stable", first]);
      const stable = server.commit(name, "stable", { "a.union": "stable\n", "b.txt": "b\n" });
      const fix = server.commit(name, "main", { "a.txt": "two\n", "a.opaque": "two\n" });
      const clash = server.commit(name, "main", { "a.union": "main\n" });
      const at = remote(name);
      await canary.around(async () => {
        await git.sync(at, signal);
        for (const path of [".gitattributes", ".lfsconfig", "a.subst", "hooks/post-checkout"])
          assert.ok(await git.read(at, first, path, signal), path);
        const { files, text } = await git.diff(at, { from: first, to: fix, most: 10_000 }, signal);
        assert.deepEqual(
          files.map(({ path, added }) => [path, added]),
          [
            ["a.opaque", 1],
            ["a.txt", 1],
          ],
        );
        assert.match(text, /\+two/);
        const picked = await git.pick(at, { commit: fix, onto: stable, message: "x" }, signal);
        assert.equal(picked.is, "commit");
        assert.equal((await git.pick(at, { commit: clash, onto: stable, message: "x" }, signal)).is, "conflict");
        const archive = new Map((await untar(git.tar(at, first, signal))).map(({ path, content }) => [path, content]));
        assert.equal(archive.get("a.subst")?.toString(), "$Format:%H$ $Id$\n");
        assert.equal(archive.get("a.ignored")?.toString(), "ignored\n");
        assert.equal(archive.get("module/")?.length, 0);
        assert.equal(await git.isAncestor(at, first, fix, signal), true);
        const back = { from: first, to: fix, onto: clash, message: "x" };
        assert.equal((await git.revert(at, back, signal)).is, "commit");
        assert.equal((await git.revert(at, { ...back, to: clash, onto: stable }, signal)).is, "conflict");
        const [last] = await git.log(at, { from: undefined, to: fix, most: 1 }, signal);
        assert.deepEqual(last?.paths, ["a.opaque", "a.txt"]);
        assert.ok((await git.list(at, first, "", signal))?.includes("module"));
        assert.equal(await git.tag(at, { name: "v1", sha: fix }, signal), "done");
        const made = await git.commit(at, changeOf(fix, "a.txt", "three\n"), signal);
        assert.equal(await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal), "done");
      });
      assert.deepEqual(canary.went(), []);
      assert.deepEqual(strays(world), []);
    }),
  );

  test(
    "gets them started by a careless git: the traps are live",
    inGitWorld(async (world) => {
      const canary = setCanary(world);
      world.server.create(name);
      world.server.commit(name, "main", { ".gitattributes": "* filter=evil\n", "a.txt": "one\n" });
      const clone = mkdtempSync(join(tmpdir(), "millrace-careless-"));
      try {
        run(clone, [
          "-c",
          `include.path=${join(world.directory, "careless", ".gitconfig")}`,
          "clone",
          "--quiet",
          world.server.directory(name),
          "x",
        ]);
        assert.ok(canary.went().includes("smudge"), canary.went().join());
      } finally {
        rmSync(clone, { recursive: true, force: true });
      }
    }),
  );

  test(
    "gets no option in by the name of a branch, or by what is given for a commit",
    inGitWorld(async (world) => {
      const { server, git, remote, directory } = world;
      const canary = setCanary(world);
      const bare = server.create(name);
      const first = server.commit(name, "main", { "a.txt": "one\n" });
      const odd = ["--upload-pack=touch", "-f", "--output=canary", "--exec=canary", "HEAD", "refs/heads/main"];
      for (const branch of odd) writeRef(bare, `refs/heads/${branch}`, first);
      writeRef(bare, "refs/tags/--upload-pack=touch", first);
      const at = remote(name);
      const { heads, tags } = await git.sync(at, signal);
      for (const branch of odd) assert.equal(heads.get(branch), first, branch);
      assert.equal(tags.get("--upload-pack=touch"), first);
      for (const branch of odd.filter((each) => each.startsWith("-")))
        await rejectsAs(git.push(at, { branch, sha: first, expect: first }, signal), "rejected");
      for (const tag of odd.filter((each) => each.startsWith("-")))
        await rejectsAs(git.tag(at, { name: tag, sha: first }, signal), "rejected");
      const output = `--output=${join(directory, "written")}`;
      for (const given of [
        output,
        "main",
        "HEAD",
        "--all",
        "-",
        ":/x",
        `${first}^{tree}`,
        first.toUpperCase(),
        "",
        `${first}\n`,
      ]) {
        const all = [
          () => git.read(at, given, "a.txt", signal),
          () => git.entry(at, given, "a.txt", signal),
          () => untar(git.tar(at, given, signal)),
          () => git.diff(at, { from: given, to: first, most: 10 }, signal),
          () => git.diff(at, { from: first, to: given, most: 10 }, signal),
          () => git.isAncestor(at, given, first, signal),
          () => git.isAncestor(at, first, given, signal),
          () => git.pick(at, { commit: given, onto: first, message: "x" }, signal),
          () => git.pick(at, { commit: first, onto: given, message: "x" }, signal),
          () => git.revert(at, { from: given, to: first, onto: first, message: "x" }, signal),
          () => git.revert(at, { from: first, to: given, onto: first, message: "x" }, signal),
          () => git.revert(at, { from: first, to: first, onto: given, message: "x" }, signal),
          () => git.list(at, given, "", signal),
          () => git.log(at, { from: undefined, to: given, most: 1 }, signal),
          () => git.log(at, { from: given, to: first, most: 1 }, signal),
          () => git.tag(at, { name: "v1", sha: given }, signal),
          () => git.describe(at, given, signal),
          () => git.commit(at, changeOf(given, "a.txt", "x"), signal),
          () => git.push(at, { branch: "x", sha: given, expect: undefined }, signal),
          () => git.push(at, { branch: "x", sha: first, expect: given }, signal),
        ];
        for (const each of all) await rejectsAs(each(), "rejected");
      }
      assert.equal(existsSync(join(directory, "written")), false);
      assert.deepEqual(canary.went(), []);
      assert.deepEqual(strays(world), []);
    }),
  );
});

/** Git itself refuses to make some of them, and reads them all. */
function writeRef(bare: string, ref: string, sha: string): void {
  const packed = join(bare, "packed-refs");
  const lines = existsSync(packed) ? run(bare, ["for-each-ref", "--format=%(objectname) %(refname)"]).split("\n") : [];
  const all = [...lines, `${sha} ${ref}`].filter(Boolean).map((line) => line.split(" ") as [string, string]);
  all.sort(([, a], [, b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const unique = new Map(all.map(([oid, each]) => [each, oid]));
  const text = [...unique].map(([each, oid]) => `${oid} ${each}\n`).join("");
  writeFileSync(packed, `# pack-refs with: peeled fully-peeled sorted \n${text}`);
}
