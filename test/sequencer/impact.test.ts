import assert from "node:assert/strict";
import { test } from "node:test";
import { digraphOf, type Node } from "../../src/sequencer/digraph.ts";
import { blastRadii, criticalPath } from "../../src/sequencer/impact.ts";
import { mulberry32, type Random } from "../support/random.ts";

const nodes = (text: string): Node[] =>
  text.split(",").map((each) => {
    const [name = "", needs = ""] = each.trim().split(":");
    return { name, dependsOn: needs.split(" ").filter(Boolean) };
  });

const radii = (given: readonly Node[]): Record<string, number> => {
  const digraph = digraphOf(given);
  const all = blastRadii(digraph);
  return Object.fromEntries(digraph.names.map((name, index) => [name, all[index]!]));
};

test("a blast radius counts everything that builds on a node, once", () => {
  assert.deepEqual(radii(nodes("a, b: a, c: b, d: a")), { a: 3, b: 1, c: 0, d: 0 });
  assert.deepEqual(radii(nodes("a, b: a, c: a, d: b c")), { a: 3, b: 1, c: 1, d: 0 });
});

test("in a cycle everything hits everything but itself, and what builds on it", () => {
  assert.deepEqual(radii(nodes("a: b, b: a, c: a, d: d")), { a: 2, b: 2, c: 0, d: 0 });
});

test("the critical path is the longest chain, and of several the first by name", () => {
  const at = (text: string) => criticalPath(digraphOf(nodes(text)));
  assert.deepEqual(at("a, b: a, c: a b, d"), { path: ["a", "b", "c"], weight: 3 });
  assert.deepEqual(at("z, y: z, b: a, a"), { path: ["a", "b"], weight: 2 });
  assert.deepEqual(at("a: b, b: a, c: a, d: d, e: d, f"), { path: ["f"], weight: 1 });
  assert.deepEqual(criticalPath(digraphOf([])), { path: [], weight: 0 });
});

test("weights count, and one heavy node beats a longer chain", () => {
  const digraph = digraphOf(nodes("a, b: a, c: b, z"));
  const weight = (node: number) => (digraph.names[node] === "z" ? 10 : 1);
  assert.deepEqual(criticalPath(digraph, weight), { path: ["z"], weight: 10 });
});

function randomGraph(random: Random, size: number): Node[] {
  const density = random() * 3;
  return Array.from({ length: size }, (_, index) => ({
    name: `n${index}`,
    dependsOn: Array.from({ length: Math.floor(random() * density * 2) }, () => `n${Math.floor(random() * size)}`),
  }));
}

/** What can be reached against the edges, by hand. */
function reached(given: readonly Node[], start: string): number {
  const seen = new Set<string>();
  const queue = [start];
  for (const name of queue) {
    for (const each of given) {
      if (!each.dependsOn.includes(name) || seen.has(each.name)) continue;
      seen.add(each.name);
      queue.push(each.name);
    }
  }
  seen.delete(start);
  return seen.size;
}

test("on random graphs, cycles and all, the radius is what a search finds, whatever the order of the input", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = mulberry32(seed);
    const given = randomGraph(random, 1 + Math.floor(random() * 30));
    const found = radii(given);
    for (const { name } of given) assert.equal(found[name], reached(given, name), `seed ${seed}: ${name}`);
    assert.deepEqual(radii(given.toReversed()), found, `seed ${seed}`);
  }
});

test("it counts beyond the nodes of one pass", () => {
  const chain = Array.from({ length: 2_500 }, (_, index) => ({
    name: `n${String(index).padStart(5, "0")}`,
    dependsOn: index === 0 ? [] : [`n${String(index - 1).padStart(5, "0")}`],
  }));
  const all = blastRadii(digraphOf(chain));
  assert.equal(all[0], 2_499);
  assert.equal(all[1_200], 1_299);
  assert.equal(criticalPath(digraphOf(chain)).weight, 2_500);
});
