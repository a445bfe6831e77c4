import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ForgeError, type ForgeErrorCode } from "../../src/reconcilers/errors.ts";
import type { FileChange, Git, NewCommit, Remote } from "../../src/reconcilers/git-port.ts";

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
