import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Git, LogEntry, Remote } from "../../src/reconcilers/git-port.ts";
import { type GitFixture, rejectsAs } from "./git.contract.ts";

const { signal } = new AbortController();
const nowhere = "1".repeat(40);
const shown = (content: Uint8Array | undefined): string | undefined => content && Buffer.from(content).toString();

/** Holds an implementation to the text of Git, as far as releases need it: histories, folders, taking back, tags. */
export function testGitForReleases(name: string, make: () => Promise<GitFixture>): void {
  describe(`${name} keeps what Git promises to releases`, () => {
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
      const id = `acme/release-${count++}`;
      await host.create(id);
      const first = await host.commit(id, "main", files, "First");
      return {
        id,
        remote: host.remote(id),
        first,
        push: (more: typeof files, message?: string) => host.commit(id, "main", more, message),
      };
    };
    const files = async (remote: Remote, sha: string, paths: readonly string[]) =>
      Promise.all(paths.map(async (path) => shown(await git.read(remote, sha, path, signal))));
    const made = (picked: Awaited<ReturnType<Git["revert"]>>): string => {
      assert.equal(picked.is, "commit");
      return (picked as { readonly sha: string }).sha;
    };

    test("what is in a folder", async () => {
      const { remote, first } = await repository({
        "b.txt": "1",
        "B.txt": "2",
        "b/deep/x": "3",
        "b-c": "4",
        "ü/ä ö": "5",
      });
      await git.sync(remote, signal);
      const list = (directory: string) => git.list(remote, first, directory, signal);
      assert.deepEqual(await list(""), ["B.txt", "b-c", "b.txt", "b/", "ü/"]);
      assert.deepEqual(await list("b"), ["deep/"]);
      assert.deepEqual(await list("b/deep"), ["x"]);
      assert.deepEqual(await list("ü"), ["ä ö"]);
      for (const path of ["none", "b.txt", "b/deep/x", "b/deep/x/y", "b/de"])
        assert.equal(await list(path), undefined, path);
      for (const path of ["b/", "/b", "..", "b//deep", ".git"]) await rejectsAs(list(path), "rejected");
      await rejectsAs(git.list(remote, nowhere, "", signal), "absent");
    });

    test("an empty commit has an empty root, and a link is no folder", async () => {
      const { remote, first } = await repository({ "a/b": "1" });
      const change = (content: Uint8Array | undefined, mode?: "Link") => ({
        parent: first,
        changes: [
          { path: "a/b", content: undefined },
          ...(content ? [{ path: "l", content, ...(mode && { mode }) }] : []),
        ],
        message: "Change\n",
        author: { name: "Millrace", email: "millrace@example.com" },
        at: new Date(0),
      });
      const empty = await git.commit(remote, change(undefined), signal);
      assert.deepEqual(await git.list(remote, empty.sha, "", signal), []);
      const linked = await git.commit(remote, change(Buffer.from("a"), "Link"), signal);
      assert.deepEqual(await git.list(remote, linked.sha, "", signal), ["l"]);
      assert.equal(await git.list(remote, linked.sha, "l", signal), undefined);
    });

    test("a history, the newest first, with what each commit changed", async () => {
      const { id, remote, first, push } = await repository();
      const second = await push({ "a.txt": "uno\n", "dir/c \nü.txt": "three\n" }, "feat: two\n\nBody.\n\nRefs: #1");
      const third = await host.commit(id, "main", { "dir/b.txt": undefined }, "fix: three");
      const log = (from: string | undefined, to: string, most = 100) => git.log(remote, { from, to, most }, signal);
      const all: readonly LogEntry[] = [
        { sha: third, message: "fix: three\n", parents: [second], paths: ["dir/b.txt"] },
        {
          sha: second,
          message: "feat: two\n\nBody.\n\nRefs: #1\n",
          parents: [first],
          paths: ["a.txt", "dir/c \nü.txt"],
        },
        { sha: first, message: "First\n", parents: [], paths: ["a.txt", "dir/b.txt"] },
      ];
      assert.deepEqual(await log(undefined, third), all);
      assert.deepEqual(await log(first, third), all.slice(0, 2));
      assert.deepEqual(await log(undefined, third, 2), all.slice(0, 2));
      assert.deepEqual(await log(third, third), []);
      assert.deepEqual(await log(third, first), []);
      assert.deepEqual(await log(undefined, third, 0), []);
      await rejectsAs(log(undefined, nowhere), "absent");
      await rejectsAs(log(nowhere, third), "absent");
    });

    test("a history of a commit that changes nothing, and of one of ours that was not pushed", async () => {
      const { remote, first } = await repository();
      const parts = { changes: [], author: { name: "M", email: "m@example.com" }, at: new Date(0) };
      const none = await git.commit(remote, { ...parts, parent: first, message: "Nothing\n" }, signal);
      const [last, before, ...rest] = await git.log(remote, { from: undefined, to: none.sha, most: 9 }, signal);
      assert.deepEqual(last, { sha: none.sha, message: "Nothing\n", parents: [first], paths: [] });
      assert.equal(before?.sha, first);
      assert.deepEqual(rest, []);
    });

    test("what came with some commits is taken back, and what came after them stays", async () => {
      const { remote, push } = await repository({ "a.txt": "one\n", "b.txt": "two\n", "c.txt": "three\n" });
      const from = await push({ "a.txt": "good\n" }, "Good");
      await push({ "a.txt": "bad\n", "b.txt": "bad\n" }, "Bad");
      const to = await push({ "new.txt": "bad\n" }, "Worse");
      const onto = await push({ "c.txt": "later\n" }, "Later");
      const revert = (upon: string) =>
        git.revert(remote, { from, to, onto: upon, message: "Take back\n\nWhy." }, signal);
      const sha = made(await revert(onto));
      assert.deepEqual(await files(remote, sha, ["a.txt", "b.txt", "c.txt", "new.txt"]), [
        "good\n",
        "two\n",
        "later\n",
        undefined,
      ]);
      const [facts, tip] = [await git.describe(remote, sha, signal), await git.describe(remote, onto, signal)];
      assert.deepEqual(
        [facts?.message, facts?.parents, facts?.authorEmail, facts?.committedAt],
        ["Take back\n\nWhy.\n", [onto], "bot@millrace.dev", tip?.committedAt],
      );
      assert.deepEqual(await revert(onto), { is: "commit", sha }, "the same again");
      assert.deepEqual(await revert(sha), { is: "applied" });
      assert.deepEqual(await revert(from), { is: "applied" }, "it never was there");
      assert.equal(await git.push(remote, { branch: "back", sha, expect: undefined }, signal), "done");
      const [entry] = await git.log(remote, { from: onto, to: sha, most: 9 }, signal);
      assert.deepEqual(entry?.paths, ["a.txt", "b.txt", "new.txt"]);
    });

    test("nothing to take back", async () => {
      const { remote, first, push } = await repository();
      const onto = await push({ "a.txt": "uno\n" });
      assert.deepEqual(await git.revert(remote, { from: first, to: first, onto, message: "None" }, signal), {
        is: "applied",
      });
      assert.deepEqual(await git.revert(remote, { from: onto, to: onto, onto: first, message: "None" }, signal), {
        is: "applied",
      });
    });

    test("the head itself is taken back as it was", async () => {
      const { remote, first, push } = await repository();
      const to = await push({ "a.txt": "uno\n", "z/y": "x" });
      const sha = made(await git.revert(remote, { from: first, to, onto: to, message: "Back" }, signal));
      const trees = await Promise.all([first, sha].map((each) => git.describe(remote, each, signal)));
      assert.equal(trees[0]?.tree, trees[1]?.tree);
    });

    test("what was built upon cannot be taken back: each file says why", async () => {
      const { id, remote, first, push } = await repository({ "a.txt": "one\n", "b.txt": "two\n", "c.txt": "three\n" });
      const to = await push({ "a.txt": "bad\n", "b.txt": "bad\n", "c.txt": "bad\n" });
      const onto = await host.commit(id, "main", { "a.txt": "bad, and more\n", "b.txt": undefined }, "More");
      assert.deepEqual(await git.revert(remote, { from: first, to, onto, message: "Back" }, signal), {
        is: "conflict",
        files: [
          { path: "a.txt", why: "content: both sides changed the same lines" },
          { path: "b.txt", why: "modify/delete: one side changed it, and the other removed it" },
        ],
      });
      const ways = { from: first, to, onto };
      for (const each of ["from", "to", "onto"] as const)
        await rejectsAs(git.revert(remote, { ...ways, [each]: nowhere, message: "Back" }, signal), "absent");
    });

    test("a tag is made once, and never moved", async () => {
      const { remote, first, push } = await repository();
      const second = await push({ "a.txt": "uno\n" });
      const tag = (tagged: string, sha: string) => git.tag(remote, { name: tagged, sha }, signal);
      const tags = async () => [...(await git.sync(remote, signal)).tags].sort();
      assert.equal(await tag("v1.0.0-beta.1", first), "done");
      assert.equal(await tag("v1.0.0-beta.1", first), "done", "a replay finds it done");
      assert.equal(await tag("v1.0.0-beta.1", second), "taken");
      assert.equal(await tag("library/v1.0.0", second), "done", "with a slash");
      assert.deepEqual(await tags(), [
        ["library/v1.0.0", second],
        ["v1.0.0-beta.1", first],
      ]);
    });

    test("an annotated tag of a person is as good as ours", async () => {
      const { id, remote, first, push } = await repository();
      const second = await push({ "a.txt": "uno\n" });
      await host.tag(id, "v1.0.0", first);
      assert.equal(await git.tag(remote, { name: "v1.0.0", sha: first }, signal), "done");
      assert.equal(await git.tag(remote, { name: "v1.0.0", sha: second }, signal), "taken");
      assert.deepEqual([...(await git.sync(remote, signal)).tags], [["v1.0.0", first]]);
    });

    test("two who tag at once: one does it", async () => {
      const { remote, first, push } = await repository();
      const second = await push({ "a.txt": "uno\n" });
      const both = await Promise.all([first, second].map((sha) => git.tag(remote, { name: "v1", sha }, signal)));
      assert.deepEqual([...both].sort(), ["done", "taken"]);
      const winner = both[0] === "done" ? first : second;
      assert.deepEqual([...(await git.sync(remote, signal)).tags], [["v1", winner]]);
    });

    test("a commit that is nowhere, and a name that no tag can have, are refused", async () => {
      const { remote, first } = await repository();
      await rejectsAs(git.tag(remote, { name: "v1", sha: nowhere }, signal), "absent");
      for (const bad of ["", "-f", "a..b", "a b", "a:b", "x.lock", "a\nb", "/a", "a/", "@{u}"])
        await rejectsAs(git.tag(remote, { name: bad, sha: first }, signal), "rejected");
      assert.deepEqual([...(await git.sync(remote, signal)).tags], []);
    });
  });
}
