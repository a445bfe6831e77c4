import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { forge, proposal, repository } from "../../support/objects.ts";
import { annotate, answers, branch, file, one, pulls, says, slug, status, tipOf } from "../../support/one-proposal.ts";
import { given, type World } from "../../support/world.ts";

const manual = { mode: "Manual" };
const elsewhere = (world: World): string => world.person.push(slug, "main", { "README.md": String(world.clock.now()) });
const beneath = (world: World): string =>
  world.person.push(slug, "main", { "a.yaml": file["a.yaml"].replace("80", String(world.clock.now().getTime())) });

for (const [refresh, whenElsewhere, whenBeneath] of [
  ["Auto", false, true],
  ["Conflicted", false, true],
  ["BehindBase", true, true],
  ["Never", false, false],
] as const) {
  test(`with refresh ${refresh} the change is built anew ${whenElsewhere ? "whenever the base moves" : whenBeneath ? "where it has to be" : "never"}`, async () => {
    const world = one(proposal("bump", "2.0.0", { refresh, merge: manual }));
    await world.settles();
    const head = elsewhere(world);
    await world.settles();
    assert.equal(status(world).base?.sha === head, whenElsewhere);
    const changed = beneath(world);
    await world.settles();
    assert.equal(status(world).base?.sha === changed, whenBeneath);
    if (!whenBeneath) assert.match(says(world), /Conflicting/);
    assert.equal(world.host.count("open"), 1);
  });
}

test("what never is refreshed still follows what is asked for, and a rebase that is asked for", async () => {
  const world = one(proposal("bump", "2.0.0", { refresh: "Never", merge: manual }));
  await world.settles();
  const head = beneath(world);
  annotate(world, "rebase", "now");
  await world.settles();
  assert.equal(status(world).base?.sha, head);
  world.apply(proposal("bump", "3.0.0", { refresh: "Never", merge: manual }));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 3.0.0"]);
});

test("commits that were taken back from the base are brought in by no refresh", async () => {
  const world = one(proposal("bump", "2.0.0", { refresh: "Never", merge: manual }));
  world.person.push(slug, "main", { "secret.txt": "oops" });
  await world.settles();
  const { heads, commits } = world.host.get(slug);
  world.person.reset(slug, "main", commits.get(heads.get("main")!)!.parents[0]!);
  await world.settles();
  assert.equal(commits.get(tipOf(world)!)!.files.has("secret.txt"), false);
});

/** Two proposals to one repository, the younger of which takes the place of the older. */
async function two(older: object = {}, younger: object = { supersedes: ["bump"] }): Promise<World> {
  const world = given([forge(), repository("app"), proposal("bump", "2.0.0", { merge: manual, ...older })], {
    [slug]: file,
  });
  await world.settles();
  world.apply(proposal("newer", "3.0.0", { merge: manual, ...younger }));
  return world;
}

test("a proposal that is superseded closes its own with a link, and is content", async () => {
  const world = await two();
  await world.settles();
  assert.equal(says(world), "ChangeProposal/bump: Superseded, newer (#2) has taken its place");
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 open: Set version to 3.0.0"]);
  assert.deepEqual(answers(world), ["Closed by Millrace: superseded by #2."]);
  assert.equal(tipOf(world), undefined, "its branch is gone");
  assert.equal(status(world).supersededBy, "newer");
  assert.equal(status(world).declined, undefined, "our own closing is no refusal");
});

test("a superseded proposal waits until the other has its own pull request open", async () => {
  const world = await two(
    {},
    { supersedes: ["bump"], change: { edits: [{ path: "none.yaml", set: { field: ["a"], value: "b" } }] } },
  );
  await world.settles();
  assert.equal(pulls(world)[0], "#1 open: Set version to 2.0.0");
});

test("a place that was taken stays taken when the other is refused, merged or deleted", async () => {
  const world = await two();
  await world.settles();
  world.person.close(slug, 2);
  await world.settles();
  assert.match(says(world), /Superseded/);
  world.cluster.delete(ChangeProposal, "newer");
  await world.settles();
  assert.match(says(world), /Superseded, newer has taken its place/);
  annotate(world, "retry", "1");
  await world.settles();
  assert.equal(pulls(world).at(-1), "#3 open: Set version to 2.0.0", "until somebody asks for it again");
});

test("a place is given back when the other takes its word back", async () => {
  const world = await two();
  await world.settles();
  world.apply(proposal("newer", "3.0.0", { merge: manual }));
  await world.settles();
  assert.equal(pulls(world).at(-1), "#3 open: Set version to 2.0.0");
});

test("a superseded proposal leaves what a person took over", async () => {
  const world = await two();
  const theirs = world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  assert.match(says(world), /HumanOwned/);
  assert.equal(tipOf(world), theirs);
});

test("of two that supersede each other the younger one stays", async () => {
  const world = await two({ supersedes: ["newer"] });
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 open: Set version to 3.0.0"]);
  await world.settles();
  assert.equal(world.host.count("open"), 2);
});

test("another repository's proposal takes nobody's place", async () => {
  const world = given([forge(), repository("app"), repository("lib"), proposal("bump", "2.0.0", { merge: manual })], {
    [slug]: file,
    "acme/lib": file,
  });
  world.apply(proposal("newer", "3.0.0", { repositoryRef: { name: "lib" }, supersedes: ["bump"], merge: manual }));
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 open: Set version to 2.0.0"]);
});
