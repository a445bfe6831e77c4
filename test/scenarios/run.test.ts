import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { type Command, FunctionRunner } from "../support/function-runner.ts";
import { forge, proposal, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

/** Writes what the source says in capitals. */
const shout: Command = ({ source = "" }) => ({ "out/shout": source.toUpperCase() });

function running(
  command: Command = shout,
  run: object = {},
): { readonly world: World; readonly runner: FunctionRunner } {
  const world = given([forge(), repository("app")], { "acme/app": { source: "one\n", "out/shout": "old\n" } });
  const runner = new FunctionRunner(world.host, command);
  world.runner = runner;
  world.replica.restart();
  world.apply(
    proposal("gen", "", {
      title: "Generate",
      change: { run: { command: ["make", "gen"], paths: ["out/"], ...run } },
      merge: { mode: "WhenChecksPass", allowNoChecks: true },
    }),
  );
  return { world, runner };
}

const object = (world: World): ChangeProposal => ChangeProposal.object.parse(world.cluster.get(ChangeProposal, "gen"));
const reason = (world: World) => object(world).status?.conditions?.find(({ type }) => type === "Ready")?.reason;
const message = (world: World) => object(world).status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
const onMain = (world: World, path: string): string => {
  const there = world.host.get("acme/app");
  return String(there.commits.get(there.heads.get("main")!)!.files.get(path));
};
const pulls = (world: World) => world.host.get("acme/app").pulls;

test("a command runs once, what it changes is proposed and merged, and the run is let go", async () => {
  const { world, runner } = running();
  await world.settles();
  assert.equal(onMain(world, "out/shout"), "ONE\n");
  assert.deepEqual([pulls(world).length, runner.started.length, reason(world)], [1, 1, "Merged"]);
  assert.ok(runner.discarded.includes(runner.started[0]!.id));
  assert.match(object(world).status!.run!.output!, /^[0-9a-f]{64}$/);
});

test("a command that changes nothing proposes nothing", async () => {
  const { world } = running(() => ({}));
  await world.settles();
  assert.deepEqual([pulls(world).length, reason(world)], [0, "NoChange"]);
});

test("a command that fails says why, runs no more, and again when a person asks", async () => {
  const { world, runner } = running(() => ({
    is: "failed",
    reason: "CommandFailed",
    message: "make gen ended with code 2",
    log: "no such target",
  }));
  await world.settles();
  assert.deepEqual([reason(world), message(world).includes("code 2")], ["CommandFailed", true]);
  assert.equal(object(world).status!.run!.log, "no such target");
  await world.settles();
  assert.equal(runner.started.length, 1);
  runner.does(shout);
  world.cluster.annotate(ChangeProposal, "gen", { "millrace.dev/retry": "1" });
  await world.settles();
  assert.deepEqual([runner.started.length, reason(world), onMain(world, "out/shout")], [2, "Merged", "ONE\n"]);
});

test("what breaks a rule is never pushed", async () => {
  const { world } = running(() => ({ ".git/hooks/pre-commit": "x" }));
  await world.settles();
  assert.equal(reason(world), "PatchRefused");
  assert.match(message(world), /"\.git\/hooks\/pre-commit", which goes into \.git/);
  assert.equal(world.host.count("push"), 0);
});

test("mirrors that are lost before the push make no other change, and no other run", async () => {
  const { world, runner } = running();
  for (let round = 0; round < 12; round++) {
    world.clock.advance(2_000);
    await world.round();
    world.replica.restart("lost");
  }
  await world.settles();
  assert.deepEqual([runner.started.length, pulls(world).length, onMain(world, "out/shout")], [1, 1, "ONE\n"]);
});

test("a command that repeats runs for every move of the base, and comes to rest after its own merge", async () => {
  const { world, runner } = running(shout, { repeat: "WhenBaseMoves" });
  await world.settles();
  assert.equal(onMain(world, "out/shout"), "ONE\n");
  assert.equal(runner.started.length, 2, "once for the change, once on what it left");
  world.person.push("acme/app", "main", { source: "two\n" });
  await world.settles();
  assert.equal(onMain(world, "out/shout"), "TWO\n");
  assert.equal(pulls(world).length, 2);
});

test("a command that never comes to rest is stopped after its own merge, and named", async () => {
  const { world } = running(({ "out/shout": before = "" }) => ({ "out/shout": `${before}again\n` }), {
    repeat: "WhenBaseMoves",
  });
  await world.settles();
  assert.equal(pulls(world).length, 1);
  assert.equal(reason(world), "Loop");
  assert.match(
    message(world),
    /right after its own change was merged as [0-9a-f]{7}, so this would never end: it gave [0-9a-f]{64} there/,
  );
  await world.settles();
  assert.equal(pulls(world).length, 1);
});

test("a run that is killed in the middle is started again", async () => {
  let lost = 0;
  const { world, runner } = running((files, run) =>
    lost++ < 2 ? { is: "lost", message: "its node went away" } : shout(files, run),
  );
  await world.settles();
  assert.deepEqual([reason(world), runner.started.length], ["Merged", 3]);
});
