import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Forge, Slug } from "../../src/reconcilers/forge-port.ts";
import { testApprovals } from "./forge-approvals.contract.ts";
import { eventually, type ForgeFixture, type Place, signal, text } from "./forge-fixture.ts";
import { testHandOver } from "./forge-hand-over.contract.ts";
import { testPeople } from "./forge-people.contract.ts";
import { testRehearsal } from "./forge-rehearsal.contract.ts";
import { testReleases } from "./forge-releases.contract.ts";
import { rejectsAs } from "./git.contract.ts";

export type { ForgeFixture } from "./forge-fixture.ts";

/** Holds an implementation to the text of Forge and Pulls. */
export function testForge(name: string, make: () => Promise<ForgeFixture>): void {
  describe(`${name} keeps the contract of Forge`, () => {
    let host: ForgeFixture;
    let forge: Forge;
    let count = 0;
    before(async () => {
      host = await make();
      forge = host.forge;
    });
    after(() => host.stop());

    /** A repository with a branch that is one commit ahead of main. */
    const repository = async (): Promise<Place> => {
      const slug: Slug = { owner: host.person, name: `repo-${count++}` };
      const id = `${slug.owner}/${slug.name}`;
      const first = await host.create(id);
      const sha = await host.commit(id, "change", { "a.txt": "two\n" });
      return { at: slug, id, first, sha };
    };
    const open = (at: Slug, branch = "change") => forge.pulls.open(at, { branch, base: "main" }, text, signal);

    const suite = { host: () => host, repository, open };
    testPeople(suite);
    testHandOver(suite);
    testRehearsal(suite);
    testReleases(suite);
    testApprovals(suite);

    test("says who the credential is", async () => {
      assert.match((await forge.identity(signal)).login, /^millrace/);
    });

    test("gives the facts of a repository, and undefined for what is not there", async () => {
      const { at, id } = await repository();
      const facts = await forge.repository(at, signal);
      assert.ok(facts?.url.endsWith(`/${id}`), facts?.url);
      assert.deepEqual(
        { ...facts, url: "" },
        {
          ...{ url: "", defaultBranch: "main", archived: false, slug: at, canPush: true },
          mergeMethods: ["Merge", "Squash", "Rebase"],
        },
      );
      assert.equal(await forge.repository({ owner: "acme", name: "none" }, signal), undefined);
    });

    test("an archived repository cannot be pushed to", async () => {
      const { at, id } = await repository();
      await host.archive(id);
      const facts = await forge.repository(at, signal);
      assert.deepEqual([facts?.archived, facts?.canPush], [true, false]);
    });

    test("follows a repository that was renamed", async () => {
      const { at, id } = await repository();
      const { number } = await open(at);
      await host.rename(id, `${id}-new`);
      assert.deepEqual((await forge.repository(at, signal))?.slug, { owner: at.owner, name: `${at.name}-new` });
      assert.equal((await forge.pulls.find(at, "change", signal))?.number, number);
      assert.equal((await open(at)).number, number);
      assert.equal(await host.pulls(`${id}-new`), 1);
    });

    test("opens a pull request, once", async () => {
      const { at, id, sha } = await repository();
      const opened = await open(at);
      const { mergeable, mark, openedAt, ...rest } = opened;
      assert.notEqual(mergeable, false);
      assert.match(mark, /^.{1,128}$/);
      assert.ok(Math.abs(openedAt.getTime() - Date.now()) < 600_000, openedAt.toISOString());
      assert.deepEqual(rest, {
        number: opened.number,
        url: opened.url,
        state: "Open",
        ...text,
        draft: false,
        baseBranch: "main",
        headSha: sha,
        mergeSha: undefined,
        handedOver: false,
      });
      assert.match(opened.url, new RegExp(`${id}/pulls?/${opened.number}$`));
      assert.equal((await open(at)).number, opened.number);
      assert.equal(await host.pulls(id), 1);
    });

    test("adopts a pull request that a person has opened from the branch", async () => {
      const { at, id } = await repository();
      const number = await host.open(id, "change");
      assert.equal((await open(at)).number, number);
      assert.equal(await host.pulls(id), 1);
    });

    test("refuses a pull request without commits, from a branch that is not there, in a repository that is not there", async () => {
      const { at, id, first } = await repository();
      assert.ok(first);
      await rejectsAs(open(at, "none"), "rejected");
      await rejectsAs(forge.pulls.open(at, { branch: "main", base: "main" }, text, signal), "rejected");
      await rejectsAs(open({ owner: "acme", name: "none" }), "absent");
      assert.equal(await host.pulls(id), 0);
    });

    test("finds the newest pull request of a branch, whatever its state", async () => {
      const { at, id } = await repository();
      assert.equal(await forge.pulls.find(at, "change", signal), undefined);
      const first = await open(at);
      assert.equal((await forge.pulls.find(at, "change", signal))?.number, first.number);
      const mergeable = await eventually(
        async () => (await forge.pulls.find(at, "change", signal))?.mergeable,
        (found) => found !== undefined,
      );
      assert.equal(mergeable, true);
      await host.close(id, first.number);
      assert.equal((await forge.pulls.find(at, "change", signal))?.state, "Closed");
      const second = await open(at);
      assert.notEqual(second.number, first.number);
      const found = await forge.pulls.find(at, "change", signal);
      assert.deepEqual([found?.number, found?.state], [second.number, "Open"]);
      assert.equal(await forge.pulls.find(at, "chang", signal), undefined);
    });

    test("gets a pull request by number, and undefined for what is not there", async () => {
      const { at } = await repository();
      const { number } = await open(at);
      assert.equal((await forge.pulls.get(at, number, signal))?.title, text.title);
      assert.equal(await forge.pulls.get(at, number + 100, signal), undefined);
    });

    test("a pull request follows its branch", async () => {
      const { at, id, sha } = await repository();
      const { number } = await open(at);
      const next = await host.commit(id, "change", { "a.txt": "three\n" });
      assert.notEqual(next, sha);
      assert.equal((await forge.pulls.get(at, number, signal))?.headSha, next);
    });

    test("revises title and body", async () => {
      const { at } = await repository();
      const opened = await open(at);
      assert.deepEqual((await forge.pulls.revise(at, opened, text, signal)).body, text.body);
      const revised = await forge.pulls.revise(at, opened, { title: "Other", body: "" }, signal);
      assert.deepEqual([revised.title, revised.body], ["Other", ""]);
      const again = await forge.pulls.get(at, opened.number, signal);
      assert.deepEqual([again?.title, again?.body], ["Other", ""]);
    });

    test("tells the checks of a commit, with those that are required and have not begun", async () => {
      const { at, id, sha } = await repository();
      const checks = () => forge.pulls.checks(at, { sha, base: "main" }, signal);
      await host.require(id, "main", ["build", "lint"]);
      await host.status(id, sha, "build", "Passed");
      await host.status(id, sha, "slow", "Pending");
      await host.status(id, sha, "test", "Failed");
      assert.deepEqual(await checks(), [
        { name: "build", state: "Passed", required: true },
        { name: "lint", state: "Pending", required: true, missing: true },
        { name: "slow", state: "Pending", required: false },
        { name: "test", state: "Failed", required: false },
      ]);
      await host.status(id, sha, "test", "Passed");
      assert.equal((await checks())[3]?.state, "Passed");
    });

    test("a commit without checks has none", async () => {
      const { at, sha } = await repository();
      assert.deepEqual(await forge.pulls.checks(at, { sha, base: "main" }, signal), []);
    });

    for (const method of ["Merge", "Squash", "Rebase"] as const) {
      test(`merges by ${method}, once`, async () => {
        const { at, sha } = await repository();
        const { number } = await open(at);
        const merged = await forge.pulls.merge(at, number, { sha, method }, signal);
        assert.ok(merged.merged);
        assert.match(merged.sha, /^[0-9a-f]{40}$/);
        assert.deepEqual(await forge.pulls.merge(at, number, { sha, method }, signal), merged);
        const pull = await forge.pulls.get(at, number, signal);
        assert.deepEqual([pull?.state, pull?.mergeSha], ["Merged", merged.sha]);
        assert.equal((await forge.pulls.find(at, "change", signal))?.state, "Merged");
      });
    }

    test("does not merge another commit than it was told to", async () => {
      const { at, id, sha } = await repository();
      const { number } = await open(at);
      await host.commit(id, "change", { "a.txt": "theirs\n" });
      const result = await forge.pulls.merge(at, number, { sha, method: "Squash" }, signal);
      assert.ok(!result.merged);
      assert.equal(result.because, "Moved");
      assert.equal((await forge.pulls.get(at, number, signal))?.state, "Open");
    });

    test("does not merge what conflicts, lacks a required check, or is closed", async () => {
      const { at, id, sha } = await repository();
      const { number } = await open(at);
      const merge = () => forge.pulls.merge(at, number, { sha, method: "Squash" }, signal);
      await host.require(id, "main", ["build"]);
      const lacking = await merge();
      assert.ok(!lacking.merged && lacking.because === "NotMergeable", JSON.stringify(lacking));
      assert.match(lacking.message, /build|required/i);
      await host.status(id, sha, "build", "Passed");
      await host.require(id, "main", []);
      await host.commit(id, "main", { "a.txt": "conflict\n" });
      const conflicting = await merge();
      assert.ok(!conflicting.merged && conflicting.because === "NotMergeable", JSON.stringify(conflicting));
      const mergeable = await eventually(
        async () => (await forge.pulls.get(at, number, signal))?.mergeable,
        (found) => found === false,
      );
      assert.equal(mergeable, false);
      await host.close(id, number);
      const closed = await merge();
      assert.ok(!closed.merged && closed.because === "NotMergeable", JSON.stringify(closed));
    });

    test("closes with one comment, and leaves alone what is closed", async () => {
      const { at, id } = await repository();
      const { number } = await open(at);
      await forge.pulls.close(at, number, "No longer needed.", signal);
      await forge.pulls.close(at, number, "No longer needed.", signal);
      assert.equal((await forge.pulls.get(at, number, signal))?.state, "Closed");
      assert.deepEqual(await host.comments(id, number), ["No longer needed."]);
    });

    test("the sum of an archive is that of its bytes, and one of nothing rejects", async () => {
      const { at, first, sha } = await repository();
      const sum = await forge.archiveSha256(at, sha, signal);
      assert.match(sum, /^[0-9a-f]{64}$/);
      assert.equal(await forge.archiveSha256(at, sha, signal), sum);
      assert.notEqual(await forge.archiveSha256(at, first, signal), sum);
      await rejectsAs(forge.archiveSha256(at, "1".repeat(40), signal), "absent");
    });

    test("a remote has a name of its own, and a credential", async () => {
      const [one, two] = [forge.remote({ owner: "acme", name: "a" }), forge.remote({ owner: "acme", name: "b" })];
      assert.notEqual(one.id, two.id);
      assert.deepEqual(one.id, forge.remote({ owner: "acme", name: "a" }).id);
      assert.doesNotMatch(one.url, /@/);
      assert.ok((await one.credential(signal))?.password);
    });

    test("who gives up is let go", async () => {
      const { at } = await repository();
      const stop = new AbortController();
      stop.abort(new Error("enough"));
      await assert.rejects(forge.repository(at, stop.signal), /enough/);
      await assert.rejects(forge.pulls.open(at, { branch: "change", base: "main" }, text, stop.signal), /enough/);
    });
  });
}
