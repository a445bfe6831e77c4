import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { proposal } from "../../support/objects.ts";
import {
  annotate,
  answers,
  branch,
  file,
  manual,
  one,
  pull,
  pulls,
  says,
  slug,
  status,
  tipOf,
} from "../../support/one-proposal.ts";
import type { World } from "../../support/world.ts";

/** A proposal whose branch a person has written to; gives the person's commit. */
async function taken(
  spec: Readonly<Record<string, unknown>> = {},
): Promise<{ world: World; theirs: string; ours: string }> {
  const world = one(proposal("bump", "2.0.0", spec));
  await world.settles();
  const ours = status(world).commit!;
  const theirs = world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  return { world, theirs, ours };
}

test("whoever takes a branch over is told once, and how to go on", async () => {
  const { world, theirs, ours } = await taken();
  assert.equal(status(world).phase, "HumanOwned");
  assert.equal(status(world).tip, theirs);
  assert.equal(status(world).commit, ours);
  const [said, ...more] = answers(world);
  assert.deepEqual(more, []);
  for (const way of [
    `/millrace adopt ${theirs.slice(0, 12)}`,
    "millrace proposal adopt bump",
    `kubectl -n fleet annotate changeproposal bump --overwrite millrace.dev/adopt=${theirs}`,
    "/millrace release",
    "millrace proposal release bump",
    "kubectl -n fleet annotate changeproposal bump --overwrite millrace.dev/release=WHY",
    `put the branch back to \`${ours}\``,
  ]) {
    assert.ok(said!.includes(way), `${way} is offered in:\n${said}`);
  }
  world.person.push(slug, branch, { "b.txt": "more" });
  await world.settles();
  assert.equal(answers(world).length, 1, "a second push is no news");
  assert.notEqual(status(world).tip, theirs);
});

for (const when of ["before", "after"] as const) {
  test(`a process that dies ${when} it tells people tells them once`, async () => {
    const world = one();
    await world.settles();
    world.host.faults.plan("pulls.comment", when, "crash");
    world.person.amend(slug, branch);
    await world.settles();
    assert.equal(world.host.faults.left, 0);
    assert.equal(answers(world).length, 1);
  });
}

test("adopted commits stay, and only the checks and the merge rule go on", async () => {
  const { world, theirs } = await taken();
  annotate(world, "adopt", theirs);
  await world.settles();
  assert.equal(tipOf(world), theirs);
  const { adopted } = status(world).steering!;
  assert.deepEqual([adopted?.sha, adopted?.by], [theirs, "kubectl"]);
  assert.match(says(world), /NoChecks/);
  const pushes = world.host.count("push");
  world.person.push(slug, "main", { "a.yaml": file["a.yaml"].replace("# the app", "# our app") });
  await world.settles();
  assert.equal(world.host.count("push"), pushes, "it is never built over");
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.match(says(world), /Conflicting, .* a person resolves its conflicts, since it has commits of people/);
  assert.equal(tipOf(world), theirs);
});

test("adopted commits are merged by the rule, and their branch stays", async () => {
  const { world, theirs } = await taken();
  annotate(world, "adopt", theirs);
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
  const { heads, commits } = world.host.get(slug);
  assert.ok(commits.get(heads.get("main")!)!.files.has("b.txt"), "with what the person added");
  assert.equal(tipOf(world), theirs, "only branches that are all ours are deleted");
});

test("another commit of a person after an adoption is theirs again, and that is said again", async () => {
  const { world, theirs } = await taken(manual);
  annotate(world, "adopt", theirs);
  await world.settles();
  assert.match(says(world), /AwaitingMerge/);
  world.person.push(slug, branch, { "c.txt": "more" });
  await world.settles();
  assert.match(
    says(world),
    /HumanOwned, .*; millrace\.dev\/adopt names …, and the branch is at …, so it is not followed$/,
  );
  assert.equal(answers(world).length, 2);
});

test("an adoption of another commit than the tip is not followed, and that is said", async () => {
  const { world, ours } = await taken();
  annotate(world, "adopt", ours);
  await world.settles();
  assert.match(says(world), /HumanOwned, .*millrace\.dev\/adopt names …, and the branch is at …/);
  annotate(world, "adopt", "main");
  await world.settles();
  assert.match(says(world), /millrace\.dev\/adopt names no full commit id/);
});

test("something else that is asked for does not build over what was adopted", async () => {
  const { world, theirs } = await taken();
  annotate(world, "adopt", theirs);
  await world.settles();
  world.apply(proposal("bump", "3.0.0"));
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.match(says(world), /AdoptedDiffers/);
  assert.equal(tipOf(world), theirs);
  world.apply(proposal("bump", "2.0.0"));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("a person's branch without a pull request can be adopted, and is proposed", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  const theirs = world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  assert.deepEqual([pulls(world), status(world).phase], [[], "HumanOwned"]);
  annotate(world, "adopt", theirs);
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
  assert.equal(tipOf(world), theirs);
});

test("what is released is left to people for good, even when the proposal is deleted", async () => {
  const { world, theirs } = await taken();
  annotate(world, "release", "Pat works on it");
  await world.settles();
  assert.match(says(world), /Released, kubectl keeps #1: Pat works on it\. To give it back, remove the annotation/);
  assert.equal(status(world).phase, "Released");
  const effects = world.host.effects.length;
  world.apply(proposal("bump", "1.0.0"));
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  assert.equal(world.host.effects.length, effects);
  assert.deepEqual([pulls(world), tipOf(world)], [["#1 open: Set version to 2.0.0"], theirs]);
  assert.equal(world.cluster.get(ChangeProposal, "bump"), undefined);
});

test("our own branch can be released as well, and is taken up again when the annotation goes", async () => {
  const world = one();
  await world.settles();
  annotate(world, "release", "");
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.match(says(world), /Released, kubectl keeps #1\./);
  world.cluster.unannotate(ChangeProposal, "bump", "millrace.dev/release");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("a refusal is remembered with who and when", async () => {
  const world = one();
  await world.settles();
  world.person.close(slug, 1, "alice");
  const at = world.clock.now().toISOString().slice(0, 19);
  await world.settles();
  const { declined, fingerprint } = status(world);
  assert.deepEqual(declined, { fingerprint, number: 1, by: "alice", at: `${at}Z` });
  assert.match(says(world), /Declined, alice closed #1 on 2026-01-01:/);
});

test("a rejection by annotation closes it with a word, and a retry takes it back", async () => {
  const world = one();
  await world.settles();
  annotate(world, "reject", "not this quarter");
  await world.settles();
  assert.match(says(world), /Declined, kubectl closed #1 on 2026-01-01: not this quarter: reopen it/);
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0"]);
  assert.match(answers(world)[0]!, /^Closed by Millrace: the change was rejected/);
  const effects = world.host.effects.length;
  await world.settles();
  assert.equal(world.host.effects.length, effects);

  annotate(world, "retry", "1");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 open: Set version to 2.0.0"]);
  assert.equal(status(world).declined, undefined);
  world.person.close(slug, 2);
  await world.settles();
  assert.match(says(world), /Declined, pat closed #2/, "a retry counts once");
});

test("a rejection before anything was opened keeps it from being opened", async () => {
  const world = one();
  annotate(world, "reject", "no");
  await world.settles();
  assert.match(says(world), /Declined, kubectl rejected it on 2026-01-01: no: take it back with/);
  assert.deepEqual(world.host.effects, []);
});

test("whoever reopens what was rejected takes that back", async () => {
  const world = one();
  await world.settles();
  annotate(world, "reject", "no");
  await world.settles();
  world.person.reopen(slug, 1);
  await world.settles();
  assert.match(says(world), /NoChecks, #1 has no checks/);
  assert.equal(pull(world).state, "Open");
});

test("a status that is lost while people own the branch leaves their commits alone", async () => {
  const { world, theirs } = await taken();
  world.cluster.writeStatus(world.cluster.get(ChangeProposal, "bump")!, {});
  world.replica.restart("lost");
  await world.settles();
  assert.equal(tipOf(world), theirs);
  assert.match(says(world), /HumanOwned/);
  assert.equal(answers(world).length, 1);
});

test("a commit that comes between the look and the push is not overwritten", async () => {
  const world = one();
  await world.settles();
  world.apply(proposal("bump", "3.0.0"));
  let theirs: string | undefined;
  const stop = world.host.faults.decide((call, when) => {
    if (call === "git.push" && when === "before") theirs ??= world.person.push(slug, branch, { "b.txt": "mine" });
    return undefined;
  });
  await world.settles();
  stop();
  assert.ok(theirs, "it was tried");
  assert.equal(tipOf(world), theirs);
  assert.match(says(world), /HumanOwned/);
});

test("a chain of picked commits is known again when the status is lost, and a person's on top of it is not ours", async () => {
  const world = one();
  const first = world.person.push(slug, "dev", { "b.txt": "1" }, "One");
  const second = world.person.push(slug, "dev", { "c.txt": "2" }, "Two");
  world.apply(proposal("bump", "2.0.0", { ...manual, change: { cherryPick: { commits: [first, second] } } }));
  await world.settles();
  const { commit } = status(world);
  assert.match(says(world), /AwaitingMerge/);
  const forget = () => {
    world.cluster.writeStatus(world.cluster.get(ChangeProposal, "bump")!, {});
    world.replica.restart("lost");
  };
  forget();
  world.person.push(slug, "main", { "README.md": "more" });
  await world.settles();
  assert.match(says(world), /AwaitingMerge/);
  assert.deepEqual([status(world).commit, world.host.count("push")], [commit, 1]);
  const theirs = world.person.push(slug, branch, { "d.txt": "mine" });
  forget();
  await world.settles();
  assert.match(says(world), /HumanOwned/);
  assert.equal(tipOf(world), theirs);
});
