import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node } from "../../../src/sequencer/digraph.ts";
import { type Plan, type Planned, type Policy, planOf, type Wanted } from "../../../src/sequencer/plan/plan.ts";
import { type Progress, type Standing, turnOf } from "../../../src/sequencer/plan/turn.ts";
import { mulberry32, type Random } from "../../support/random.ts";

const nodes = (text: string): Node[] =>
  text.split(",").map((each) => {
    const [name = "", needs = ""] = each.trim().split(":");
    return { name, dependsOn: needs.split(" ").filter(Boolean) };
  });
const wanted = (names: string): Wanted[] =>
  names
    .split(" ")
    .filter(Boolean)
    .map((name) => ({ name, version: "1.0.0" }));
const plain: Policy = { onFailure: "SkipDependents", maxFailures: 100, maxParallel: 100, stale: "BumpIn" };

function plan(graph: string, names: string, policy: Partial<Policy> = {}): Plan {
  const made = planOf(nodes(graph), wanted(names), { ...plain, ...policy });
  assert.equal(made.is, "plan", made.is === "refused" ? made.message : "");
  return made as Plan;
}

const told = (standing: Standing): string => {
  switch (standing.is) {
    case "WaitingFor":
      return `waits for ${standing.names.join(" ")}`;
    case "Ready":
      return standing.begins ? "begins" : "ready";
    case "Skipped":
      return `skipped for ${standing.because}${standing.halted ? ", halted" : ""}`;
    case "Held":
      return `held: ${standing.why}`;
    case "Failed":
      return `failed: ${standing.reason}`;
    default:
      return standing.is;
  }
};

const succeeded = { is: "succeeded", version: "1.0.0" } as const;
const failed = { is: "failed", reason: "checks" } as const;
const turn = (of: Plan, progress: Readonly<Record<string, Progress>>, hold?: (name: string) => string | undefined) => {
  const { standings, begin, ending } = turnOf(of, new Map(Object.entries(progress)), hold);
  return {
    ...Object.fromEntries([...standings].map(([name, each]) => [name, told(each)])),
    begin: begin.join(" "),
    ending,
  };
};

test("a chain is released in its order", () => {
  const of = plan("a, b: a, c: b", "a b c");
  assert.deepEqual(turn(of, {}), { a: "begins", b: "waits for a", c: "waits for b", begin: "a", ending: undefined });
  assert.equal(turn(of, { a: succeeded }).begin, "b");
  assert.equal(turn(of, { a: succeeded, b: succeeded, c: succeeded }).ending, "Succeeded");
});

test("a diamond joins after all that it is built on", () => {
  const of = plan("a, b: a, c: a, d: b c", "a b c d");
  assert.deepEqual(turn(of, { a: succeeded, b: succeeded }), {
    ...{ a: "Succeeded", b: "Succeeded", c: "begins", d: "waits for c" },
    ...{ begin: "c", ending: undefined },
  });
});

test("a failure skips exactly what depends on it, by name, and the rest goes on", () => {
  const of = plan("a, b: a, c: b, x, y: x", "a b c x y");
  assert.deepEqual(turn(of, { a: failed, x: succeeded }), {
    ...{ a: "failed: checks", b: "skipped for a", c: "skipped for a", x: "Succeeded", y: "begins" },
    ...{ begin: "y", ending: undefined },
  });
  assert.equal(turn(of, { a: failed, x: succeeded, y: succeeded }).ending, "Failed");
});

test("a halted plan finishes what is under way and begins nothing more", () => {
  const of = plan("a, x, y: x", "a x y", { onFailure: "Halt" });
  assert.deepEqual(turn(of, { a: failed, x: { is: "running", doing: "release #4" } }), {
    ...{ a: "failed: checks", x: "Running", y: "skipped for a, halted" },
    ...{ begin: "", ending: undefined },
  });
});

test("from too many failures on, it is halted; where it shall continue, it never is", () => {
  const failures = { a: failed, b: failed } as const;
  assert.equal(turn(plan("a, b, c", "a b c", { maxFailures: 1 }), failures).ending, "Failed");
  assert.equal(turn(plan("a, b, c", "a b c", { maxFailures: 2 }), failures).begin, "c");
  assert.equal(turn(plan("a, b, c", "a b c", { maxFailures: 0, onFailure: "Continue" }), failures).begin, "c");
});

test("a repository between two of the plan is bumped in, or the plan is refused by the path", () => {
  const graph = "a, b: a, c: b, d: c, z";
  const of = plan(graph, "a c");
  assert.deepEqual(
    of.steps.map(({ name, version }) => `${name} ${version ?? "-"}`),
    ["a 1.0.0", "b -", "c 1.0.0"],
  );
  assert.deepEqual([of.notInPlan, of.unaffected], [["d"], ["z"]]);
  const refused = planOf(nodes(graph), wanted("a c"), { ...plain, stale: "Refuse" });
  assert.match(refused.is === "refused" ? refused.message : "", /^b stands between .*\(a -> b -> c\)/);
});

for (const [about, graph, names, want] of [
  ["an unknown repository", "a", "b", /^there is no repository b/],
  ["a cycle", "a: b, b: a", "a", /^a has no place in the graph: a -> b -> a/],
  ["something that hangs off a cycle", "a: b, b: a, c: a", "c", /^c has no place in the graph: c -> a/],
  ["a missing dependency", "a: ghost", "a", /^a has no place .* ghost, which is not there/],
  ["nothing", "a", "", /^nothing is to be released/],
] as const) {
  test(`${about} is refused by name`, () => {
    const made = planOf(nodes(graph), wanted(names), plain);
    assert.match(made.is === "refused" ? made.message : "", want);
  });
}

test("what is held waits with its reason, and what does not depend on it goes on", () => {
  const of = plan("a, b: a, x", "a b x");
  assert.deepEqual(
    turn(of, {}, (name) => (name === "a" ? "freeze until Monday" : undefined)),
    {
      ...{ a: "held: freeze until Monday", b: "waits for a", x: "begins" },
      ...{ begin: "x", ending: undefined },
    },
  );
});

test("an unchanged repository lets go on what builds on it", () => {
  assert.equal(turn(plan("a, b: a", "a b"), { a: { is: "unchanged" } }).begin, "b");
});

test("no more begin than may be under way, the longest chain first", () => {
  const of = plan("a, b, c: b, d: c", "a b c d", { maxParallel: 1 });
  assert.equal(turn(of, {}).begin, "b");
  assert.equal(turn(of, { b: { is: "running", doing: "release #1" } }).begin, "");
});

function randomGraph(random: Random, size: number): Node[] {
  return Array.from({ length: size }, (_, at) => ({
    name: `n${String(at).padStart(3, "0")}`,
    dependsOn: Array.from(
      { length: at === 0 ? 0 : Math.floor(random() * 3) },
      () => `n${String(Math.floor(random() * at)).padStart(3, "0")}`,
    ),
  }));
}

const everything = (graph: readonly Node[]): Wanted[] => graph.map(({ name }) => ({ name, version: "1.0.0" }));
const asPlan = (made: Planned): Plan => {
  assert.equal(made.is, "plan");
  return made as Plan;
};

test("the same input in any order is the same plan, and any difference that matters is another", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = mulberry32(seed);
    const graph = randomGraph(random, 2 + Math.floor(random() * 20));
    const all = everything(graph);
    const one = asPlan(planOf(graph, all, plain));
    assert.equal(asPlan(planOf(graph.toReversed(), all.toReversed(), { ...plain })).digest, one.digest);
    const [first, ...rest] = all as [Wanted, ...Wanted[]];
    assert.notEqual(asPlan(planOf(graph, [{ ...first, version: "2.0.0" }, ...rest], plain)).digest, one.digest);
    assert.notEqual(asPlan(planOf(graph, all, { ...plain, onFailure: "Halt" })).digest, one.digest);
  }
});

interface Played {
  readonly makespan: number;
  readonly began: ReadonlyMap<string, number>;
  readonly ended: ReadonlyMap<string, number>;
  readonly standings: ReadonlyMap<string, Standing>;
}

/** Plays a plan on simulated time: each repository takes its duration, and fails where `fails` says so. */
function play(of: Plan, duration: ReadonlyMap<string, number>, fails: (name: string) => boolean): Played {
  const progress = new Map<string, Progress>();
  const began = new Map<string, number>();
  const ended = new Map<string, number>();
  for (let now = 0; ; ) {
    const { begin, ending, standings } = turnOf(of, progress);
    const running = [...progress.values()].filter(({ is }) => is === "running").length;
    assert.ok(running + begin.length <= of.policy.maxParallel, "too many are under way");
    if (ending) return { makespan: now, began, ended, standings };
    for (const name of begin) {
      progress.set(name, { is: "running", doing: "" });
      began.set(name, now);
    }
    const open = [...progress].filter(([, { is }]) => is === "running").map(([name]) => name);
    assert.ok(open.length > 0, "nothing goes on, and it is not over");
    now = Math.min(...open.map((name) => began.get(name)! + duration.get(name)!));
    for (const name of open.filter((each) => began.get(each)! + duration.get(each)! === now)) {
      progress.set(name, fails(name) ? failed : succeeded);
      ended.set(name, now);
    }
  }
}

test("with room for all, a plan takes as long as its longest chain, and never longer than one after the other", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = mulberry32(seed);
    const graph = randomGraph(random, 1 + Math.floor(random() * 40));
    const duration = new Map(graph.map(({ name }) => [name, 1 + Math.floor(random() * 20)]));
    const of = asPlan(planOf(graph, everything(graph), plain));
    const longest = new Map<string, number>();
    for (const { name, dependsOn } of graph) {
      longest.set(name, duration.get(name)! + Math.max(0, ...dependsOn.map((each) => longest.get(each)!)));
    }
    const serial = [...duration.values()].reduce((sum, each) => sum + each, 0);
    assert.equal(play(of, duration, () => false).makespan, Math.max(...longest.values()), `seed ${seed}`);
    const places = 1 + Math.floor(random() * 4);
    const bounded = asPlan(planOf(graph, everything(graph), { ...plain, maxParallel: places }));
    assert.ok(play(bounded, duration, () => false).makespan <= serial, `seed ${seed}`);
  }
});

function checkOrder(graph: readonly Node[], broken: ReadonlySet<string>, played: Played, seed: string): void {
  const { began, ended, standings } = played;
  const lost = new Set<string>();
  for (const { name, dependsOn } of graph) {
    const below = dependsOn.some((each) => lost.has(each) || broken.has(each));
    if (below) lost.add(name);
    const standing = standings.get(name)!;
    assert.equal(standing.is === "Skipped", below, `${seed}: ${name}`);
    assert.ok(standing.is !== "Skipped" || broken.has(standing.because), `${seed}: ${name} names its cause`);
    if (!began.has(name)) continue;
    for (const each of dependsOn) assert.ok(ended.get(each)! <= began.get(name)!, `${seed}: ${name} before ${each}`);
  }
}

test("whatever fails, order is kept, and skipped is exactly what depends on a failure", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = mulberry32(seed);
    const graph = randomGraph(random, 1 + Math.floor(random() * 40));
    const duration = new Map(graph.map(({ name }) => [name, 1 + Math.floor(random() * 5)]));
    const broken = new Set(graph.filter(() => random() < 0.15).map(({ name }) => name));
    const maxParallel = 1 + Math.floor(random() * 6);
    const of = asPlan(planOf(graph, everything(graph), { ...plain, maxParallel }));
    checkOrder(
      graph,
      broken,
      play(of, duration, (name) => broken.has(name)),
      `seed ${seed}`,
    );
  }
});
