import { type Digraph, type Lists, neighbours } from "../digraph.ts";

/** Which nodes, each as 0 or 1. */
export type Marks = Uint8Array;

/** Marks these nodes. */
export function marked(nodes: Iterable<number>, { names }: Digraph): Marks {
  const marks = new Uint8Array(names.length);
  for (const node of nodes) marks[node] = 1;
  return marks;
}

/** What can be reached from the marked nodes, these included. */
export function reached(from: Marks, lists: Lists): Marks {
  const seen = from.slice();
  const queue: number[] = [];
  for (let node = 0; node < seen.length; node++) if (seen[node]) queue.push(node);
  for (const node of queue) {
    for (const each of neighbours(lists, node)) {
      if (seen[each]) continue;
      seen[each] = 1;
      queue.push(each);
    }
  }
  return seen;
}

/** The shortest way to one that is asked for, from a node itself on. */
export function pathTo(start: number, goals: Marks, lists: Lists): readonly number[] {
  const from = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    if (goals[node]) {
      const path = [node];
      for (let at = from.get(node); at !== undefined; at = from.get(at)) path.push(at);
      return path.reverse();
    }
    for (const each of neighbours(lists, node)) {
      if (from.has(each) || each === start) continue;
      from.set(each, node);
      queue.push(each);
    }
  }
  return [start];
}

/** The longest chain of chosen nodes from each upwards. What is planned has no cycles. */
export function depthsOf(chosen: Marks, dependencies: Lists, dependents: Lists): Uint32Array {
  const depths = new Uint32Array(chosen.length).fill(1);
  const open = waitingFor(chosen, dependents);
  const queue: number[] = [];
  for (let node = 0; node < chosen.length; node++) if (chosen[node] && open[node] === 0) queue.push(node);
  for (const node of queue) {
    for (const each of neighbours(dependencies, node)) {
      if (!chosen[each]) continue;
      depths[each] = Math.max(depths[each]!, depths[node]! + 1);
      open[each]! -= 1;
      if (open[each] === 0) queue.push(each);
    }
  }
  return depths;
}

/** Of each chosen node, how many of its neighbours are chosen. */
function waitingFor(chosen: Marks, lists: Lists): Uint32Array {
  const open = new Uint32Array(chosen.length);
  for (let node = 0; node < chosen.length; node++) {
    if (chosen[node]) for (const each of neighbours(lists, node)) open[node]! += chosen[each]!;
  }
  return open;
}
