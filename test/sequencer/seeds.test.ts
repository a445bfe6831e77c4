/**
 * What the systems that Millrace grew from promised about order, failures, blast radius and ledgers, test by test. Where we differ
 * on purpose, the test's name says so and its comment says why.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fleetOf } from "../../src/cli/graph/model.ts";
import type { Repository } from "../../src/schema/repository.ts";
import { digraphOf, type Node } from "../../src/sequencer/digraph.ts";
import { layOut } from "../../src/sequencer/graph.ts";
import { blastRadii } from "../../src/sequencer/impact.ts";
import { append, begin, type Entry, type Happening, verify } from "../../src/sequencer/ledger.ts";
import { type Plan, type Planned, type Policy, planOf } from "../../src/sequencer/plan/plan.ts";
import { type Progress, turnOf } from "../../src/sequencer/plan/turn.ts";

const policy: Policy = { onFailure: "SkipDependents", maxFailures: 1_000, maxParallel: 100, stale: "BumpIn" };
const succeeded: Progress = { is: "succeeded", version: "1.0.0" };
const failed: Progress = { is: "failed", reason: "the build is red" };

/** `c: a b` depends on two. */
const nodes = (text: string): Node[] =>
  text.split(",").map((each) => {
    const [name = "", needs = ""] = each.trim().split(":");
    return { name, dependsOn: needs.split(" ").filter(Boolean) };
  });

const asked = (graph: string, names: string, more: Partial<Policy> = {}): Planned =>
  planOf(
    nodes(graph),
    names.split(" ").map((name) => ({ name, version: "1.0.0" })),
    { ...policy, ...more },
  );

function plan(graph: string, names: string, more: Partial<Policy> = {}): Plan {
  const made = asked(graph, names, more);
  return made.is === "plan" ? made : assert.fail(made.message);
}

/** What begins together, round after round, where everything succeeds. */
function rounds(of: Plan): readonly string[] {
  const progress = new Map<string, Progress>();
  const all: string[] = [];
  for (;;) {
    const { begin: next, ending } = turnOf(of, progress);
    if (ending) return all;
    all.push(next.join(" "));
    for (const name of next) progress.set(name, succeeded);
  }
}

const standings = (of: Plan, progress: Readonly<Record<string, Progress>>) =>
  turnOf(of, new Map(Object.entries(progress)));

const placeOf = (graph: string, name: string) => layOut(nodes(graph)).place(name);
const positions = (graph: string): string[] => {
  const { digraph, place } = layOut(nodes(graph));
  const at = (name: string): number => {
    const found = place(name)!;
    return found.is === "placed" ? found.position : -1;
  };
  return digraph.names.map((name) => `${name} ${at(name)}`);
};

test("1: a chain is in the order of what builds on what", () => {
  assert.deepEqual(rounds(plan("c: b, b: a, a", "a b c")), ["a", "b", "c"]);
});

test("1: of a diamond the bottom is first and the top last", () => {
  assert.deepEqual(rounds(plan("d: b c, c: a, b: a, a", "a b c d")), ["a", "b c", "d"]);
});

test("1: what depends on nothing is sorted, and the same at every call", () => {
  for (const graph of ["c, a, b", "b, c, a"])
    assert.deepEqual(
      [1, 2, 3].map(() =>
        plan(graph, "c b a")
          .steps.map(({ name }) => name)
          .join(""),
      ),
      ["abc", "abc", "abc"],
    );
});

test("1: a plan lists its repositories by name (we differ: not by turn)", () => {
  // A list in one order would be a barrier that the graph does not ask for: the turn is asked for what may begin.
  const of = plan("repo-c: repo-b, repo-b: repo-a, repo-a", "repo-c repo-b repo-a");
  assert.deepEqual(
    of.steps.map(({ name }) => name),
    ["repo-a", "repo-b", "repo-c"],
  );
  assert.deepEqual(rounds(of), ["repo-a", "repo-b", "repo-c"]);
});

test("1: a plan's name is a digest of all that matters (we differ: it was eight random digits)", () => {
  // Random names collide, and tell nobody whether two plans are the same; a digest does, and lets a retry be refused.
  assert.match(plan("a, b: a", "a b").digest, /^[0-9a-f]{64}$/);
  assert.equal(plan("a, b: a", "a b").digest, plan("b: a, a", "b a").digest);
  assert.notEqual(plan("a, b: a", "a b").digest, plan("a, b", "a b").digest);
});

test("2: two that depend on each other have no place, and each says its path, first and last the same", () => {
  assert.deepEqual(placeOf("a: b, b: a", "a"), { is: "cycle", path: ["a", "b", "a"] });
  assert.deepEqual(placeOf("x: z, y: x, z: y", "x"), { is: "cycle", path: ["x", "z", "y", "x"] });
});

test("2: what depends on itself is a cycle of one", () => {
  assert.deepEqual(placeOf("a: a", "a"), { is: "cycle", path: ["a", "a"] });
});

test("2: a cycle stalls what hangs off it and nothing else (we differ: the whole graph was refused)", () => {
  // One wrong edge among a thousand repositories is no reason to release none of them.
  assert.deepEqual(positions("a: b, b: a, c: a, x, y: x"), ["a -1", "b -1", "c -1", "x 0", "y 1"]);
  assert.equal(asked("a: b, b: a, x, y: x", "x y").is, "plan");
  const refused = asked("a: b, b: a, c: a, x", "c x");
  assert.match(refused.is === "refused" ? refused.message : "", /c has no place in the graph: c -> a/);
});

test("2: what nobody has is refused by its name, asked for or depended on", () => {
  const unknown = asked("a", "ghost");
  assert.deepEqual(unknown.is === "refused" && [unknown.reason, unknown.message], [
    "Unknown",
    "there is no repository ghost in the graph",
  ]);
  assert.deepEqual(placeOf("a: ghost", "a"), { is: "missing", names: ["ghost"] });
});

test("2: a plan of one waits for nothing", () => {
  assert.deepEqual(plan("a", "a").steps, [{ name: "a", version: "1.0.0", after: [], depth: 1 }]);
});

test("2: two that have nothing to do with each other begin together", () => {
  assert.deepEqual(rounds(plan("a, b", "a b")), ["a b"]);
});

test("2: two roots and what builds on one of them are two rounds, and nobody begins with what it builds on", () => {
  assert.deepEqual(rounds(plan("a, b, c: a, d: a", "a b c d")), ["a b", "c d"]);
});

test("2: there are no groups to wait for (we differ: the next round began when a whole group was done)", () => {
  const of = plan("a, b, c: a", "a b c");
  const { begin: next } = standings(of, { a: succeeded, b: { is: "running", doing: "release #1" } });
  assert.deepEqual(next, ["c"], "b is still under way, and c does not build on it");
});

test("2: an empty plan is refused (we differ: it was a success)", () => {
  // Nothing to release is more often a wrong selector than a wish.
  const refused = planOf(nodes("a"), [], policy);
  assert.equal(refused.is === "refused" && refused.reason, "Empty");
});

test("2: the same edge twice is one", () => {
  assert.deepEqual(plan("a, b: a a", "a b").steps[1]!.after, ["a"]);
});

test("2: what builds on something, directly or not, is counted along the chain without itself", () => {
  const digraph = digraphOf(nodes("a, b: a, c: b, d: c"));
  assert.deepEqual([...blastRadii(digraph)], [3, 2, 1, 0]);
});

test("3: nothing begins before what it builds on", () => {
  const of = plan("a, b: a, c: b", "a b c");
  assert.deepEqual(standings(of, {}).begin, ["a"]);
  assert.deepEqual(standings(of, {}).standings.get("c"), { is: "WaitingFor", names: ["b"] });
});

test("3: where a fails, b and c are skipped because of a, and the plan has failed", () => {
  const { standings: all, ending } = standings(plan("a, b: a, c: b", "a b c"), { a: failed });
  const skipped = { is: "Skipped", because: "a", halted: false };
  assert.deepEqual(Object.fromEntries(all), {
    a: { is: "Failed", reason: "the build is red" },
    b: skipped,
    c: skipped,
  });
  assert.equal(ending, "Failed");
});

test("3: where all succeed, three have succeeded and none is skipped", () => {
  const { standings: all, ending } = standings(plan("a, b: a, c: b", "a b c"), {
    ...{ a: succeeded, b: succeeded },
    c: succeeded,
  });
  assert.deepEqual(
    [...all.values()].map(({ is }) => is),
    ["Succeeded", "Succeeded", "Succeeded"],
  );
  assert.equal(ending, "Succeeded");
});

test("3: of a and c alone, b between them is bumped in, or the plan refused (we differ: c ran after a, and b was left stale)", () => {
  // c would have been released on a b that still has the old a in it.
  const of = plan("a, b: a, c: b", "a c");
  assert.deepEqual(
    of.steps.map(({ name, version }) => `${name} ${version}`),
    ["a 1.0.0", "b undefined", "c 1.0.0"],
  );
  assert.deepEqual(rounds(of), ["a", "b", "c"]);
  const refused = asked("a, b: a, c: b", "a c", { stale: "Refuse" });
  assert.match(refused.is === "refused" ? refused.message : "", /^b stands between .*\(a -> b -> c\)/);
});

test("3: what is not asked for is told apart from what was skipped (we differ: both were called skipped)", () => {
  const of = plan("a, b: a, z", "a");
  assert.deepEqual([of.steps.map(({ name }) => name), of.notInPlan, of.unaffected], [["a"], ["b"], ["z"]]);
});

test("3: a failure stops what depends on it through repositories that are not in the plan themselves", () => {
  const { standings: all } = standings(plan("a, b: a, c: b, x", "a c x"), { a: failed });
  assert.deepEqual(all.get("c"), { is: "Skipped", because: "a", halted: false });
  assert.deepEqual(all.get("x"), { is: "Ready", begins: true });
});

test("3: a plan in which something was skipped is no success (we differ: skips did not count)", () => {
  assert.equal(standings(plan("a, b: a", "a b"), { a: failed }).ending, "Failed");
});

test("3: the same repository twice is one wish, and the last counts", () => {
  const wishes = ["1.0.0", "2.0.0"].map((version) => ({ name: "a", version }));
  const made = planOf(nodes("a"), wishes, policy);
  assert.equal(made.is === "plan" && made.steps[0]!.version, "2.0.0");
});

test("7: of four, the first has two dependents and a blast radius of three; the second has one", () => {
  const graph = layOut(nodes("a, b: a, c: b, d: a"));
  assert.deepEqual(graph.dependents("a"), ["b", "d"]);
  assert.deepEqual([...blastRadii(graph.digraph)], [3, 1, 0, 0]);
});

test("7: what more than three tenths build on is critical, in a fleet of five or more (we differ: in any)", () => {
  // In a fleet of two or three everything that is used at all would be a single point of failure.
  const critical = (text: string): string[] =>
    fleetOf(nodes(text).map(asRepository))
      .vertices.filter(({ isCritical }) => isCritical)
      .map(({ name }) => name);
  assert.deepEqual(critical("a, b: a, c: b, d: a, e"), ["a"]);
  assert.deepEqual(critical("a, b: a, c: b, d: a"), []);
});

const asRepository = ({ name, dependsOn }: Node): Repository =>
  ({
    metadata: { name, namespace: "fleet" },
    spec: { dependsOn: dependsOn.map((to) => ({ name: to })), release: { libraries: [] } },
  }) as unknown as Repository;

test("8: errors have the names in them", () => {
  const messages = [
    asked("a", "ghost"),
    asked("a: b, b: a", "a"),
    asked("a: ghost", "a"),
    asked("a, b: a, c: b", "a c", { stale: "Refuse" }),
  ].map((made) => (made.is === "refused" ? made.message : assert.fail("planned")));
  for (const [at, names] of [["ghost"], ["a -> b -> a"], ["a", "ghost"], ["a -> b -> c"]].entries())
    for (const name of names) assert.ok(messages[at]!.includes(name), `${messages[at]} names ${name}`);
});

const happening = (kind: string, subject: string, reason = "as planned"): Happening => ({
  at: "2026-11-21T10:00:00Z",
  actor: "controller",
  kind,
  subject,
  reason,
});

test("9: entries are numbered from one, in order, whoever writes them one by one", () => {
  const kinds = ["RunBegan", "NodeEntered", "NodeExited", "RunEnded"];
  let segments = [begin("run")];
  for (const kind of kinds) segments = [...segments.slice(0, -1), ...append(segments.at(-1)!, [happening(kind, "a")])];
  assert.deepEqual(
    segments.flatMap(({ entries }) => entries).map(({ seq, kind }) => `${seq} ${kind}`),
    kinds.map((kind, at) => `${at + 1} ${kind}`),
  );
});

test("9: two runs have ledgers of their own, and one does not pass for the other", () => {
  const entries = (run: string): readonly Entry[] => append(begin(run), [happening("RunBegan", "a")])[0]!.entries;
  assert.notEqual(entries("autumn")[0]!.hash, entries("winter")[0]!.hash);
  assert.equal(verify("winter", append(begin("autumn"), [happening("RunBegan", "a")])).is, "broken");
});

test("9: what is over has an end and a moment of it, and takes nothing more", () => {
  const [closed] = append(begin("run"), [happening("RunEnded", "plan")], true);
  assert.deepEqual(
    [closed!.isClosed, closed!.entries.at(-1)!.kind, closed!.entries.at(-1)!.at],
    [true, "RunEnded", "2026-11-21T10:00:00Z"],
  );
  assert.throws(() => append(closed!, [happening("NodeEntered", "a")]), /closed/);
  assert.throws(() => append(closed!, [], true), /closed/);
});

test("9: a skip is told with its cause (we differ: nothing was recorded for what was skipped)", () => {
  const told = happening("NodeSkipped", "b", "because of a: the build is red");
  const [segment] = append(begin("run"), [happening("NodeFailed", "a", "the build is red"), told]);
  assert.equal(segment!.entries[1]!.reason, "because of a: the build is red");
  assert.equal(verify("run", [segment!]).is, "intact");
});
