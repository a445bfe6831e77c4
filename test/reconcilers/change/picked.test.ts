import assert from "node:assert/strict";
import { test } from "node:test";
import { baseIn, fingerprintIn, fingerprintOf } from "../../../src/reconcilers/change/fingerprint.ts";
import { pickMessage } from "../../../src/reconcilers/change/pick-message.ts";
import { leadsTo, produce, staysRight } from "../../../src/reconcilers/change/produce.ts";
import type { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { bench, proposing } from "./hands.ts";

const picks = (commits: readonly string[], onConflict?: "FailFast"): ChangeProposal =>
  proposing({ cherryPick: { commits, ...(onConflict && { onConflict }) } });

/** A repository with a release branch, and three commits on main since. */
function history() {
  const at = bench({ a: "1\n2\n3\n4\n5\n6\n7\n", b: "b\n" });
  at.branch("release/1");
  const one = at.push("main", { a: "one\n2\n3\n4\n5\n6\n7\n" }, "Change the first line\n\nSigned-off-by: Pat Person");
  const two = at.push("main", { b: "bb\n" }, "Change b");
  const three = at.push("main", { a: "one\n2\n3\n4\n5\n6\nseven\n", c: "c\n" }, "Change the last line");
  return { ...at, one, two, three };
}

test("commits are picked in order, each with its message, author and origin, and the last says whose the chain is", async () => {
  const { hands, head, one, three } = history();
  const proposal = picks([one, three]);
  const made = await produce(proposal, head("release/1"), hands);
  assert.ok(made.is === "commit");
  const tip = (await hands.git.describe(hands.remote, made.sha, hands.signal))!;
  assert.equal(
    tip.message,
    [
      "Change the last line",
      "",
      `(cherry picked from commit ${three})`,
      "Millrace-Proposal: fleet/it",
      `Millrace-Fingerprint: ${fingerprintOf(proposal)}`,
      `Millrace-Base: ${head("release/1").sha}`,
      "",
    ].join("\n"),
  );
  assert.equal(tip.authorEmail, "pat@example.com");
  assert.equal(fingerprintIn(tip.message), fingerprintOf(proposal));
  assert.equal(baseIn(tip.message), head("release/1").sha);
  const below = (await hands.git.describe(hands.remote, tip.parents[0]!, hands.signal))!;
  assert.equal(
    below.message,
    `Change the first line\n\nSigned-off-by: Pat Person\n(cherry picked from commit ${one})\n`,
  );
  assert.deepEqual(below.parents, [head("release/1").sha]);
  assert.deepEqual(await produce(proposal, head("release/1"), hands), made, "and again it is the same commit");
  const text = await hands.git.read(hands.remote, made.sha, "a", hands.signal);
  assert.equal(String(text && Buffer.from(text)), "one\n2\n3\n4\n5\n6\nseven\n");
});

test("what the branch has already is left out and said, and the tip is still ours", async () => {
  const { hands, head, push, one, two } = history();
  push("release/1", { b: "bb\n" }, "The same by hand");
  const made = await produce(picks([one, two]), head("release/1"), hands);
  assert.ok(made.is === "commit");
  assert.equal(made.said, `release/1 has ${two.slice(0, 7)} already`);
  const tip = (await hands.git.describe(hands.remote, made.sha, hands.signal))!;
  assert.match(
    tip.message,
    new RegExp(`^Change the first line[^]*from commit ${one}\\)\nMillrace-Proposal: fleet/it\n`),
  );
  assert.equal(baseIn(tip.message), head("release/1").sha);
  assert.deepEqual(tip.parents, [head("release/1").sha]);
});

test("a branch that has all of them needs nothing", async () => {
  const { hands, head, one, two } = history();
  const made = await produce(picks([one, two]), head("main"), hands);
  assert.equal(made.is, "nothing");
  assert.equal(made.said, `main has ${one.slice(0, 7)}, ${two.slice(0, 7)} already`);
});

test("conflicts are told commit by commit and file by file, and the rest is tried", async () => {
  const { hands, head, push, one, two, three } = history();
  push("release/1", { a: "uno\n2\n3\n4\n5\n6\nsiete\n", c: "other\n" });
  const made = await produce(picks([one, two, three]), head("release/1"), hands);
  assert.ok(made.is === "refused");
  assert.equal(made.reason, "PickConflicts");
  assert.equal(
    made.message,
    `on release/1 these do not apply: ${one.slice(0, 7)} (a), ${three.slice(0, 7)} (a, c): list the commits that they need too, or make the change on that branch by hand`,
  );
  assert.deepEqual(
    made.facts?.conflicts?.map(({ commit, path }) => [commit, path]),
    [
      [one, "a"],
      [three, "a"],
      [three, "c"],
    ],
  );
  assert.ok(made.facts?.conflicts?.every(({ why }) => why.length > 0));
});

test("fail fast stops at the first conflict", async () => {
  const { hands, head, push, one, two, three, host } = history();
  push("release/1", { a: "uno\n2\n3\n4\n5\n6\nsiete\n" });
  const made = await produce(picks([one, two, three], "FailFast"), head("release/1"), hands);
  assert.ok(made.is === "refused");
  assert.deepEqual(
    made.facts?.conflicts?.map(({ commit }) => commit),
    [one],
  );
  assert.equal(host.faults.count("git.pick"), 1);
});

test("a merge is refused with what to list instead, and a commit that nobody has by name", async () => {
  const { hands, head, host, repository, one, two } = history();
  const { files } = repository.commits.get(two)!;
  const merge = host.write(repository, { parents: [two, one], files, message: "Merge\n" }).sha;
  const refused = await produce(picks([merge]), head("release/1"), hands);
  assert.ok(refused.is === "refused");
  assert.equal(refused.reason, "PickIsMerge");
  assert.match(refused.message, /is a merge of [0-9a-f]{7}, .* \(git log --reverse --no-merges/);
  const unknown = await produce(picks(["f".repeat(40)]), head("release/1"), hands);
  assert.ok(unknown.is === "refused");
  assert.equal(unknown.reason, "PickUnknown");
  assert.match(unknown.message, /no commit f{40}: push it/);
});

test("picks stay right as long as the files that they touch are the same, and no longer", async () => {
  const { hands, head, push, one } = history();
  const before = head("release/1").sha;
  push("release/1", { b: "other\n" });
  assert.equal(await staysRight(picks([one]), [before, head("release/1").sha], hands), true);
  push("release/1", { a: "other\n" });
  assert.equal(await staysRight(picks([one]), [before, head("release/1").sha], hands), false);
  assert.equal(await staysRight(picks(["f".repeat(40)]), [before, before], hands), false);
});

test("edits stay right as long as the content and the kind of what they touch is the same", async () => {
  const { hands, head, push } = bench({ a: "x: 1\n" });
  const edit = proposing({ edits: [{ path: "a", set: { field: ["x"], value: "2" } }] });
  const before = head().sha;
  push("main", { b: "new\n" });
  assert.equal(await staysRight(edit, [before, head().sha], hands), true);
  push("main", { a: undefined, "a/b": "x: 1\n" });
  assert.equal(await staysRight(edit, [before, head().sha], hands), false);
});

test("a base that was taken back does not lead to the head", async () => {
  const { hands, head, push, branch, repository } = bench({ a: "1" });
  const first = head().sha;
  const second = push("main", { a: "2" });
  assert.equal(await leadsTo(second, first, hands), true);
  branch("old");
  repository.heads.set("main", first);
  assert.equal(await leadsTo(first, second, hands), false);
});

test("edits that meet a link, a submodule's place or a directory say so", async () => {
  const { hands, head } = bench({ "d/a": "x: 1\n", f: "x" });
  for (const [path, reason] of [
    ["d", "PathIsDirectory"],
    ["f/g", "PathBelowFile"],
  ] as const) {
    const made = await produce(proposing({ edits: [{ path, content: "new" }] }), head(), hands);
    assert.equal(made.is === "refused" && made.reason, reason);
  }
});

const sha = "1".repeat(40);
for (const [about, message, want] of [
  ["a subject alone", "Fix it\n", `Fix it\n\n(cherry picked from commit ${sha})\nX: y\n`],
  [
    "a body",
    "Fix it\n\nSince it is broken: badly.\n",
    `Fix it\n\nSince it is broken: badly.\n\n(cherry picked from commit ${sha})\nX: y\n`,
  ],
  [
    "trailers",
    "Fix it\n\nBody.\n\nA-b: c\nD: e\n",
    `Fix it\n\nBody.\n\nA-b: c\nD: e\n(cherry picked from commit ${sha})\nX: y\n`,
  ],
  ["a subject like a trailer", "fix: it\n", `fix: it\n\n(cherry picked from commit ${sha})\nX: y\n`],
  [
    "an earlier pick",
    `Fix\n\n(cherry picked from commit ${"2".repeat(40)})`,
    `Fix\n\n(cherry picked from commit ${"2".repeat(40)})\n(cherry picked from commit ${sha})\nX: y\n`,
  ],
  ["no message", "\n", `Pick ${sha}\n\n(cherry picked from commit ${sha})\nX: y\n`],
] as const) {
  test(`the message of a picked commit goes on from ${about}`, () => {
    assert.equal(pickMessage({ sha, message }, ["X: y"]), want);
  });
}

test("only the very end of a message names the base of a chain", () => {
  const ours = `Millrace-Fingerprint: ${"a".repeat(64)}\nMillrace-Base: ${sha}\n`;
  assert.equal(baseIn(`x\n\n${ours}`), sha);
  assert.equal(baseIn(`x\n\n${ours}\nmore\n`), undefined);
  assert.equal(baseIn(`x\n\nMillrace-Base: ${sha}\n`), undefined);
});
