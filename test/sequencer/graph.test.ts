import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node } from "../../src/sequencer/digraph.ts";
import { layOut, type Place } from "../../src/sequencer/graph.ts";
import { mulberry32 } from "../support/random.ts";

/** `web: api db` is a node that depends on two. */
const nodes = (text: string): Node[] =>
  text.split(",").map((each) => {
    const [name = "", needs = ""] = each.trim().split(":");
    return { name, dependsOn: needs.split(" ").filter(Boolean) };
  });

const told = (place: Place | undefined): string => {
  switch (place?.is) {
    case "placed":
      return String(place.position);
    case "missing":
      return `misses ${place.names.join(" ")}`;
    case "cycle":
    case "stuck":
      return `${place.is} ${place.path.join(">")}`;
    default:
      return "unknown";
  }
};

for (const [about, given, want] of [
  ["what depends on nothing is at 0", "api, db", { api: "0", db: "0" }],
  ["a position is the longest chain below", "a, b: a, c: a b, d: a", { a: "0", b: "1", c: "2", d: "1" }],
  [
    "a cycle is told by its members, each from itself",
    "a: b, b: c, c: a",
    { a: "cycle a>b>c>a", b: "cycle b>c>a>b", c: "cycle c>a>b>c" },
  ],
  ["of several ways round, the shortest is told", "a: b c, b: d, d: a, c: a", { a: "cycle a>c>a", b: "cycle b>d>a>b" }],
  ["of two as short, the first by name", "a: c b, b: a, c: a", { a: "cycle a>b>a" }],
  ["a node that depends on itself is a cycle of one", "a: a, b: a", { a: "cycle a>a", b: "stuck b>a" }],
  [
    "what hangs off a cycle is told the way to it",
    "a: b, b: a, c: a, d: c, z",
    { c: "stuck c>a", d: "stuck d>c>a", z: "0" },
  ],
  ["a missing name is told where it is asked for", "web: ghost api, api", { web: "misses ghost", api: "0" }],
  ["and what hangs off that is told the way to it", "web: ghost, edge: web", { edge: "stuck edge>web" }],
  ["what a cycle depends on is placed", "a: b x, b: a, x: y, y", { x: "1", y: "0" }],
  ["two cycles are two", "a: b, b: a c, c: d, d: c", { a: "cycle a>b>a", c: "cycle c>d>c" }],
  ["the same edge twice is one", "a, b: a a", { b: "1" }],
  ["a name that no node has is unknown", "a", { b: "unknown" }],
] as const) {
  test(about, () => {
    const graph = layOut(nodes(given));
    for (const [name, place] of Object.entries(want)) assert.equal(told(graph.place(name)), place, name);
  });
}

test("dependents are direct, sorted, and known for missing names, too", () => {
  const graph = layOut(nodes("z: a, b: a ghost, c: b"));
  assert.deepEqual(graph.dependents("a"), ["b", "z"]);
  assert.deepEqual(graph.dependents("ghost"), ["b"]);
  assert.deepEqual(graph.dependents("c"), []);
});

test("any graph: input order does not matter, and every answer can be checked by hand", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = mulberry32(seed);
    const all: Node[] = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) => ({
      name: `n${index}`,
      dependsOn: Array.from({ length: Math.floor(random() * 3) }, () => `n${Math.floor(random() * 13)}`),
    }));
    const [graph, turned] = [layOut(all), layOut(all.toReversed())];
    const needs = new Map(all.map(({ name, dependsOn }) => [name, dependsOn]));
    for (const { name, dependsOn } of all) {
      const place = graph.place(name)!;
      assert.deepEqual(turned.place(name), place, `seed ${seed}`);
      switch (place.is) {
        case "placed": {
          const below = dependsOn.map((each) => graph.place(each));
          const positions = below.map((each) => (each?.is === "placed" ? each.position : assert.fail(`seed ${seed}`)));
          assert.equal(place.position, Math.max(-1, ...positions) + 1, `seed ${seed}`);
          break;
        }
        case "missing":
          assert.ok(place.names.length > 0 && place.names.every((each) => !needs.has(each)), `seed ${seed}`);
          break;
        case "cycle":
        case "stuck": {
          assert.equal(place.path[0], name);
          place.path.slice(1).forEach((each, index) => {
            assert.ok(
              needs.get(place.path[index]!)!.includes(each),
              `seed ${seed}: ${place.path.join(">")} is no path`,
            );
          });
          const end = place.path.at(-1)!;
          if (place.is === "cycle") assert.equal(end, name);
          else assert.notEqual(graph.place(end)!.is, "placed", `seed ${seed}`);
        }
      }
    }
  }
});

test("a chain of 100,000 fits, and so does one cycle of as many", () => {
  const chain = Array.from({ length: 100_000 }, (_, index) => ({
    name: `n${index}`,
    dependsOn: index ? [`n${index - 1}`] : [],
  }));
  assert.deepEqual(layOut(chain).place("n99999"), { is: "placed", position: 99_999 });
  const ring = layOut(chain.map((node, index) => (index ? node : { ...node, dependsOn: ["n99999"] })));
  const place = ring.place("n5");
  assert.equal(place?.is === "cycle" && place.path.length, 100_001);
});
