import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Repository } from "../../src/schema/repository.ts";
import { forge, proposal, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const slug = "acme/app";
const branch = "millrace/fleet/bump";
const file = { "a.yaml": "# the app\nversion: 1.0.0 # keep in step with the chart\nport: 80\n" };
const manual = { merge: { mode: "Manual" } };

/** A repository and a proposal to it. */
const one = (wish = proposal()): World => given([forge(), repository("app"), wish], { [slug]: file });
const pulls = (world: World): readonly string[] =>
  world.host.get(slug).pulls.map(({ number, state, title }) => `#${number} ${state.toLowerCase()}: ${title}`);
const says = (world: World): string => world.transcript().split("\n")[0]!;
const status = (world: World) => ChangeProposal.object.parse(world.cluster.get(ChangeProposal, "bump")).status!;

test("a proposal becomes one pull request, and is merged when its checks pass", async () => {
  const world = one();

  await world.settles();
  world.shows(`
    ChangeProposal/bump: NoChecks, #1 has no checks, so nothing vouches for it: a person merges it, or spec.merge.allowNoChecks allows it
    acme/app#1 open: Set version to 2.0.0
      a.yaml:2
      - version: 1.0.0 # keep in step with the chart
      + version: 2.0.0 # keep in step with the chart
  `);

  world.person.addCheck(slug, 1, "unit", "Pending");
  await world.settles();
  assert.equal(says(world), "ChangeProposal/bump: ChecksRunning, #1: 0 of 1 check passed, waits for unit");

  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  world.shows(`
    ChangeProposal/bump: Merged, #1 was merged as …
    acme/app#1 merged: Set version to 2.0.0
  `);
  assert.deepEqual([...world.host.get(slug).heads.keys()], ["main"], "the branch is gone");
  assert.deepEqual(
    world.host.effects.map(({ what }) => what),
    ["push", "open", "merge", "delete"],
  );
});

test("what is over costs no request", async () => {
  const world = one();
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  const calls = () => (["git.sync", "pulls.find", "git.read"] as const).map((call) => world.host.faults.count(call));
  const [before, repositories] = [calls(), world.host.faults.count("forge.repository")];
  await world.round();
  const syncs = world.host.faults.count("forge.repository") - repositories;
  assert.deepEqual(
    calls().map((count, index) => count - before[index]!),
    [syncs, 0, 0],
    "only the Repository's own look",
  );
});

test("the commit says whose it is, and the same change on the same base is the same commit", async () => {
  const [one1, one2] = [one(), one()];
  await one1.settles();
  one2.clock.advance(86_400_000);
  await one2.settles();
  assert.equal(status(one1).commit, status(one2).commit);
  const { message, author } = one1.host.get(slug).commits.get(status(one1).commit!)!;
  assert.equal(author.name, "Millrace");
  assert.match(
    message,
    /^Set version to 2\.0\.0\n\nA newer version is there\.\n\nMillrace-Proposal: fleet\/bump\nMillrace-Fingerprint: [0-9a-f]{64}\n$/,
  );
});

test("failing checks are named, and nothing is merged", async () => {
  const world = one();
  await world.settles();
  world.person.addCheck(slug, 1, "lint", "Passed");
  world.person.addCheck(slug, 1, "unit", "Failed");
  await world.settles();
  assert.equal(
    says(world),
    "ChangeProposal/bump: ChecksFailed, #1: 1 of 2 checks passed, unit failed; a person fixes or restarts it",
  );
  assert.deepEqual(status(world).checks, { total: 2, passed: 1, failing: ["unit"] });
  assert.equal(world.host.count("merge"), 0);
});

test("required and extra checks are waited for before they start", async () => {
  const world = one(proposal("bump", "2.0.0", { merge: { mode: "WhenChecksPass", checks: ["e2e"] } }));
  world.person.require(slug, "main", "unit");
  await world.settles();
  assert.equal(says(world), "ChangeProposal/bump: ChecksRunning, #1: 0 of 2 checks passed, waits for e2e, unit");
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.equal(says(world), "ChangeProposal/bump: ChecksRunning, #1: 1 of 2 checks passed, waits for e2e");
  world.person.addCheck(slug, 1, "e2e", "Passed");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("a merge without checks is allowed by saying so", async () => {
  const world = one(
    proposal("bump", "2.0.0", { merge: { mode: "WhenChecksPass", allowNoChecks: true, method: "Merge" } }),
  );
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
  const { heads, commits } = world.host.get(slug);
  assert.equal(commits.get(heads.get("main")!)!.parents.length, 2, "by the method that was asked for");
});

test("a manual proposal waits for a person, and is content when one merges it", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  await world.settles();
  assert.equal(says(world), "ChangeProposal/bump: AwaitingMerge, a person merges #1 (no checks)");
  world.person.merge(slug, 1);
  await world.settles();
  assert.equal(says(world), "ChangeProposal/bump: Merged, #1 was merged as …");
  assert.equal(world.host.get(slug).heads.has(branch), false);
});

test("a reverted merge is told, not fought", async () => {
  const world = one(proposal("bump", "2.0.0", manual));
  await world.settles();
  world.person.merge(slug, 1);
  await world.settles();
  world.person.push(slug, "main", file);
  await world.settles();
  assert.equal(
    says(world),
    "ChangeProposal/bump: Reverted, #1 was merged as …, and main says otherwise since: that is left as it is",
  );
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("a draft is left to the person who made it one", async () => {
  const world = one();
  await world.settles();
  world.person.edit(slug, 1, { draft: true });
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.equal(
    says(world),
    "ChangeProposal/bump: AwaitingMerge, #1 is a draft: a person marks it ready for review (1 of 1 check passed)",
  );
});

test("a closed pull request means no, until something else is asked for", async () => {
  const world = one();
  await world.settles();
  world.person.close(slug, 1);
  await world.settles();
  assert.equal(
    says(world),
    "ChangeProposal/bump: Declined, pat closed #1 on 2026-01-01: reopen it to go on with it, take it back with `kubectl -n fleet annotate changeproposal bump millrace.dev/retry=NEW --overwrite`, or ask for something else",
  );

  world.apply(proposal("bump", "3.0.0"));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 open: Set version to 3.0.0"]);

  world.apply(proposal("bump", "2.0.0"));
  await world.settles();
  assert.match(says(world), /Declined, pat closed #1/);
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 closed: Set version to 3.0.0"]);
});

test("whoever reopens a pull request takes the no back", async () => {
  const world = one();
  await world.settles();
  world.person.close(slug, 1);
  await world.settles();
  world.person.reopen(slug, 1);
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
  assert.equal(status(world).declined, undefined);
});

test("deleting the branch is a no, too", async () => {
  const world = one();
  await world.settles();
  world.person.deleteBranch(slug, branch);
  await world.settles();
  assert.match(says(world), /Declined, a person closed #1/);
});

for (const [about, act] of [
  ["amends our commit", (world: World) => world.person.amend(slug, branch)],
  ["adds a commit", (world: World) => world.person.push(slug, branch, { "b.txt": "mine" })],
  [
    "puts another commit there",
    (world: World) => world.person.reset(slug, branch, world.person.push(slug, "theirs", { "b.txt": "x" })),
  ],
] as const) {
  test(`a person who ${about} owns the branch`, async () => {
    const world = one();
    await world.settles();
    const ours = status(world).commit!;
    act(world);
    const theirs = world.host.get(slug).heads.get(branch);
    world.person.addCheck(slug, 1, "unit", "Passed");
    await world.settles();
    assert.match(
      says(world),
      /HumanOwned, .* which Millrace did not write, so it is left alone: merge or close #1 yourself, or put the branch back to …; or give it to Millrace with `millrace proposal adopt bump`, or keep it with `millrace proposal release bump`$/,
    );

    world.apply(proposal("bump", "3.0.0"));
    await world.settles();
    assert.equal(world.host.get(slug).heads.get(branch), theirs, "whatever is asked for meanwhile");

    world.person.reset(slug, branch, ours);
    await world.settles();
    assert.deepEqual(pulls(world), ["#1 open: Set version to 3.0.0"], "and it goes on when it is put back");
  });
}

test("a person's commits that are merged end it", async () => {
  const world = one();
  await world.settles();
  world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  world.person.merge(slug, 1);
  await world.settles();
  assert.match(says(world), /Merged, #1 was merged/);
  assert.ok(world.host.get(slug).heads.has(branch), "their branch stays");
});

test("a branch of ours by name that somebody else made is left alone until it is deleted", async () => {
  const world = one();
  world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  assert.match(says(world), /HumanOwned, .*: delete the branch, and the change is proposed anew; or give it/);
  world.person.deleteBranch(slug, branch);
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
});

test("what the base has already needs no pull request, and is a success", async () => {
  const world = one(proposal("bump", "1.0.0"));
  await world.settles();
  world.shows("ChangeProposal/bump: NoChange, main has this change already");
  assert.deepEqual(world.host.effects, []);

  world.person.push(slug, "main", { "a.yaml": "version: 0.9.0\n" });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 1.0.0"], "it is proposed as soon as the base lacks it");

  world.person.push(slug, "main", { "a.yaml": "version: 1.0.0\n" });
  await world.settles();
  world.shows(`
    ChangeProposal/bump: NoChange, main has this change already; #1 was closed
    acme/app#1 closed: Set version to 1.0.0
  `);
  assert.deepEqual(world.host.get(slug).pulls[0]!.comments, ["Closed by Millrace: `main` has this change already."]);
  assert.equal(world.host.get(slug).heads.has(branch), false);

  world.person.push(slug, "main", { "a.yaml": "version: 0.9.0\n" });
  await world.settles();
  assert.equal(pulls(world)[1], "#2 open: Set version to 1.0.0", "our own closing is no refusal");
});

test("the commit stays when the base moves elsewhere, and is built anew when it moves beneath", async () => {
  const world = one();
  await world.settles();
  const first = status(world).commit;
  world.person.push(slug, "main", { "README.md": "more" });
  await world.settles();
  assert.equal(status(world).commit, first);

  const head = world.person.push(slug, "main", { "a.yaml": file["a.yaml"].replace("80", "81") });
  await world.settles();
  assert.notEqual(status(world).commit, first);
  assert.equal(status(world).base?.sha, head);
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"], "on the same pull request");
  assert.equal(world.host.count("push"), 2);
});

test("other edits move the open pull request, title and text with it", async () => {
  const world = one();
  await world.settles();
  world.apply(proposal("bump", "3.0.0"));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 3.0.0"]);
  assert.match(
    world.host.get(slug).pulls[0]!.body,
    /^A newer version is there\.\n\n\*\*What changes:\*\* 1 file, \+1 −1: `a\.yaml`\n\n---\nKept by Millrace as ChangeProposal `fleet\/bump`/,
  );
});

test("another base branch closes the pull request, and asks anew there", async () => {
  const world = one();
  await world.settles();
  world.person.push(slug, "next", {});
  world.cluster.edit(Repository, "app", { branch: "next" });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 open: Set version to 2.0.0"]);
  assert.equal(world.host.get(slug).pulls[1]!.base, "next");
});

test("a deleted proposal closes its pull request and deletes its branch", async () => {
  const world = one();
  await world.settles();
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  world.shows("acme/app#1 closed: Set version to 2.0.0");
  assert.match(world.host.get(slug).pulls[0]!.comments.join(), /ChangeProposal `fleet\/bump` was deleted/);
  assert.equal(world.host.get(slug).heads.has(branch), false);

  world.apply(proposal());
  await world.settles();
  assert.equal(pulls(world)[1], "#2 open: Set version to 2.0.0", "made again, it asks again");
});

test("a deleted proposal leaves a person's branch and pull request", async () => {
  const world = one();
  await world.settles();
  world.person.amend(slug, branch);
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
  assert.equal(world.cluster.get(ChangeProposal, "bump"), undefined);
});

for (const [about, spoil] of [
  ["its repository is gone from the host", (world: World) => world.host.remove(slug)],
  ["its Repository object is gone", (world: World) => world.cluster.delete(Repository, "app")],
  ["it is suspended", (world: World) => world.cluster.edit(ChangeProposal, "bump", { suspend: true })],
] as const) {
  test(`a deleted proposal goes at once when ${about}`, async () => {
    const world = one();
    await world.settles();
    const effects = world.host.effects.length;
    spoil(world);
    world.cluster.delete(ChangeProposal, "bump");
    await world.settles();
    assert.equal(world.cluster.get(ChangeProposal, "bump"), undefined);
    assert.equal(world.host.effects.length, effects);
  });
}

test("a deleted proposal that may not clean up says so, and how to let it go", async () => {
  const world = one();
  await world.settles();
  world.host.get(slug).archived = true;
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  assert.match(
    says(world),
    /\(deleting\): CleanUpRefused, .* or set spec\.suspend to true to leave them and let the proposal go$/,
  );
  world.cluster.edit(ChangeProposal, "bump", { suspend: true });
  await world.settles();
  assert.equal(world.cluster.get(ChangeProposal, "bump"), undefined);
});

test("a lost status is found again in the branch and the pull request", async () => {
  const world = one();
  await world.settles();
  world.cluster.writeStatus(world.cluster.get(ChangeProposal, "bump")!, {});
  world.replica.restart("lost");
  world.person.push(slug, "main", { "README.md": "more" });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
  assert.equal(status(world).pullRequest?.number, 1);
  assert.equal(world.host.count("push"), 1);
});

for (const [about, spec, reason] of [
  [
    "a missing field",
    { change: { edits: [{ path: "a.yaml", set: { field: ["nope"], value: "x" } }] } },
    /FieldMissing, a\.yaml: there is no nope$/,
  ],
  [
    "a missing file",
    { change: { edits: [{ path: "b.yaml", set: { field: ["a"], value: "x" } }] } },
    /FileMissing, b\.yaml: there is no such file/,
  ],
  [
    "a missing Repository",
    { repositoryRef: { name: "ghost" } },
    /RepositoryUnknown, there is no Repository ghost in namespace fleet/,
  ],
  ["suspension", { suspend: true }, /Suspended, spec\.suspend is true/],
] as const) {
  test(`${about} stops it with a reason`, async () => {
    const world = one(proposal("bump", "2.0.0", spec));
    await world.settles();
    assert.match(says(world), reason);
    assert.deepEqual(world.host.effects, []);
  });
}

test("a missing base branch is explained, and healed by naming the right one", async () => {
  const world = given([forge(), repository("app", { branch: "master" }), proposal()], { [slug]: file });
  await world.settles();
  world.shows(`
    ChangeProposal/bump: BaseBranchMissing, there is no branch master: correct spec.branch of Repository app
    Repository/app: BranchMissing, there is no branch master; it was probably renamed, since the default branch is main: kubectl -n fleet patch repository app --type=merge -p '{"spec":{"branch":"main"}}'
  `);
  world.cluster.edit(Repository, "app", { branch: "main" });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
});

test("a merge that the forge refuses is tried again, without a word in between", async () => {
  const world = one();
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  const { merge } = world.forge.pulls;
  let asked = 0;
  Object.assign(world.forge.pulls, {
    merge: async () => {
      asked++;
      return { merged: false, because: "NotMergeable", message: "At least 1 approving review is required." };
    },
  });
  await world.settles();
  assert.equal(
    says(world),
    "ChangeProposal/bump: MergeRefused, the forge does not merge #1 now, and is asked again: At least 1 approving review is required.",
  );
  const [writes, before] = [world.cluster.writes.status, asked];
  await world.round();
  assert.equal(world.cluster.writes.status, writes, "asking in vain is not written down");
  assert.equal(asked, before + 1);
  Object.assign(world.forge.pulls, { merge });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 2.0.0"]);
});

test("a change that is asked for again is not mistaken for one that the base had", async () => {
  const world = one();
  await world.settles();
  world.apply(proposal("bump", "1.0.0"));
  while (world.host.get(slug).pulls[0]!.state === "Open") await world.round();
  // In the moment between the closing and the deletion of the branch.
  world.person.amend(slug, branch);
  await world.settles();
  assert.match(says(world), /NoChange/);
  world.apply(proposal("bump", "2.0.0"));
  await world.settles();
  assert.match(says(world), /HumanOwned/);
});

test("commits that somebody took back from the base are not brought in again", async () => {
  const world = one(proposal("bump", "2.0.0", { merge: { mode: "Manual" } }));
  const before = world.host.get(slug).heads.get("main")!;
  world.person.push(slug, "main", { "secret.txt": "oops" });
  await world.settles();
  world.person.reset(slug, "main", before);
  await world.settles();
  assert.equal(status(world).base?.sha, before);
  world.person.merge(slug, 1);
  const { heads, commits } = world.host.get(slug);
  assert.equal(commits.get(heads.get("main")!)!.files.has("secret.txt"), false);
});

test("every effect outside of the cluster is announced in status before it is made", async () => {
  const world = one();
  const announced: string[] = [];
  const effects: Readonly<Record<string, string>> = {
    push: "Push",
    open: "Open",
    decorate: "Decorate",
    revise: "Revise",
    enqueue: "Enqueue",
    merge: "Merge",
    close: "Close",
    comment: "Close",
    delete: "DeleteBranch",
  };
  world.host.listen(({ by, what }) => {
    if (by !== "millrace") return;
    assert.equal(status(world).intent?.effect, effects[what], what);
    announced.push(what);
  });
  await world.settles();
  world.apply(proposal("bump", "3.0.0"));
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  world.apply(proposal("bump", "4.0.0"));
  await world.settles();
  world.cluster.delete(ChangeProposal, "bump");
  await world.settles();
  assert.deepEqual(announced.sort(), [
    "close",
    "comment",
    "delete",
    "delete",
    "merge",
    "open",
    "open",
    "push",
    "push",
    "push",
    "revise",
  ]);
});

for (const call of ["git.push", "pulls.open", "pulls.revise", "pulls.merge", "pulls.close"] as const) {
  for (const when of ["before", "after"] as const) {
    test(`a process that dies ${when} ${call} leaves nothing that is not found, and nothing that comes twice`, async () => {
      const world = one();
      world.host.faults.plan(call, when, "crash");
      await world.settles();
      world.apply(proposal("bump", "3.0.0"));
      await world.settles();
      if (call === "pulls.close") world.apply(proposal("bump", "1.0.0"));
      else world.person.addCheck(slug, 1, "unit", "Passed");
      await world.settles();
      await world.settles();
      assert.equal(world.host.faults.left, 0, "it was played");
      assert.equal(world.host.count("open"), 1);
      assert.equal(world.host.count("push"), 2);
      assert.match(says(world), call === "pulls.close" ? /NoChange/ : /Merged/);
      assert.deepEqual([...world.host.get(slug).heads.keys()], ["main"]);
    });
  }
}
