import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hands } from "../../../src/reconcilers/change/hands.ts";
import { drop, letGo, produce, staysRight } from "../../../src/reconcilers/change/produce.ts";
import type { Produced } from "../../../src/reconcilers/change/produced.ts";
import type { Run, RunFile, Runner, RunState } from "../../../src/reconcilers/runner-port.ts";
import { bench, proposing } from "./hands.ts";

/** A runner that plays a script, and keeps what it was asked. Each run answers the same until it is discarded. */
class ScriptedRunner implements Runner {
  readonly started: Run[] = [];
  readonly discarded: string[] = [];
  readonly #states = new Map<string, RunState>();
  #next: RunState[];

  constructor(...states: RunState[]) {
    this.#next = states;
  }

  plays(...states: RunState[]): void {
    this.#next = states;
  }

  async look(run: Run): Promise<RunState> {
    const known = this.#states.get(run.id);
    if (known && known.is !== "pending") return known;
    if (!known) this.started.push(run);
    const [state, ...rest] = this.#next;
    if (!state) throw new Error("the script is over");
    this.#next = rest.length > 0 ? rest : [state];
    this.#states.set(run.id, state);
    return state;
  }

  async discard({ id }: Pick<Run, "id" | "owner">): Promise<void> {
    this.discarded.push(id);
    this.#states.delete(id);
  }
}

const at = new Date("2026-01-01T10:00:00Z");
const file = (path: string, text: string, mode: RunFile["mode"] = "File"): RunFile => ({
  path,
  content: Buffer.from(text),
  mode,
});
const gave = (...files: readonly RunFile[]): RunState => ({
  is: "succeeded",
  files,
  isolation: "a box",
  startedAt: at,
  finishedAt: at,
});
const pending: RunState = { is: "pending", message: "waits for a place", startedAt: undefined };
const lost: RunState = { is: "lost", message: "its node went away" };

const wish = { command: ["make", "gen"], paths: ["out/"] };

/** A repository, a runner that plays this script, and turns that keep status from one to the next. */
function running(script: readonly RunState[], change: object = wish) {
  const there = bench({ "out/a": "1\n", src: "s\n" });
  const runner = new ScriptedRunner(...script);
  const hands: Hands = { ...there.hands, runner };
  let status: object = {};
  const proposal = () => proposing({ run: change }, status);
  const turn = async (base = there.head()): Promise<Produced> => {
    const produced = await produce(proposal(), base, hands);
    status = { ...status, ...produced.facts };
    return produced;
  };
  const set = (more: object): void => {
    status = { ...status, ...more };
  };
  return { ...there, hands, runner, turn, set, proposal, run: () => proposal().status!.run! };
}

test("a command is waited for, and what it changed is one commit, the same each time", async () => {
  const world = running([pending, gave(file("out/a", "2\n"), file("out/b", "#!\n", "Executable"))]);
  const first = await world.turn();
  assert.ok(first.is === "waiting");
  assert.deepEqual([first.reason, first.message], ["CommandRunning", "waits for a place"]);
  const second = await world.turn();
  assert.ok(second.is === "commit");
  assert.deepEqual(await world.turn(), second);
  const { git, remote, signal } = world.hands;
  assert.equal(String(Buffer.from((await git.read(remote, second.sha, "out/a", signal))!)), "2\n");
  assert.deepEqual(await git.entry(remote, second.sha, "out/b", signal), { mode: "Executable" });
  assert.match((await git.describe(remote, second.sha, signal))!.message, /\nMillrace-Fingerprint: [0-9a-f]{64}\n$/);
  assert.equal(world.runner.started.length, 1, "it ran once");
  const { id, owner, commit } = world.runner.started[0]!;
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.deepEqual([owner, commit], [{ namespace: "fleet", name: "it", uid: "u1" }, world.head().sha]);
  const { output, isolation, attempt, finishedAt } = world.run();
  assert.deepEqual([attempt, isolation, finishedAt], [1, "a box", "2026-01-01T10:00:00Z"]);
  assert.match(output!, /^[0-9a-f]{64}$/);
});

test("without a runner nothing runs, and it says what to set", async () => {
  const { hands, head } = bench({ a: "1" });
  const produced = await produce(proposing({ run: wish }), head(), hands);
  assert.ok(produced.is === "refused");
  assert.equal(produced.reason, "NoRunner");
  assert.match(produced.message, /MILLRACE_RUNNER/);
});

test("a command that changes nothing gives nothing", async () => {
  assert.equal((await running([gave()]).turn()).is, "nothing");
  assert.equal((await running([gave(file("out/a", "1\n"))]).turn()).is, "nothing", "nor does the same content");
});

test("a failure is told with its reason and its last lines, and stands still", async () => {
  const log = `${"x".repeat(3_000)}the end`;
  const world = running([{ is: "failed", reason: "OutOfMemory", message: "it took more than 1024 MiB", log }]);
  const first = await world.turn();
  assert.ok(first.is === "refused");
  assert.deepEqual([first.reason, first.message], ["OutOfMemory", "it took more than 1024 MiB"]);
  assert.ok(world.run().log!.length <= 2_048 && world.run().log!.endsWith("the end"));
  assert.deepEqual(await world.turn(), first);
  assert.equal(world.runner.started.length, 1);
});

test("a wish to try again runs it again", async () => {
  const world = running([{ is: "failed", reason: "CommandFailed", message: "exit code 1", log: "" }]);
  await world.turn();
  world.runner.plays(gave(file("out/a", "2\n")));
  assert.equal((await world.turn()).is, "refused", "not by itself");
  world.set({ steering: { retry: "now" } });
  assert.equal((await world.turn()).is, "commit");
  assert.equal(world.runner.discarded[0], world.runner.started[0]!.id, "and the old run is let go");
});

test("a run that gets lost is started three times in all", async () => {
  const world = running([lost, lost, gave(file("out/a", "2\n"))]);
  assert.equal((await world.turn()).is, "commit");
  assert.equal(new Set(world.runner.started.map(({ id }) => id)).size, 3);
  assert.equal(world.run().attempt, 3);

  const hopeless = running([lost]);
  const refused = await hopeless.turn();
  assert.ok(refused.is === "refused");
  assert.equal(refused.reason, "RunLost");
  assert.match(refused.message, /^it got lost 3 times, the last time because its node went away: ask for a retry/);
  assert.deepEqual(await hopeless.turn(), refused);
  assert.equal(hopeless.runner.started.length, 3);
});

test("a crash before status is written repeats no attempt", async () => {
  const world = running([lost, pending]);
  await world.turn();
  world.set({ run: undefined });
  await world.turn();
  assert.equal(world.runner.started.length, 2);
});

test("what breaks a rule is refused, and nothing is committed", async () => {
  const world = running([gave(file("src", "2\n"))]);
  const refused = await world.turn();
  assert.ok(refused.is === "refused");
  assert.deepEqual([refused.reason, refused.message.split(",")[0]], ["PatchRefused", 'the command changed "src"']);
  assert.equal(world.host.faults.count("git.commit"), 0);
});

test("a link that the command made may stay inside, and not lead out", async () => {
  const world = running([gave(file("out/l", "a", "Link"))]);
  assert.equal((await world.turn()).is, "commit");
  const bad = running([gave(file("out/l", "../../etc", "Link"))]);
  assert.equal((await bad.turn()).is, "refused");
});

test("the same input with another output is told with both digests, until somebody asks for a retry", async () => {
  const world = running([gave(file("out/a", "2\n"))]);
  await world.turn();
  const before = world.run().output!;
  await drop(world.proposal(), world.hands);
  world.runner.plays(gave(file("out/a", "3\n")));
  const refused = await world.turn();
  assert.ok(refused.is === "refused");
  assert.equal(refused.reason, "NonDeterministic");
  assert.match(refused.message, new RegExp(`gave ${before} before, and [0-9a-f]{64} now`));
  assert.deepEqual(await world.turn(), refused, "it stands still");
  world.set({ steering: { retry: "1" } });
  assert.equal((await world.turn()).is, "commit");
});

test("a command that runs whenever the base moves gives nothing on its own merge, or it is a loop", async () => {
  const world = running([gave(file("out/a", "2\n"))], { ...wish, repeat: "WhenBaseMoves" });
  await world.turn();
  const first = world.run().output!;
  const merge = world.push("main", { "out/a": "2\n" }, "Merged");
  world.set({ merge: { sha: merge } });
  world.runner.plays(gave(file("out/a", "3\n")));
  const loop = await world.turn();
  assert.ok(loop.is === "refused");
  assert.equal(loop.reason, "Loop");
  const { output, before } = world.run();
  assert.equal(before, first);
  assert.match(
    loop.message,
    new RegExp(`merged as ${merge.slice(0, 7)}, .* it gave ${first} there, and ${output} now`),
  );
  assert.deepEqual(await world.turn(), loop, "it stands still");
  world.push("main", { other: "x" });
  assert.equal((await world.turn()).is, "commit", "somebody else's move is a reason to run");
});

test("a command that comes to rest is no loop", async () => {
  const world = running([gave(file("out/a", "2\n"))], { ...wish, repeat: "WhenBaseMoves" });
  await world.turn();
  world.set({ merge: { sha: world.push("main", { "out/a": "2\n" }, "Merged") } });
  world.runner.plays(gave());
  assert.equal((await world.turn()).is, "nothing");
});

test("once is right wherever the base goes; whenever the base moves is not", async () => {
  const { hands, head } = bench({ a: "1" });
  const shas = [head().sha, head().sha] as const;
  assert.equal(await staysRight(proposing({ run: wish }), shas, hands), true);
  assert.equal(await staysRight(proposing({ run: { ...wish, repeat: "WhenBaseMoves" } }), shas, hands), false);
});

test("what it depends on makes another run, and what it does not does not", async () => {
  const ids = new Set<string>();
  const idOf = async (change: object, base?: Readonly<Record<string, string>>): Promise<number> => {
    const world = running([pending], { ...wish, ...change });
    if (base) world.push("main", base);
    await world.turn();
    return ids.add(world.runner.started[0]!.id).size;
  };
  assert.equal(await idOf({}), 1);
  assert.equal(await idOf({ repeat: "WhenBaseMoves" }), 1, "when to run is no part of what runs");
  assert.equal(await idOf({}, { src: "s\n" }), 1, "another commit with the same files is the same");
  assert.equal(await idOf({}, { src: "t\n" }), 2);
  assert.equal(await idOf({ command: ["make", "gen "] }), 3);
  assert.equal(await idOf({ env: [{ name: "A", value: "b" }] }), 4);
  assert.equal(await idOf({ network: "Open" }), 5);
  assert.equal(await idOf({ directory: "out" }), 6);
  assert.equal(await idOf({ limits: { time: "1m" } }), 7);
  assert.equal(await idOf({ image: `a@sha256:${"1".repeat(64)}` }), 8);
});

test("a branch that moves faster than the command runs gets what it gave, one base after the other", async () => {
  const world = running([pending, pending, gave(file("out/a", "2\n"))]);
  const began = world.head();
  await world.turn();
  world.push("main", { src: "t\n" });
  assert.equal((await world.turn()).is, "waiting");
  world.push("main", { src: "u\n" });
  const made = await world.turn();
  assert.ok(made.is === "commit");
  assert.deepEqual(made.base, began);
  assert.equal(world.runner.started.length, 1, "it was never begun anew");

  world.set({ intent: { effect: "Push", at: "2026-01-01T00:00:00Z", commit: made.sha } });
  world.push("main", { src: "v\n" });
  assert.deepEqual(await world.turn(), made, "and what is announced is what is pushed");
  world.set({ intent: undefined });
  await world.turn();
  assert.equal(world.runner.started.length, 2, "then comes the next base");
});

test("where its base was taken back it begins anew", async () => {
  const world = running([pending]);
  const first = world.head();
  world.push("main", { src: "t\n" });
  await world.turn();
  world.repository.heads.set("main", first.sha);
  await world.turn();
  assert.equal(world.runner.started.at(-1)!.commit, first.sha);
  assert.deepEqual(world.runner.discarded, [world.runner.started[0]!.id], "and the old run is stopped");
});

test("a run is let go when what it gave is on the branch, and not before", async () => {
  const world = running([lost, gave(file("out/a", "2\n"))], { ...wish, repeat: "WhenBaseMoves" });
  const made = await world.turn();
  assert.ok(made.is === "commit");
  await letGo(world.proposal(), world.hands);
  assert.deepEqual(world.runner.discarded, [], "nothing is pushed yet");
  world.set({ commit: made.sha, base: made.base });
  await letGo(world.proposal(), world.hands);
  assert.deepEqual(
    world.runner.discarded,
    world.runner.started.map(({ id }) => id),
  );

  const seen = world.runner.discarded.length;
  world.push("main", { src: "t\n" });
  world.runner.plays(pending);
  assert.equal((await world.turn()).is, "waiting");
  const before = world.runner.discarded.length;
  assert.ok(before >= seen);
  await letGo(world.proposal(), world.hands);
  assert.equal(world.runner.discarded.length, before, "the next run is under way, and goes on");
  await drop(world.proposal(), world.hands);
  assert.equal(world.runner.discarded.at(-1), world.runner.started.at(-1)!.id, "unless the proposal is over");
});
