import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { folderMode, type Tree } from "../../src/git/tree.ts";
import { nameFault } from "../../src/git/tree-path.ts";
import { walkTree } from "../../src/git/tree-walk.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import { strays } from "../support/git-canary.ts";
import { git as run } from "../support/git-server.ts";
import { untar } from "../support/git-untar.ts";
import { changeOf, type GitWorld, inGitWorld, signal } from "../support/git-world.ts";

const name = "acme/evil";

interface Item {
  /** Git's bytes as latin1. */
  readonly name: string;
  readonly mode: string;
  readonly oid: string;
}

/** Writes trees that git itself would not make. */
function forger({ server }: GitWorld) {
  const directory = server.create(name);
  const store = (type: string, data: string | Uint8Array): string =>
    run(directory, ["hash-object", "-w", "--literally", "-t", type, "--stdin"], data);
  const tree = (items: readonly Item[]): string =>
    store(
      "tree",
      Buffer.concat(
        items.flatMap((item) => [Buffer.from(`${item.mode} ${item.name}\0`, "latin1"), Buffer.from(item.oid, "hex")]),
      ),
    );
  let count = 0;
  const commit = (
    treeOid: string,
    author = "Pat <pat@example.com> 1700000000 +0000",
    ...parents: readonly string[]
  ): string => {
    const head = [
      `tree ${treeOid}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${author}`,
      `committer ${author}`,
    ];
    const sha = store("commit", `${head.join("\n")}\n\nx\n`);
    run(directory, ["update-ref", `refs/heads/b${count++}`, sha]);
    return sha;
  };
  const blob = (content: string | Uint8Array): string => store("blob", content);
  return {
    directory,
    blob,
    tree,
    commit,
    file: (path: string, content = "x"): Item => ({ name: path, mode: "100644", oid: blob(content) }),
  };
}

/** Unpacks an archive with the system's tar. */
async function extract(archive: AsyncIterable<Uint8Array>, into: string): Promise<void> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece);
  const done = spawnSync("tar", ["-xf", "-", "-C", into], { input: Buffer.concat(pieces) });
  assert.equal(done.status, 0, done.stderr.toString());
}

describe("a repository with hostile names", () => {
  test(
    "is handed out byte by byte where a file system takes them",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      const forge = forger(world);
      const utf8 = [
        "a\nb",
        'quo"te',
        "-rf",
        "--checkpoint-action=exec=touch canary",
        "tab\t",
        " space ",
        "CON",
        "a:b",
        "a\\b",
        "x".repeat(255),
        "ünï",
        "u\u0308",
        "A",
        "a",
        "%2e%2e",
        "$(touch canary)",
        "...",
        ".gitx",
        "git~2",
      ];
      const names = [...utf8.map((each) => Buffer.from(each).toString("latin1")), "\xff\xfe", "caf\xe9"];
      const sorted = names.toSorted((a, b) => (a < b ? -1 : 1));
      const sha = forge.commit(forge.tree(sorted.map((each) => forge.file(each, `content of ${each}`))));
      const at = remote(name);
      for (const path of utf8) assert.equal((await git.entry(at, sha, path, signal))?.mode, "File", path);
      const { files } = await git.diff(at, { from: forge.commit(forge.tree([])), to: sha, most: 1_000 }, signal);
      assert.equal(files.length, names.length);
      assert.ok(utf8.every((path) => files.some((file) => file.path === path)));
      const target = mkdtempSync(join(tmpdir(), "millrace-tar-"));
      try {
        await extract(git.tar(at, sha, signal), target);
        const there = readdirSync(target, { encoding: "buffer" }).map((each) => each.toString("latin1"));
        assert.deepEqual(there.sort(), names.toSorted());
      } finally {
        rmSync(target, { recursive: true, force: true });
      }
      assert.deepEqual(strays(world), []);
    }),
  );

  test(
    "is refused where they lead out of a folder, or into git's own, and the name is told",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      const forge = forger(world);
      const at = remote(name);
      const inner = forge.tree([forge.file("config")]);
      const bad: readonly (readonly [string, RegExp])[] = [
        ["..", /holds the step "\.\."/],
        [".", /holds the step "\."/],
        ["a/b", /with a slash/],
        ["../x", /with a slash/],
        [".git", /belongs to git itself/],
        [".GIT", /belongs to git itself/],
        ["git~1", /belongs to git itself/],
        ["GIT~1 .", /belongs to git itself/],
        [".git::$INDEX_ALLOCATION", /belongs to git itself/],
        [".git\\hooks", /belongs to git itself/],
        [Buffer.from(".g\u200cit").toString("latin1"), /belongs to git itself/],
        ["x".repeat(4_097), /longer than 4096 bytes/],
      ];
      for (const [odd, why] of bad) {
        const sha = forge.commit(forge.tree([{ name: odd, mode: "40000", oid: inner }]));
        await rejectsAs(untar(git.tar(at, sha, signal)), "rejected", why);
      }
      assert.match(nameFault("") ?? "", /holds the step ""/, "which no host gives out");
      assert.deepEqual(strays(world), []);
    }),
  );

  test(
    "may be as deep as a file system takes, and no deeper",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      world.server.create(name);
      const at = remote(name);
      const deep = (depth: number): string => {
        const path = `${"d/".repeat(depth)}f`;
        return world.server.commit(name, `deep-${depth}`, { [path]: "x" });
      };
      const [fine, tooDeep] = [deep(2_000), deep(2_100)];
      assert.equal((await untar(git.tar(at, fine, signal))).length, 2_001);
      assert.equal(Buffer.from((await git.read(at, fine, `${"d/".repeat(2_000)}f`, signal))!).toString(), "x");
      await rejectsAs(untar(git.tar(at, tooDeep, signal)), "rejected", /longer than 4096 bytes/);
      await rejectsAs(git.read(at, tooDeep, `${"d/".repeat(2_100)}f`, signal), "rejected", /longer than 4096 bytes/);
    }),
  );
});

describe("a repository with hostile content", () => {
  test(
    "links lead nowhere: they are handed out as links, and neither read nor written through",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      const forge = forger(world);
      const link = (path: string, target: string): Item => ({ name: path, mode: "120000", oid: forge.blob(target) });
      const links = [link("a", "b"), link("b", "a"), link("etc", "/etc"), link("up", "../../../x"), link("self", ".")];
      const sha = forge.commit(forge.tree(links.toSorted((x, y) => (x.name < y.name ? -1 : 1))));
      const at = remote(name);
      for (const path of ["a", "etc", "self"]) await rejectsAs(git.read(at, sha, path, signal), "rejected", /link/);
      for (const path of ["etc/passwd", "self/a", "up/y"]) {
        assert.equal(await git.read(at, sha, path, signal), undefined);
        await rejectsAs(git.commit(at, changeOf(sha, path, "x"), signal), "rejected", /symbolic link, not a folder/);
      }
      const target = mkdtempSync(join(tmpdir(), "millrace-tar-"));
      try {
        await extract(git.tar(at, sha, signal), target);
        assert.equal(readlinkSync(join(target, "etc")), "/etc");
        assert.equal(readlinkSync(join(target, "up")), "../../../x");
      } finally {
        rmSync(target, { recursive: true, force: true });
      }
      for (const bad of ["", "x\0y", "y".repeat(4_096)])
        await rejectsAs(
          untar(git.tar(at, forge.commit(forge.tree([link("l", bad)])), signal)),
          "rejected",
          /"l": it is a link/,
        );
    }),
  );

  test(
    "a file that is too large for memory is refused by its path, and still goes through where it streams",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      const forge = forger(world);
      const size = 64 * 1024 * 1024 + 1;
      const [huge, small] = [Buffer.alloc(size), Buffer.from("small")];
      const items = [
        { name: "huge", mode: "100644", oid: forge.blob(huge) },
        { name: "small", mode: "100644", oid: forge.blob(small) },
      ];
      const [sha, before] = [forge.commit(forge.tree(items)), forge.commit(forge.tree(items.slice(1)))];
      const at = remote(name);
      await rejectsAs(
        git.read(at, sha, "huge", signal),
        "rejected",
        /cannot read "huge": it has 67108865 bytes, and 67108864 is the most/,
      );
      assert.equal(Buffer.from((await git.read(at, sha, "small", signal))!).toString(), "small", "the reader goes on");
      let [bytes, largest] = [0, 0];
      for await (const piece of git.tar(at, sha, signal)) {
        bytes += piece.byteLength;
        largest = Math.max(largest, piece.byteLength);
      }
      assert.ok(bytes > size && bytes < size + 4_096, `${bytes}`);
      assert.ok(largest <= 1024 * 1024, `${largest}`);
      const { files, text } = await git.diff(at, { from: before, to: sha, most: 10_000 }, signal);
      assert.deepEqual(files, [{ path: "huge", added: 0, removed: 0 }]);
      assert.match(text, /Binary files \/dev\/null and b\/huge differ/);
    }),
  );

  test(
    "a tree that names itself often enough to be endless is refused at once",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      const forge = forger(world);
      const ten = (oid: string, mode = "40000"): Item[] =>
        Array.from({ length: 10 }, (_, n) => ({ name: `${n}`, mode, oid }));
      let bomb = forge.tree(ten(forge.blob("boom"), "100644"));
      for (let level = 0; level < 9; level++) bomb = forge.tree(ten(bomb));
      const [calm, sha] = [forge.commit(forge.tree([forge.file("calm")])), forge.commit(bomb)];
      const at = remote(name);
      await git.sync(at, signal);
      await rejectsAs(git.diff(at, { from: calm, to: sha, most: 10 }, signal), "rejected", /more than 100000 files/);
      await rejectsAs(
        git.pick(at, { commit: sha, onto: calm, message: "x" }, signal),
        "rejected",
        /more than 400000 files/,
      );
      assert.equal(Buffer.from((await git.read(at, sha, "0/1/2/3/4/5/6/7/8/9", signal))!).toString(), "boom");
      const endless: Tree = new Map(["a", "b"].map((each) => [each, { mode: folderMode, oid: "1".repeat(40) }]));
      const walk = walkTree("1".repeat(40), async () => endless, { most: 1_000, judge: () => undefined });
      await rejectsAs(walk, "rejected", /more than 1000 files and folders/);
    }),
  );

  test(
    "commits that git would not make are read as far as they go, and what we make of them is sound",
    inGitWorld(async (world) => {
      const { git, remote } = world;
      const forge = forger(world);
      const at = remote(name);
      const calm = forge.commit(forge.tree([forge.file("calm")]));
      for (const author of [
        "",
        "no address",
        "<> 99999999999999999999 +0000",
        "A <a@b> -5 +9999",
        "caf\xe9 <x@y> 1 +0000",
        "A <a\0b> 1 +0000",
      ]) {
        const sha = forge.commit(forge.tree([forge.file("added", author)]), author);
        assert.equal((await git.describe(at, sha, signal))?.sha, sha);
        const picked = await git.pick(at, { commit: sha, onto: calm, message: "x" }, signal);
        assert.equal(picked.is, "commit", author);
        const done = await git.push(
          at,
          { branch: `from-${sha}`, sha: (picked as { sha: string }).sha, expect: undefined },
          signal,
        );
        assert.equal(done, "done");
        // In a clone that refuses what is not sound.
        run(forge.directory, ["init", "--quiet", "--bare", sha]);
        run(join(forge.directory, sha), ["-c", "transfer.fsckObjects=true", "fetch", "--quiet", "..", `from-${sha}`]);
      }
      const [missing, twice] = [
        forge.commit("2".repeat(40)),
        forge.commit(forge.tree([forge.file("a"), forge.file("a")])),
      ];
      await rejectsAs(untar(git.tar(at, twice, signal)), "rejected", /two entries of one name/);
      await assert.rejects(git.read(at, missing, "a", signal));
      assert.equal(await git.read(at, calm, "other", signal), undefined, "the rest goes on");
    }),
  );
});
