import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { eventually, type Suite, signal, text } from "./forge-fixture.ts";

/** What people do to pull requests, and what a forge tells of it. */
export function testPeople({ host, repository, open }: Suite): void {
  const pulls = () => host().forge.pulls;

  test("tells what somebody may do, and that a stranger may do nothing", async () => {
    const { at, id } = await repository();
    for (const role of ["Read", "Triage", "Write", "Maintain", "Admin"] as const) {
      const login = await host().member(id, role);
      if (login !== undefined) assert.equal(await host().forge.role(at, login, signal), role, login);
    }
    assert.equal(await host().forge.role(at, host().person, signal), "Admin");
    assert.equal(await host().forge.role(at, "nobody-at-all", signal), "None");
  });

  test("reads what people say, from where it was read before", async () => {
    const { at, id } = await repository();
    const { number } = await open(at);
    const read = (after: number) => pulls().comments(at, number, after, signal);
    assert.deepEqual(await read(0), []);
    const first = await host().say(id, number, "One.");
    const second = await host().say(id, number, "Two.\n\n/millrace why");
    const said = await read(0);
    assert.deepEqual(
      said.map(({ id, author, isBot, body }) => ({ id, author, isBot, body })),
      [
        { id: first, author: host().person, isBot: false, body: "One." },
        { id: second, author: host().person, isBot: false, body: "Two.\n\n/millrace why" },
      ],
    );
    assert.ok(Math.abs(said[0]!.at.getTime() - Date.now()) < 600_000, said[0]!.at.toISOString());
    assert.deepEqual(await read(first), said.slice(1));
    assert.deepEqual(await read(second), []);
    const third = await host().say(id, number, "Three.");
    assert.deepEqual(
      (await read(second)).map(({ id }) => id),
      [third],
    );
    assert.equal((await read(0)).length, 3);
  });

  test("reads a long conversation a hundred comments at a time", async () => {
    const { at, id } = await repository();
    const { number } = await open(at);
    for (let n = 0; n < 103; n++) await host().say(id, number, `${n}`);
    const bodies: string[] = [];
    let last = 0;
    for (let page = 1; page <= 3; page++) {
      const comments = await pulls().comments(at, number, last, signal);
      assert.equal(comments.length, page === 1 ? 100 : page === 2 ? 3 : 0);
      bodies.push(...comments.map(({ body }) => body));
      last = comments.at(-1)?.id ?? last;
    }
    assert.deepEqual(
      bodies,
      Array.from({ length: 103 }, (_, n) => `${n}`),
    );
  });

  test("comments once for each mark, and is not silenced by a person who writes the mark", async () => {
    const { at, id } = await repository();
    const { number } = await open(at);
    const comment = (mark: string) => pulls().comment(at, number, { body: "Stopped.", mark }, signal);
    await host().say(id, number, "<!-- millrace:stopped/1 -->");
    assert.equal(await comment("stopped/1"), true);
    assert.equal(await comment("stopped/1"), false);
    assert.equal(await comment("stopped/2"), true);
    const bodies = (await host().comments(id, number)).slice(1);
    assert.deepEqual(
      bodies.map((body) => body.replaceAll(/<!--.*?-->/gs, "").trim()),
      ["Stopped.", "Stopped."],
    );
    const seen = await pulls().comments(at, number, 0, signal);
    assert.deepEqual(
      seen.map(({ isBot }) => isBot),
      [false, true, true],
    );
  });

  test("tells who closed a pull request, and nobody where it is open or merged", async () => {
    const { at, id, sha } = await repository();
    const { number } = await open(at);
    const closer = () => pulls().closedBy(at, number, signal);
    assert.equal(await closer(), undefined);
    await host().close(id, number);
    const closed = await closer();
    if (host().hidesCloser) assert.equal(closed, undefined);
    else {
      assert.equal(closed?.by, host().person);
      assert.ok(Math.abs(closed.at.getTime() - Date.now()) < 600_000, closed.at.toISOString());
    }
    const again = await open(at);
    assert.ok((await pulls().merge(at, again.number, { sha, method: "Merge" }, signal)).merged);
    assert.equal(await pulls().closedBy(at, again.number, signal), undefined);
  });

  test("adds labels, reviewers and assignees, names what is not known, and takes nothing away", async () => {
    const { at, id } = await repository();
    const { number } = await open(at);
    for (const label of ["deps", "area/core", "kept"]) await host().label(id, label);
    const reviewer = (await host().member(id, "Write"))!;
    const decorate = (wish: Partial<Parameters<ReturnType<typeof pulls>["decorate"]>[2]>) =>
      pulls().decorate(at, number, { labels: [], reviewers: [], assignees: [], ...wish }, signal);
    assert.deepEqual(await decorate({}), { unknown: [] });
    await decorate({ labels: ["kept"] });
    const wish = {
      labels: ["deps", "area/core", "no-such-label"],
      reviewers: [reviewer, "no-such-reviewer"],
      assignees: [host().person, "no-such-assignee"],
    };
    const { unknown } = await decorate(wish);
    assert.deepEqual([...unknown].sort(), ["no-such-assignee", "no-such-label", "no-such-reviewer"]);
    const after = {
      labels: ["area/core", "deps", "kept"],
      reviewers: [reviewer],
      assignees: [host().person],
    };
    assert.deepEqual(await host().decoration(id, number), after);
    assert.deepEqual([...(await decorate(wish)).unknown].sort(), [...unknown].sort());
    assert.deepEqual(await host().decoration(id, number), after);
  });

  test("opens a draft, which is not merged", async () => {
    const { at, sha } = await repository();
    const draft = await pulls().open(at, { branch: "change", base: "main" }, { ...text, draft: true }, signal);
    assert.equal(draft.draft, true);
    assert.equal((await pulls().get(at, draft.number, signal))?.draft, true);
    const merged = await pulls().merge(at, draft.number, { sha, method: "Merge" }, signal);
    assert.ok(!merged.merged && merged.because === "NotMergeable", JSON.stringify(merged));
  });

  test("marks a pull request by all that happens to it, and by nothing else", async () => {
    const { at, id } = await repository();
    const opened = await open(at);
    const look = async () => (await pulls().get(at, opened.number, signal))!;
    /** Until it is known whether it can be merged, since that counts. */
    const settled = () => eventually(look, ({ mergeable, state }) => mergeable !== undefined || state !== "Open");
    /** A forge may work off the push that came before the pull request only now, and that counts too. */
    const inTwo = async () => [await settled(), await setTimeout(1_000).then(settled)] as const;
    const [rested] = await eventually(inTwo, ([one, other]) => one.mark === other.mark);
    const marks = [rested.mark];
    assert.equal((await pulls().find(at, "change", signal))?.mark, marks[0]);
    const changes = [
      () => host().say(id, opened.number, "Hm."),
      () => host().commit(id, "change", { "a.txt": "three\n" }),
      () => pulls().revise(at, opened, { title: "Other", body: "" }, signal),
      () => host().commit(id, "main", { "a.txt": "conflict\n" }),
      () => host().close(id, opened.number),
    ];
    for (const [index, change] of changes.entries()) {
      await change();
      const { mark } = await eventually(settled, ({ mark }) => mark !== marks.at(-1));
      assert.match(mark, /^[\x21-\x7e]{1,128}$/);
      assert.ok(!marks.includes(mark), `change ${index} left the mark as it was`);
      marks.push(mark);
    }
  });

  test("keeps to the ways of merging that a repository allows", async () => {
    const { at, id, sha } = await repository();
    await host().allow(id, ["Squash"]);
    assert.deepEqual((await host().forge.repository(at, signal))?.mergeMethods, ["Squash"]);
    const { number } = await open(at);
    const refused = await pulls().merge(at, number, { sha, method: "Merge" }, signal);
    assert.ok(!refused.merged && refused.because === "NotMergeable", JSON.stringify(refused));
    assert.ok((await pulls().merge(at, number, { sha, method: "Squash" }, signal)).merged);
  });
}
