import assert from "node:assert/strict";
import { test } from "node:test";
import { proposal } from "../../support/objects.ts";
import {
  answers,
  branch,
  callsOf,
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

async function opened(spec: Readonly<Record<string, unknown>> = manual): Promise<World> {
  const world = one(proposal("bump", "2.0.0", spec));
  await world.settles();
  return world;
}

const last = (world: World, number = 1): string => answers(world, number).at(-1) ?? "";

test("why is answered with how things stand, by whoever may read", async () => {
  const world = await opened();
  world.person.addCheck(slug, 1, "unit", "Passed");
  world.person.comment(slug, 1, "/millrace why", "reader");
  await world.settles();
  assert.equal(
    last(world),
    "**AwaitingMerge** (AwaitingMerge): a person merges \\#&#8203;1 \\(1 of 1 check passed\\).\nChecks: 1 of 1 check passed.\nA person acts next.",
  );
  assert.match(says(world), /AwaitingMerge, a person merges #1/, "answering is no state");
});

test("help lists what there is, and an unknown word as well", async () => {
  const world = await opened();
  world.person.comment(slug, 1, "/millrace help", "reader");
  await world.settles();
  assert.match(last(world), /^Begin a comment with `\/millrace` and one of `rebase`, /);
  world.person.comment(slug, 1, "/millrace merge<script>");
  await world.settles();
  assert.match(last(world), /^Nothing was done: there is no `mergescript`: say `rebase`/);
  assert.equal(answers(world).length, 2);
});

test("a hold keeps everything where it is until it ends, and wakes then", async () => {
  const world = await opened({});
  world.person.comment(slug, 1, "/millrace hold 3h wait for the release");
  const [until] = [new Date(world.clock.now().getTime() + 3 * 3_600_000).toISOString().slice(0, 19)];
  await world.settles();
  assert.equal(last(world), `Nothing is pushed or merged before ${until}Z. \`hold off\` ends it sooner.`);
  world.person.addCheck(slug, 1, "unit", "Passed");
  world.apply(proposal("bump", "3.0.0"));
  const tip = tipOf(world);
  await world.settles();
  assert.equal(
    says(world),
    `ChangeProposal/bump: Held, pat holds it until ${until}Z: wait for the release: nothing is pushed or merged before`,
  );
  assert.equal(status(world).phase, "Held");
  assert.equal(tipOf(world), tip);

  world.clock.advance(3 * 3_600_000);
  await world.settles();
  world.person.addCheck(slug, 1, "unit", "Passed");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 merged: Set version to 3.0.0"]);
});

test("a hold asks to be woken at its end", async () => {
  const world = await opened({ merge: { mode: "Manual" }, interval: "4h" });
  world.person.comment(slug, 1, "/millrace hold 30m");
  await world.settles();
  const [reconciler] = world.replica.reconcilers.filter(({ kind }) => kind.kind === "ChangeProposal");
  world.replica.view.refresh();
  await world.replica.turn(reconciler!, "ChangeProposal/bump");
  assert.ok(world.replica.again! > 29 * 60_000 && world.replica.again! <= 30 * 60_000, String(world.replica.again));
});

test("a hold can be ended, lengthened, and is bounded", async () => {
  const world = await opened({});
  world.person.comment(slug, 1, "/millrace hold 2d");
  await world.settles();
  world.person.comment(slug, 1, "/millrace hold off");
  await world.settles();
  assert.equal(last(world), "It is not held any longer.");
  assert.match(says(world), /NoChecks/);
  for (const bad of ["91d", "0m", "2020-01-01T00:00:00Z", "soon", ""]) {
    world.person.comment(slug, 1, `/millrace hold ${bad}`);
    await world.settles();
    assert.match(last(world), /^Nothing was done: (what follows `hold` is how long|a hold ends later than now)/, bad);
  }
  assert.equal(status(world).steering?.hold, undefined);
});

test("a rejection closes the pull request, with who and why, and is answered first", async () => {
  const world = await opened();
  world.person.comment(slug, 1, "/millrace reject we leave 2.x", "pat");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0"]);
  assert.match(answers(world)[0]!, /^The change is refused, and not proposed again/);
  assert.match(answers(world)[1]!, /^Closed by Millrace: the change was rejected/);
  const { declined } = status(world);
  assert.deepEqual([declined?.by, declined?.reason, declined?.number], ["pat", "we leave 2.x", 1]);
});

test("a retry below a closed pull request opens a new one", async () => {
  const world = await opened();
  world.person.close(slug, 1);
  await world.settles();
  world.person.comment(slug, 1, "/millrace retry");
  await world.settles();
  assert.deepEqual(pulls(world), ["#1 closed: Set version to 2.0.0", "#2 open: Set version to 2.0.0"]);
  assert.match(last(world), /^Refusals and failed runs are forgotten/);
});

test("a rebase builds the change on the head of the base, once", async () => {
  const world = await opened();
  const head = world.person.push(slug, "main", { "README.md": "more" });
  await world.settles();
  assert.notEqual(status(world).base?.sha, head, "nothing that it touches has changed");
  world.person.comment(slug, 1, "/millrace rebase");
  await world.settles();
  assert.equal(status(world).base?.sha, head);
  assert.equal(status(world).steering?.rebuild, undefined);
  world.person.push(slug, "main", { "README.md": "still more" });
  await world.settles();
  assert.equal(status(world).base?.sha, head, "the wish is spent");
});

test("a rebase over the commits of people is refused, and says why", async () => {
  const world = await opened();
  const theirs = world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  world.person.comment(slug, 1, "/millrace rebase");
  await world.settles();
  assert.match(last(world), /^Nothing was done: the branch has commits of people, which are never built over/);
  assert.equal(tipOf(world), theirs);
});

test("adopt by comment takes the tip that people were told about, and no later one", async () => {
  const world = await opened();
  world.person.push(slug, branch, { "b.txt": "mine" });
  await world.settles();
  world.person.comment(slug, 1, "/millrace adopt");
  const later = world.person.push(slug, branch, { "b.txt": "slipped in" });
  await world.settles();
  assert.match(last(world), new RegExp(`^Nothing was done: the branch is at ${later}\\. If that is meant, say`));
  world.person.comment(slug, 1, `/millrace adopt ${later.slice(0, 7)}`);
  await world.settles();
  assert.equal(status(world).steering?.adopted?.sha, later);
  assert.equal(status(world).steering?.adopted?.by, "pat");
  assert.match(says(world), /AwaitingMerge/);
});

test("release by comment is taken back by comment", async () => {
  const world = await opened();
  world.person.comment(slug, 1, "/millrace release we finish it ourselves");
  await world.settles();
  assert.match(says(world), /Released, pat keeps #1: we finish it ourselves\. To give it back, say `\/millrace adopt`/);
  world.person.comment(slug, 1, "/millrace adopt");
  await world.settles();
  assert.match(says(world), /AwaitingMerge/);
});

test("whoever may not write is told so, once, and nothing happens", async () => {
  const world = await opened();
  world.person.comment(slug, 1, "/millrace reject\n/millrace why", "stranger");
  await world.settles();
  assert.equal(answers(world).length, 1);
  assert.match(
    last(world),
    /^`reject` needs write access to the repository, so nothing was done\.\n\n\*\*AwaitingMerge\*\*/,
  );
  assert.equal(pull(world).state, "Open");
});

test("whoever may not even read is not told how things stand", async () => {
  const world = await opened();
  world.host.get(slug).roles.set("outsider", "None");
  world.person.comment(slug, 1, "/millrace why", "outsider");
  await world.settles();
  assert.equal(last(world), "`why` needs read access to the repository, so nothing was done.");
});

test("bots, quotes and talk are not answered", async () => {
  const world = await opened();
  world.person.comment(slug, 1, "/millrace reject", "renovate[bot]", true);
  world.person.comment(slug, 1, "> /millrace reject");
  world.person.comment(slug, 1, "Should I say /millrace reject?");
  world.person.comment(slug, 1, "```\n/millrace reject\n```");
  await world.settles();
  assert.deepEqual(answers(world), []);
  assert.equal(pull(world).state, "Open");
});

test("several commands of one comment are answered together, several comments one by one", async () => {
  const world = await opened({});
  world.person.comment(slug, 1, "/millrace hold 1d\r\n/millrace why");
  world.person.comment(slug, 1, "/millrace hold off");
  world.person.comment(slug, 1, "thanks");
  world.person.comment(slug, 1, "/millrace help");
  await world.settles();
  assert.deepEqual(
    answers(world).map((each) => each.slice(0, 30)),
    ["Nothing is pushed or merged be", "It is not held any longer.", "Begin a comment with `/millrac"],
  );
  assert.match(answers(world)[0]!, /\*\*Held\*\*/);
});

for (const call of ["pulls.comment", "pulls.comments", "pulls.close", "forge.role"] as const) {
  for (const when of ["before", "after"] as const) {
    test(`a process that dies ${when} ${call} answers once and does what was asked once`, async () => {
      const world = await opened();
      world.host.faults.plan(call, when, "crash");
      world.person.comment(slug, 1, "/millrace reject no");
      await world.settles();
      assert.equal(world.host.faults.left, 0);
      assert.equal(answers(world).length, 2);
      assert.equal(world.host.count("close"), 1);
      assert.match(says(world), /Declined, pat/);
    });
  }
}

test("comments are read only when something happened below the pull request", async () => {
  const world = await opened();
  world.person.push(slug, "main", { "a.yaml": `${file["a.yaml"]}# more\n` });
  await world.settles();
  world.person.push(slug, "main", { "README.md": "more" });
  const calls = await callsOf(world, () => world.settles());
  assert.equal(calls["pulls.comments"], undefined);
  world.person.comment(slug, 1, "hello");
  const heard = await callsOf(world, () => world.settles());
  assert.equal(heard["pulls.comments"], 1);
  assert.equal(heard["pulls.comment"], undefined);
});

test("adopt speaks of no commit that came after it, however many words come before", async () => {
  const world = await opened();
  world.person.comment(slug, 1, "/millrace why");
  world.person.comment(slug, 1, "/millrace adopt");
  world.person.push(slug, branch, { "mine.txt": "mine" });
  await world.settles();
  assert.match(says(world), /HumanOwned/);
  assert.equal(status(world).steering?.adopted, undefined);
  assert.match(last(world), /offers|adopt/);
});
