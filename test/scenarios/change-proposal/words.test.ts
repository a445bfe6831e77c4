import assert from "node:assert/strict";
import { test } from "node:test";
import { proposal } from "../../support/objects.ts";
import { callsOf, file, manual, one, pull, pulls, slug, status } from "../../support/one-proposal.ts";

const about = {
  why: "CVE-2026-1 is open.",
  origins: [{ name: "nats-io/nats", url: "https://nats.example/releases", from: "2.0.0", to: "2.1.0" }],
  notes: "Thanks @everyone, closes #7",
  next: "The release follows by itself.",
};

test("the text says why, what changes, where it comes from, what follows and how to steer it", async () => {
  const world = one(proposal("bump", "2.0.0", { ...manual, about }));
  await world.settles();
  assert.equal(
    pull(world).body,
    [
      "A newer version is there.",
      "**Why now:** CVE\\-&#8203;2026\\-1 is open\\.",
      "**What changes:** 1 file, +1 −1: `a.yaml`",
      "| Comes from | Before | After |\n| --- | --- | --- |\n| [nats\\-io/nats](<https://nats.example/releases>) | `2.0.0` | `2.1.0` |",
      "### What upstream says\n\n> Thanks @&#8203;everyone, closes \\#&#8203;7",
      "**What follows:** The release follows by itself\\.",
      [
        "---",
        "Kept by Millrace as ChangeProposal `fleet/bump`. It is merged by a person.",
        "Close it to refuse this change. Push to its branch to take it over: Millrace then leaves it to you.",
        "To steer it, begin a comment with `/millrace` and one of `rebase`, `hold 3d REASON` (or `hold off`), `reject REASON`, `retry`, `adopt SHA`, `release REASON`, `why` and `help`.",
      ].join("\n"),
    ].join("\n\n"),
  );
  assert.deepEqual(status(world).diff, { files: 1, added: 1, removed: 1, paths: ["a.yaml"] });
});

test("a title that a person changed stays, while the text goes on", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  await world.settles();
  world.person.edit(slug, 1, { title: "Version 2 at last" });
  await world.settles();
  world.apply(proposal("bump", "3.0.0", { ...manual, body: "An even newer one." }));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Version 2 at last"]);
  assert.match(pull(world).body, /^An even newer one\./);
});

test("a text that a person changed stays, while the title goes on", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  await world.settles();
  world.person.edit(slug, 1, { body: "Mine." });
  await world.settles();
  world.apply(proposal("bump", "3.0.0", { ...manual, body: "An even newer one." }));
  await world.settles();
  world.person.push(slug, "main", { "a.yaml": file["a.yaml"].replace("80", "81") });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 3.0.0"]);
  assert.equal(pull(world).body, "Mine.");
});

test("whoever puts our words back has them kept up to date again", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  await world.settles();
  const { title } = pull(world);
  world.person.edit(slug, 1, { title: "Mine" });
  await world.settles();
  world.person.edit(slug, 1, { title });
  await world.settles();
  world.apply(proposal("bump", "3.0.0", manual));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 3.0.0"]);
});

test("how a forge breaks lines is no change of a person", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  await world.settles();
  world.person.edit(slug, 1, { body: `\r\n${pull(world).body.replaceAll("\n", "\r\n")}\r\n` });
  await world.settles();
  world.apply(proposal("bump", "2.0.0", { ...manual, body: "Other words." }));
  await world.settles();
  assert.match(pull(world).body, /^Other words\./);
});

for (const call of ["pulls.open", "pulls.revise"] as const) {
  for (const when of ["before", "after"] as const) {
    test(`words that a process wrote that died ${when} ${call} are known to be ours`, async () => {
      const world = one(proposal("bump", "2.0.0", manual));
      world.host.faults.plan(call, when, "crash");
      await world.settles();
      world.apply(proposal("bump", "3.0.0", manual));
      await world.settles();
      world.apply(proposal("bump", "4.0.0", manual));
      await world.settles();
      assert.equal(world.host.faults.left, 0);
      assert.deepEqual(pulls(world), ["#1 open: Set version to 4.0.0"]);
    });
  }
}

const born = { draft: true, labels: ["deps", "bot"], reviewers: ["pat"], assignees: ["alex"] };

test("a pull request is born with its labels, reviewers and assignees, which stay as people leave them", async () => {
  const world = one(proposal("bump", "2.0.0", { ...manual, pullRequest: born }));
  await world.settles();
  const { draft, labels, reviewers, assignees } = pull(world);
  assert.deepEqual([draft, labels, reviewers, assignees], [true, ["deps", "bot"], ["pat"], ["alex"]]);
  world.person.label(slug, 1, ["mine"]);
  world.person.edit(slug, 1, { draft: false });
  await world.settles();
  world.apply(proposal("bump", "3.0.0", { ...manual, pullRequest: { ...born, labels: ["other"] } }));
  await world.settles();
  assert.deepEqual([pull(world).labels, pull(world).draft], [["mine"], false]);
  assert.equal(world.host.count("decorate"), 1);
});

for (const call of ["pulls.open", "pulls.decorate"] as const) {
  for (const when of ["before", "after"] as const) {
    test(`a process that dies ${when} ${call} leaves no pull request without its labels`, async () => {
      const world = one(proposal("bump", "2.0.0", { ...manual, pullRequest: born }));
      world.host.faults.plan(call, when, "crash");
      await world.settles();
      assert.equal(world.host.faults.left, 0);
      assert.deepEqual(pull(world).labels, ["deps", "bot"]);
      assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
    });
  }
}

test("a forge that knows no reviewers is not asked for any", async () => {
  const world = one(proposal("bump", "2.0.0", { ...manual, pullRequest: { reviewers: ["pat"] } }));
  world.forge.capabilities = { ...world.forge.capabilities, reviewers: false };
  const calls = await callsOf(world, () => world.settles());
  assert.equal(calls["pulls.decorate"], undefined);
});
