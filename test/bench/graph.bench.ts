/**
 * Promises: the place of every repository is found, and a release of all of them planned, in linear time, whatever hangs off
 * whom; 1,000 with 5,000 edges are planned within 50 ms. `fleet` is a realistic graph with five dependencies each, `ladder` has
 * two ways at each of its levels (naive walks double with every level), and `ring` is one cycle of all, of which a plan is
 * refused by its path. The last column is the growth per tenfold size, divided by ten: 1 is linear.
 */
import type { Node } from "../../src/sequencer/digraph.ts";
import { layOut } from "../../src/sequencer/graph.ts";
import { type Policy, planOf } from "../../src/sequencer/plan/plan.ts";
import { turnOf } from "../../src/sequencer/plan/turn.ts";
import { mulberry32 } from "../support/random.ts";

const runs = 9;

function fleet(size: number): Node[] {
  const random = mulberry32(size);
  return Array.from({ length: size }, (_, index) => ({
    name: `repository-${index}`,
    dependsOn: index === 0 ? [] : Array.from({ length: 5 }, () => `repository-${Math.floor(random() * index)}`),
  }));
}

const ladder = (size: number): Node[] =>
  Array.from({ length: size }, (_, index) => {
    const below = index - (index % 2) - 2;
    return { name: `step-${index}`, dependsOn: below < 0 ? [] : [`step-${below}`, `step-${below + 1}`] };
  });

const ring = (size: number): Node[] =>
  Array.from({ length: size }, (_, index) => ({ name: `node-${index}`, dependsOn: [`node-${(index + 1) % size}`] }));

function medianMs(work: () => void): number {
  work();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!;
}

const policy: Policy = { onFailure: "SkipDependents", maxFailures: 1_000, maxParallel: 8, stale: "BumpIn" };

/** What is done with the nodes of a graph. */
const works: Readonly<Record<string, (nodes: readonly Node[]) => void>> = {
  place: (nodes) => {
    const graph = layOut(nodes);
    // One place is asked for, as one repository does; a ring's answer is as long as the ring.
    graph.place(nodes[0]!.name);
  },
  plan: (nodes) => {
    const planned = planOf(
      nodes,
      nodes.map(({ name }) => ({ name, version: "Auto" })),
      policy,
    );
    // And the first turn of it, as a reconcile takes one.
    if (planned.is === "plan") turnOf(planned, new Map());
  },
};

console.log(`node ${process.version}, median of ${runs}`);
console.log("work   graph    nodes   edges  median ms  µs/node  growth");
for (const [work, does] of Object.entries(works)) {
  for (const [name, make] of Object.entries({ fleet, ladder, ring })) {
    let before: number | undefined;
    for (const size of [100, 1_000, 10_000, 100_000]) {
      const nodes = make(size);
      const edges = nodes.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
      const ms = medianMs(() => does(nodes));
      const growth = before === undefined ? "" : (ms / before / 10).toFixed(2);
      const cells = [
        String(size).padStart(6),
        String(edges).padStart(7),
        ms.toFixed(2).padStart(10),
        ((ms * 1_000) / size).toFixed(2).padStart(8),
      ];
      console.log(work.padEnd(6), name.padEnd(7), ...cells, growth.padStart(7));
      before = ms;
    }
  }
}
