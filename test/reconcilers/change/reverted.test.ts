import assert from "node:assert/strict";
import { test } from "node:test";
import { author } from "../../../src/reconcilers/change/commit.ts";
import { fingerprintIn, fingerprintOf } from "../../../src/reconcilers/change/fingerprint.ts";
import { produce, staysRight } from "../../../src/reconcilers/change/produce.ts";
import type { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { bench, proposing } from "./hands.ts";

const reverting = (from: string, to: string): ChangeProposal => proposing({ revert: { from, to } });

/** A released commit, two bad ones, and one that came later. */
function history() {
  const at = bench({ a: "1\n", b: "b\n" });
  const good = at.push("main", { a: "good\n" });
  at.push("main", { a: "bad\n", c: "c\n" });
  const bad = at.push("main", { b: "bad\n" });
  at.push("main", { d: "later\n" });
  return { ...at, good, bad };
}

test("several commits are taken back by one of ours, and what came later stays", async () => {
  const { hands, head, repository, good, bad } = history();
  const proposal = reverting(good, bad);
  const made = await produce(proposal, head(), hands);
  assert.ok(made.is === "commit");
  assert.deepEqual(made.base, head());
  const tip = (await hands.git.describe(hands.remote, made.sha, hands.signal))!;
  assert.deepEqual(tip.parents, [head().sha]);
  assert.match(tip.message, /^A change\n\nIt is needed\.\n\nMillrace-Proposal: fleet\/it\nMillrace-Fingerprint: /);
  assert.equal(fingerprintIn(tip.message), fingerprintOf(proposal));
  assert.equal(tip.authorEmail, author.email);
  const read = async (path: string) => {
    const content = await hands.git.read(hands.remote, made.sha, path, hands.signal);
    return content && String(Buffer.from(content));
  };
  assert.deepEqual(await Promise.all(["a", "b", "c", "d"].map(read)), ["good\n", "b\n", undefined, "later\n"]);
  assert.deepEqual(await produce(proposal, head(), hands), made, "and again it is the same commit");
  assert.equal(repository.heads.size, 1, "nothing leaves the machine");
});

test("what a branch does not have, or has lost already, needs nothing", async () => {
  const { hands, push, head, branch, repository, good, bad } = history();
  const said = `main has nothing of ${good.slice(0, 7)}..${bad.slice(0, 7)}`;
  push("main", { a: "good\n", b: "b\n", c: undefined }, "By hand");
  assert.deepEqual(await produce(reverting(good, bad), head(), hands), { is: "nothing", said });
  branch("release/1");
  repository.heads.set("release/1", good);
  assert.equal((await produce(reverting(good, bad), head("release/1"), hands)).is, "nothing");
  assert.equal((await produce(reverting(bad, bad), head(), hands)).is, "nothing");
});

test("what later commits build on is told file by file, with the remedy", async () => {
  const { hands, head, push, good, bad } = history();
  push("main", { a: "bad, and more\n", b: undefined });
  const made = await produce(reverting(good, bad), head(), hands);
  assert.ok(made.is === "refused");
  assert.equal(made.reason, "RevertConflicts");
  assert.equal(
    made.message,
    `${good.slice(0, 7)}..${bad.slice(0, 7)} cannot be taken back, since what came later on main builds on it: a, b: take that back too, or make the change on that branch by hand`,
  );
  assert.deepEqual(
    made.facts?.conflicts?.map(({ commit, path }) => [commit, path]),
    [
      [bad, "a"],
      [bad, "b"],
    ],
  );
});

test("many conflicts are counted, and status holds fifty", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `f${String(index).padStart(2, "0")}`);
  const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
  const { hands, head, push } = bench(all("1\n"));
  const from = head().sha;
  const to = push("main", all("2\n"));
  push("main", all("3\n"));
  const made = await produce(reverting(from, to), head(), hands);
  assert.ok(made.is === "refused");
  assert.match(made.message, /: f00, f01, f02, f03, f04 and 55 more: take that back too/);
  assert.equal(made.facts?.conflicts?.length, 50);
});

test("a commit that nobody has, and commits in the wrong order, are refused by name", async () => {
  const { hands, head, good, bad } = history();
  const none = "f".repeat(40);
  for (const [from, to, field] of [
    [none, bad, "from"],
    [good, none, "to"],
  ] as const) {
    const made = await produce(reverting(from, to), head(), hands);
    assert.ok(made.is === "refused");
    assert.equal(made.reason, "RevertUnknown");
    assert.match(
      made.message,
      new RegExp(`no commit f{40}: push it to a branch, or correct spec.change.revert.${field}$`),
    );
  }
  const made = await produce(reverting(bad, good), head(), hands);
  assert.ok(made.is === "refused");
  assert.equal(made.reason, "RevertUnordered");
  assert.match(made.message, new RegExp(`^${bad.slice(0, 7)} does not lead to ${good.slice(0, 7)}: name as`));
});

test("a revert stays right as long as the files that it touches are the same, and no longer", async () => {
  const { hands, head, push, good, bad } = history();
  const before = head().sha;
  push("main", { e: "new\n" });
  assert.equal(await staysRight(reverting(good, bad), [before, head().sha], hands), true);
  push("main", { a: "bad, and more\n" });
  assert.equal(await staysRight(reverting(good, bad), [before, head().sha], hands), false);
  assert.equal(await staysRight(reverting(good, "f".repeat(40)), [before, before], hands), false);
});
