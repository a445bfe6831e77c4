import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ForgeError, type ForgeErrorCode } from "../../src/reconcilers/errors.ts";
import type { FileChange, Git, NewCommit, Remote } from "../../src/reconcilers/git-port.ts";
import { untar } from "../support/git-untar.ts";

type Later<T> = T | Promise<T>;

/** One host with a git over it. Repositories are made by the test that wants one. */
export interface GitFixture {
  readonly git: Git;
  /** Where `name` would be, whether it is there or not. */
  remote(name: string): Remote;
  /** Makes an empty repository. */
  create(name: string): Later<void>;
  /** Commits as a person does, and gives the commit. Undefined removes a file. */
  commit(
    name: string,
    branch: string,
    files: Readonly<Record<string, string | undefined>>,
    message?: string,
  ): Later<string>;
  /** An annotated tag where the host knows such. */
  tag(name: string, tag: string, sha: string): Later<void>;
  deleteBranch(name: string, branch: string): Later<void>;
  close(): Promise<void>;
}

const { signal } = new AbortController();
const text = (value: string): Uint8Array => Buffer.from(value);
const shown = (content: Uint8Array | undefined): string | undefined => content && Buffer.from(content).toString();
const author = { name: "Millrace", email: "millrace@example.com" };
const at = new Date("2026-01-02T03:04:05.678Z");
const change = (parent: string, changes: readonly FileChange[], message = "Change\n\nWhy.\n"): NewCommit => ({
  parent,
  changes,
  message,
  author,
  at,
});

/** Passes when the promise rejects with a ForgeError of this code whose message holds no credential. */
export async function rejectsAs(promise: Promise<unknown>, code: ForgeErrorCode, message?: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ForgeError, `${error}`);
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /s3cret/);
    if (message) assert.match(error.message, message);
    return true;
  });
}

/** Holds an implementation to the text of Git. */
export function testGit(name: string, make: () => Promise<GitFixture>): void {
  describe(`${name} keeps the contract of Git`, () => {
    let host: GitFixture;
    let git: Git;
    let count = 0;
    before(async () => {
      host = await make();
      git = host.git;
    });
    after(() => host.close());

    /** A repository with one commit on main. */
    const repository = async (files: Readonly<Record<string, string>> = { "a.txt": "one\n", "dir/b.txt": "two\n" }) => {
      const id = `acme/repo-${count++}`;
      await host.create(id);
      return { id, remote: host.remote(id), first: await host.commit(id, "main", files, "First") };
    };

    test("an empty repository has no refs, and an absent one rejects", async () => {
      await host.create("acme/empty");
      assert.deepEqual(await git.sync(host.remote("acme/empty"), signal), { heads: new Map(), tags: new Map() });
      await rejectsAs(git.sync(host.remote("acme/none"), signal), "absent");
    });

    test("sync gives branches and tags, and a tag is the commit that it points at", async () => {
      const { id, remote, first } = await repository();
      await host.tag(id, "v1.0.0", first);
      const second = await host.commit(id, "feature/deep", { "c.txt": "three\n" });
      const { heads, tags } = await git.sync(remote, signal);
      assert.deepEqual([...heads].sort(), [
        ["feature/deep", second],
        ["main", first],
      ]);
      assert.deepEqual([...tags], [["v1.0.0", first]]);
      assert.deepEqual(await git.sync(remote, signal), { heads, tags });
    });

    test("sync follows what moves, comes and goes", async () => {
      const { id, remote } = await repository();
      await git.sync(remote, signal);
      const second = await host.commit(id, "main", { "a.txt": "uno\n" });
      const third = await host.commit(id, "other", { "a.txt": "tres\n" });
      assert.deepEqual((await git.sync(remote, signal)).heads.get("main"), second);
      await host.deleteBranch(id, "other");
      const nested = await host.commit(id, "other/below", { "a.txt": "cuatro\n" });
      const { heads } = await git.sync(remote, signal);
      assert.equal(heads.get("other"), undefined);
      assert.equal(heads.get("other/below"), nested);
      assert.notEqual(third, nested);
    });

    test("a file reads as its bytes, and what is no file as undefined", async () => {
      const { remote, first } = await repository({
        "a.txt": "one\n",
        "dir/b.txt": "two",
        'dir/ünïcode \n".txt': "odd",
      });
      await git.sync(remote, signal);
      assert.equal(shown(await git.read(remote, first, "a.txt", signal)), "one\n");
      assert.equal(shown(await git.read(remote, first, "dir/b.txt", signal)), "two");
      assert.equal(shown(await git.read(remote, first, 'dir/ünïcode \n".txt', signal)), "odd");
      for (const path of ["none", "dir", "dir/none", "a.txt/below", "A.TXT"])
        assert.equal(await git.read(remote, first, path, signal), undefined, path);
    });

    test("a commit that is not there: reading rejects, describing gives undefined", async () => {
      const { remote } = await repository();
      await rejectsAs(git.read(remote, "1".repeat(40), "a.txt", signal), "absent");
      assert.equal(await git.describe(remote, "1".repeat(40), signal), undefined);
    });

    test("a commit is described, before the first sync as well", async () => {
      const { id, remote, first } = await repository();
      const second = await host.commit(id, "main", { "a.txt": "uno\n" }, "Second");
      const facts = await git.describe(remote, second, signal);
      assert.deepEqual(facts?.parents, [first]);
      assert.equal(facts?.message, "Second\n");
      assert.equal(facts?.authorEmail, "pat@example.com");
      assert.match(facts?.tree ?? "", /^[0-9a-f]{40}$/);
      assert.equal(facts?.sha, second);
    });

    test("a commit changes what it is told to and nothing else", async () => {
      const { remote, first } = await repository({ "a.txt": "one\n", "dir/b.txt": "two\n", "gone/c.txt": "three\n" });
      const made = await git.commit(
        remote,
        change(first, [
          { path: "a.txt", content: text("uno\n") },
          { path: "gone/c.txt", content: undefined },
          { path: "never/was.txt", content: undefined },
          { path: "x/y/z.bin", content: Buffer.from([0, 255, 10, 13, 0]) },
        ]),
        signal,
      );
      assert.deepEqual(made.parents, [first]);
      assert.equal(made.message, "Change\n\nWhy.\n");
      assert.equal(made.authorEmail, author.email);
      assert.deepEqual(made.committedAt, new Date("2026-01-02T03:04:05Z"));
      assert.deepEqual(await git.describe(remote, made.sha, signal), made);
      const read = (path: string) => git.read(remote, made.sha, path, signal);
      assert.equal(shown(await read("a.txt")), "uno\n");
      assert.equal(shown(await read("dir/b.txt")), "two\n");
      assert.equal(await read("gone/c.txt"), undefined);
      assert.deepEqual(Buffer.from((await read("x/y/z.bin"))!), Buffer.from([0, 255, 10, 13, 0]));
      assert.equal(shown(await git.read(remote, first, "a.txt", signal)), "one\n");
    });

    test("the same input gives the same commit, whoever makes it", async () => {
      const { remote, first } = await repository();
      const commit = change(first, [{ path: "dir/new.txt", content: text("new\n") }]);
      const once = await git.commit(remote, commit, signal);
      assert.deepEqual(await git.commit(remote, commit, signal), once);
      // As `git write-tree` names it.
      assert.equal(once.tree, "1dba9ddddcc498c8196c68bbcf8985e761f5c3c7");
      const later = { ...commit, at: new Date(at.getTime() + 1_000) };
      assert.notEqual((await git.commit(remote, later, signal)).sha, once.sha);
    });

    test("a commit that changes nothing has its parent's tree", async () => {
      const { remote, first } = await repository();
      const parent = await git.describe(remote, first, signal);
      for (const changes of [[], [{ path: "a.txt", content: text("one\n") }], [{ path: "none", content: undefined }]])
        assert.equal((await git.commit(remote, change(first, changes), signal)).tree, parent?.tree);
    });

    test("removing the last file leaves an empty tree, and a file can become a folder", async () => {
      const { remote, first } = await repository({ "a.txt": "one\n" });
      const empty = await git.commit(remote, change(first, [{ path: "a.txt", content: undefined }]), signal);
      assert.equal(empty.tree, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
      const turned = await git.commit(
        remote,
        change(first, [
          { path: "a.txt", content: undefined },
          { path: "a.txt/b", content: text("below\n") },
        ]),
        signal,
      );
      assert.equal(shown(await git.read(remote, turned.sha, "a.txt/b", signal)), "below\n");
    });

    test("a path that is no plain file is refused", async () => {
      const { remote, first } = await repository();
      const paths = [
        "",
        "/abs",
        "a/",
        "a//b",
        "../out",
        "a/./b",
        ".git/config",
        "x/.GIT/y",
        "git~1",
        "a\0b",
        ".git ",
        ".g\u200cit",
      ];
      for (const path of paths) {
        const commit = change(first, [{ path, content: text("x") }]);
        await rejectsAs(git.commit(remote, commit, signal), "rejected");
        await rejectsAs(git.read(remote, first, path, signal), "rejected");
      }
      for (const path of ["a.txt/below", "dir"])
        await rejectsAs(git.commit(remote, change(first, [{ path, content: text("x") }]), signal), "rejected");
      const twice = [
        { path: "a.txt", content: text("x") },
        { path: "a.txt", content: text("y") },
      ];
      await rejectsAs(git.commit(remote, change(first, twice), signal), "rejected");
    });

    test("a mode is kept, or changed where a change names one", async () => {
      const { remote, first } = await repository({ "a.txt": "one\n", "b.txt": "two\n" });
      const modes = async (sha: string) =>
        Promise.all(["a.txt", "b.txt", "c"].map(async (path) => (await git.entry(remote, sha, path, signal))?.mode));
      assert.deepEqual(await modes(first), ["File", "File", undefined]);
      const some = change(first, [
        { path: "a.txt", content: text("one\n"), mode: "Executable" },
        { path: "c", content: text("../b.txt"), mode: "Link" },
      ]);
      const second = await git.commit(remote, some, signal);
      assert.deepEqual(await modes(second.sha), ["Executable", "File", "Link"]);
      // As `git write-tree` names it.
      assert.equal(second.tree, "48f1769afa82341ee1302dc7f458bb27dfeccb1c");
      const kept = await git.commit(remote, change(second.sha, [{ path: "a.txt", content: text("uno\n") }]), signal);
      assert.deepEqual(await modes(kept.sha), ["Executable", "File", "Link"]);
      await rejectsAs(git.read(remote, kept.sha, "c", signal), "rejected", /symbolic link/);
      const through = change(kept.sha, [{ path: "c", content: text("x") }]);
      await rejectsAs(git.commit(remote, through, signal), "rejected", /link/);
      for (const content of [text(""), text("a\0b"), text("x".repeat(5_000))])
        await rejectsAs(git.commit(remote, change(first, [{ path: "l", content, mode: "Link" }]), signal), "rejected");
      const last = await git.commit(
        remote,
        change(kept.sha, [
          { path: "a.txt", content: text("uno\n"), mode: "File" },
          { path: "b.txt", content: text("a.txt"), mode: "Link" },
          { path: "c", content: undefined },
        ]),
        signal,
      );
      assert.deepEqual(await modes(last.sha), ["File", "Link", undefined]);
    });

    test("an entry says what is at a path", async () => {
      const { remote, first } = await repository();
      for (const [path, mode] of [
        ["a.txt", "File"],
        ["dir", "Directory"],
        ["dir/b.txt", "File"],
        ["none", undefined],
        ["a.txt/below", undefined],
        ["dir/none", undefined],
      ] as const)
        assert.equal((await git.entry(remote, first, path, signal))?.mode, mode, path);
      await rejectsAs(git.entry(remote, "1".repeat(40), "a.txt", signal), "absent");
      await rejectsAs(git.entry(remote, first, ".git/config", signal), "rejected");
    });

    test("a commit as an archive", async () => {
      const long = `${"deep/".repeat(40)}file`;
      const { remote, first } = await repository({ "a.txt": "one\n", [long]: "x".repeat(513), "dir/ü": "" });
      const made = await git.commit(
        remote,
        change(first, [
          { path: "run", content: text("#!/bin/sh\n"), mode: "Executable" },
          { path: "link", content: text("../".repeat(40)), mode: "Link" },
        ]),
        signal,
      );
      const entries = (await untar(git.tar(remote, made.sha, signal))).filter(({ type }) => type !== "5");
      const told = entries.map(({ path, type, mode, content, target }) => [
        Buffer.from(path, "latin1").toString(),
        type,
        mode.toString(8),
        content.toString() || target,
      ]);
      assert.deepEqual(
        told.sort(([a], [b]) => (a! < b! ? -1 : 1)),
        [
          ["a.txt", "0", "644", "one\n"],
          [long, "0", "644", "x".repeat(513)],
          ["dir/ü", "0", "644", ""],
          ["link", "2", "777", "../".repeat(40)],
          ["run", "0", "755", "#!/bin/sh\n"],
        ],
      );
      assert.ok(entries.every(({ seconds }) => seconds === Math.floor(at.getTime() / 1_000)));
      await rejectsAs(untar(git.tar(remote, "1".repeat(40), signal)), "absent");
      const stop = new AbortController();
      stop.abort(new Error("enough"));
      await assert.rejects(untar(git.tar(remote, made.sha, stop.signal)), /enough/);
    });

    test("how two commits differ", async () => {
      const { remote, first } = await repository({
        "a.txt": "one\ntwo\nthree\n",
        "b.txt": "gone\n",
        "m.sh": "x\n",
        "ü.bin": "\0",
      });
      const { sha } = await git.commit(
        remote,
        change(first, [
          { path: "a.txt", content: text("one\nzwei\nthree\nfour") },
          { path: "b.txt", content: undefined },
          { path: "dir/new.txt", content: text("new\n") },
          { path: "m.sh", content: text("x\n"), mode: "Executable" },
          { path: "ü.bin", content: text("\0\0") },
        ]),
        signal,
      );
      const diff = await git.diff(remote, { from: first, to: sha, most: 100_000 }, signal);
      assert.deepEqual(diff.files, [
        { path: "a.txt", added: 2, removed: 1 },
        { path: "b.txt", added: 0, removed: 1 },
        { path: "dir/new.txt", added: 1, removed: 0 },
        { path: "m.sh", added: 0, removed: 0 },
        { path: "ü.bin", added: 0, removed: 0 },
      ]);
      assert.equal(
        diff.text,
        [
          "diff --git a/a.txt b/a.txt",
          "index 4cb29ea38f..bd4bfdbab5 100644",
          "--- a/a.txt",
          "+++ b/a.txt",
          "@@ -1,3 +1,4 @@",
          " one",
          "-two",
          "+zwei",
          " three",
          "+four",
          "\\ No newline at end of file",
          "diff --git a/b.txt b/b.txt",
          "deleted file mode 100644",
          "index 286c5f5776..0000000000",
          "--- a/b.txt",
          "+++ /dev/null",
          "@@ -1 +0,0 @@",
          "-gone",
          "diff --git a/dir/new.txt b/dir/new.txt",
          "new file mode 100644",
          "index 0000000000..3e757656cf",
          "--- /dev/null",
          "+++ b/dir/new.txt",
          "@@ -0,0 +1 @@",
          "+new",
          "diff --git a/m.sh b/m.sh",
          "old mode 100644",
          "new mode 100755",
          "diff --git a/ü.bin b/ü.bin",
          "index f76dd238ad..09f370e38f 100644",
          "Binary files a/ü.bin and b/ü.bin differ",
          "",
        ].join("\n"),
      );
      const short = await git.diff(remote, { from: first, to: sha, most: 60 }, signal);
      assert.equal(short.text, "diff --git a/a.txt b/a.txt\n(cut here: the rest is beyond 60 bytes)\n");
      assert.deepEqual(short.files, diff.files);
      assert.deepEqual(await git.diff(remote, { from: sha, to: sha, most: 60 }, signal), { files: [], text: "" });
      await rejectsAs(git.diff(remote, { from: "1".repeat(40), to: sha, most: 60 }, signal), "absent");
    });

    test("who descends from whom", async () => {
      const { id, remote, first } = await repository();
      const main = await host.commit(id, "main", { "a.txt": "uno\n" });
      const second = await host.commit(id, "main", { "a.txt": "due\n" });
      const aside = await host.commit(id, "aside", { "a.txt": "tre\n" });
      const made = await git.commit(remote, change(second, [{ path: "a.txt", content: text("x") }]), signal);
      const isAncestor = (old: string, young: string) => git.isAncestor(remote, old, young, signal);
      for (const [old, young] of [
        [first, first],
        [first, main],
        [first, second],
        [first, made.sha],
        [second, made.sha],
      ] as const)
        assert.equal(await isAncestor(old, young), true);
      for (const [old, young] of [
        [second, first],
        [made.sha, second],
        [aside, second],
        ["1".repeat(40), second],
        [first, "1".repeat(40)],
      ] as const)
        assert.equal(await isAncestor(old, young), false);
    });

    test("a commit is picked onto another branch", async () => {
      const { id, remote, first } = await repository({ "a.txt": "one\n", "b.txt": "two\n", "c.txt": "three\n" });
      const stable = await git.commit(remote, change(first, [{ path: "b.txt", content: text("stable\n") }]), signal);
      await host.commit(id, "main", { "c.txt": "not picked\n" });
      const fix = await host.commit(id, "main", { "a.txt": "fixed\n", "new.txt": "new\n" }, "Fix");
      const pick = (commit: string, onto: string) => git.pick(remote, { commit, onto, message: "Picked" }, signal);
      const picked = await pick(fix, stable.sha);
      assert.equal(picked.is, "commit");
      const { sha } = picked as { readonly sha: string };
      const facts = await git.describe(remote, sha, signal);
      const original = await git.describe(remote, fix, signal);
      assert.deepEqual(facts?.parents, [stable.sha]);
      assert.deepEqual(
        [facts?.message, facts?.authorEmail, facts?.committedAt],
        ["Picked\n", "pat@example.com", original?.committedAt],
      );
      const read = async (path: string) => shown(await git.read(remote, sha, path, signal));
      const files = await Promise.all(["a.txt", "b.txt", "c.txt", "new.txt"].map(read));
      assert.deepEqual(files, ["fixed\n", "stable\n", "three\n", "new\n"]);
      assert.deepEqual(await pick(fix, stable.sha), picked, "the same again");
      assert.deepEqual(await pick(fix, sha), { is: "applied" });
      assert.deepEqual(await pick(fix, fix), { is: "applied" });
      assert.equal(await git.push(remote, { branch: "backport", sha, expect: undefined }, signal), "done");
    });

    test("a commit that cannot be picked: each file says why", async () => {
      const { id, remote, first } = await repository({ "a.txt": "one\n", "b.txt": "two\n", "c.txt": "three\n" });
      const stable = await git.commit(
        remote,
        change(first, [
          { path: "a.txt", content: text("stable\n") },
          { path: "b.txt", content: undefined },
        ]),
        signal,
      );
      const fix = await host.commit(id, "main", { "a.txt": "fixed\n", "b.txt": "fixed\n", "c.txt": "fixed\n" }, "Fix");
      const pick = (commit: string, onto: string) => git.pick(remote, { commit, onto, message: "Picked" }, signal);
      assert.deepEqual(await pick(fix, stable.sha), {
        is: "conflict",
        files: [
          { path: "a.txt", why: "content: both sides changed the same lines" },
          { path: "b.txt", why: "modify/delete: one side changed it, and the other removed it" },
        ],
      });
      await rejectsAs(pick("1".repeat(40), stable.sha), "absent");
      await rejectsAs(pick(fix, "1".repeat(40)), "absent");
    });

    test("the first commit of all is picked as what it added", async () => {
      const { remote, first } = await repository({ "a.txt": "one\n" });
      const { sha } = await git.commit(remote, change(first, [{ path: "a.txt", content: undefined }]), signal);
      const other = await git.commit(remote, change(sha, [{ path: "b.txt", content: text("two\n") }]), signal);
      const picked = await git.pick(remote, { commit: first, onto: other.sha, message: "Again" }, signal);
      assert.equal(picked.is, "commit");
      const again = (picked as { readonly sha: string }).sha;
      assert.equal(shown(await git.read(remote, again, "a.txt", signal)), "one\n");
      assert.equal(shown(await git.read(remote, again, "b.txt", signal)), "two\n");
    });

    test("a commit on an unknown parent is refused", async () => {
      const { remote } = await repository();
      await rejectsAs(git.commit(remote, change("2".repeat(40), []), signal), "absent");
    });

    test("nothing leaves the machine before a push, and a push makes, moves and deletes a branch", async () => {
      const { remote, first } = await repository();
      const made = await git.commit(remote, change(first, [{ path: "a.txt", content: text("uno\n") }]), signal);
      const next = await git.commit(remote, change(made.sha, [{ path: "a.txt", content: text("dos\n") }]), signal);
      assert.deepEqual([...(await git.sync(remote, signal)).heads], [["main", first]]);
      const push = (sha: string | undefined, expect: string | undefined) =>
        git.push(remote, { branch: "millrace/x", sha, expect }, signal);
      const head = async () => (await git.sync(remote, signal)).heads.get("millrace/x");

      assert.equal(await push(made.sha, undefined), "done");
      assert.equal(await head(), made.sha);
      assert.equal(await push(made.sha, undefined), "done", "a replay finds it done");
      assert.equal(await push(next.sha, made.sha), "done");
      assert.equal(await push(next.sha, made.sha), "done", "a replay finds it done");
      assert.equal(await head(), next.sha);
      assert.equal(await push(made.sha, next.sha), "done", "back, which is no fast-forward");
      assert.equal(await push(undefined, next.sha), "moved");
      assert.equal(await push(undefined, made.sha), "done");
      assert.equal(await push(undefined, made.sha), "done", "a replay finds it done");
      assert.equal(await head(), undefined);
    });

    test("a push never overwrites what somebody else put there", async () => {
      const { id, remote, first } = await repository();
      const made = await git.commit(remote, change(first, [{ path: "a.txt", content: text("uno\n") }]), signal);
      const push = (sha: string | undefined, expect: string | undefined) =>
        git.push(remote, { branch: "shared", sha, expect }, signal);
      const theirs = await host.commit(id, "shared", { "a.txt": "theirs\n" });
      assert.equal(await push(made.sha, undefined), "moved", "it should not exist, and does");
      assert.equal(await push(made.sha, first), "moved", "it should be elsewhere");
      assert.equal(await push(undefined, first), "moved");
      assert.equal((await git.sync(remote, signal)).heads.get("shared"), theirs);
      await host.deleteBranch(id, "shared");
      assert.equal(await push(made.sha, theirs), "moved", "it should exist, and does not");
      assert.equal((await git.sync(remote, signal)).heads.get("shared"), undefined);
    });

    test("a commit that is nowhere, and a name that no branch can have, are not pushed", async () => {
      const { remote, first } = await repository();
      const nowhere = { branch: "x", sha: "3".repeat(40), expect: undefined };
      await assert.rejects(git.push(remote, nowhere, signal), ForgeError);
      for (const branch of ["", "-f", "a..b", "a b", "a:b", "x.lock", "a\nb", "/a", "a/", "@{u}"])
        await rejectsAs(git.push(remote, { branch, sha: first, expect: undefined }, signal), "rejected");
    });

    test("who gives up is let go", async () => {
      const { remote, first } = await repository();
      const stop = new AbortController();
      stop.abort(new Error("enough"));
      await assert.rejects(git.sync(remote, stop.signal), /enough/);
      await assert.rejects(git.read(remote, first, "a.txt", stop.signal), /enough/);
    });
  });
}
