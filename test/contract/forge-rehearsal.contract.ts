import assert from "node:assert/strict";
import { test } from "node:test";
import { type Suite, signal, text } from "./forge-fixture.ts";

/** A forge on which nothing changes. */
export function testRehearsal({ host, repository, open }: Suite): void {
  test("a rehearsal reads what is there, writes nothing, and keeps what it would have sent", async () => {
    const { at, id, sha } = await repository();
    const { number } = await open(at);
    await host().label(id, "deps");
    await host().commit(id, "second", { "b.txt": "one\n" });
    const before = await host().forge.pulls.get(at, number, signal);
    const { forge, calls } = host().forge.rehearse();
    assert.deepEqual(calls(), []);
    assert.deepEqual((await forge.pulls.get(at, number, signal))?.headSha, sha);
    assert.deepEqual(await forge.identity(signal), await host().forge.identity(signal));
    assert.deepEqual(calls(), []);

    const opened = await forge.pulls.open(at, { branch: "second", base: "main" }, text, signal);
    assert.deepEqual([opened.number, opened.state, opened.title], [0, "Open", text.title]);
    await forge.pulls.decorate(at, opened.number, { labels: ["deps"], reviewers: [], assignees: [] }, signal);
    assert.equal(await forge.pulls.comment(at, number, { body: "Hello.", mark: "x" }, signal), true);
    const revised = await forge.pulls.revise(at, before!, { title: "Other", body: "" }, signal);
    assert.equal(revised.title, "Other");
    const merged = await forge.pulls.merge(at, number, { sha, method: "Squash" }, signal);
    assert.equal(merged.merged, true);
    await forge.pulls.close(at, opened.number, "Bye.", signal);

    const made = calls();
    assert.ok(made.length >= 6, JSON.stringify(made));
    for (const { method, path } of made) {
      assert.match(method, /^(POST|PUT|PATCH)$/);
      assert.match(path, /^\/\S+$/);
    }
    assert.ok(made.some(({ body }) => JSON.stringify(body).includes("Hello.")));
    const { mark: _, mergeable: __, ...same } = (await host().forge.pulls.get(at, number, signal))!;
    const { mark: ___, mergeable: ____, ...was } = before!;
    assert.deepEqual(same, was);
    assert.equal(await host().pulls(id), 1);
    assert.deepEqual(await host().comments(id, number), []);
    assert.deepEqual(await host().decoration(id, number), { labels: [], reviewers: [], assignees: [] });
  });
}
