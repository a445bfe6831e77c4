import { type Lists, neighbours } from "./digraph.ts";

/** The strongly connected components of a graph. */
export interface Components {
  /** Component of each node. What a component depends on has a smaller number. */
  readonly of: Uint32Array;
  /** How many nodes each has. */
  readonly sizes: readonly number[];
  /** The nodes, component after component. */
  readonly order: Uint32Array;
}

const unseen = 0xffffffff;

/** Tarjan's algorithm (1972) without recursion, so that a chain of any length fits. O(nodes + edges). */
export function componentsOf(edges: Lists): Components {
  const walk = new Walk(edges);
  for (let node = 0; node + 1 < edges.at.length; node++) walk.from(node);
  return walk;
}

class Walk implements Components {
  readonly of: Uint32Array;
  readonly sizes: number[] = [];
  readonly order: Uint32Array;
  readonly #edges: Lists;
  readonly #seen: Uint32Array;
  readonly #low: Uint32Array;
  readonly #next: Uint32Array;
  readonly #open: number[] = [];
  readonly #path: number[] = [];
  #clock = 0;
  #done = 0;

  constructor(edges: Lists) {
    const size = edges.at.length - 1;
    this.#edges = edges;
    this.of = new Uint32Array(size).fill(unseen);
    this.order = new Uint32Array(size);
    this.#seen = new Uint32Array(size).fill(unseen);
    this.#low = new Uint32Array(size);
    this.#next = edges.at.slice(0, size);
  }

  from(start: number): void {
    if (this.#seen[start] !== unseen) return;
    this.#enter(start);
    for (let node = this.#path.at(-1); node !== undefined; node = this.#path.at(-1)) {
      const edge = this.#next[node]!++;
      if (edge === this.#edges.at[node + 1]) {
        this.#leave(node);
        continue;
      }
      const to = this.#edges.to[edge]!;
      if (this.#seen[to] === unseen) this.#enter(to);
      else if (this.of[to] === unseen) this.#lower(node, this.#seen[to]!);
    }
  }

  #enter(node: number): void {
    this.#low[node] = this.#clock;
    this.#seen[node] = this.#clock++;
    this.#open.push(node);
    this.#path.push(node);
  }

  #leave(node: number): void {
    this.#path.pop();
    const low = this.#low[node]!;
    const parent = this.#path.at(-1);
    if (parent !== undefined) this.#lower(parent, low);
    if (low !== this.#seen[node]) return;
    const component = this.sizes.length;
    const before = this.#done;
    let member: number;
    do {
      member = this.#open.pop()!;
      this.of[member] = component;
      this.order[this.#done++] = member;
    } while (member !== node);
    this.sizes.push(this.#done - before);
  }

  #lower(node: number, to: number): void {
    if (to < this.#low[node]!) this.#low[node] = to;
  }
}

/** Whether a node depends on itself, directly or not. */
export function inCycle(node: number, { of, sizes }: Components, dependencies: Lists): boolean {
  return sizes[of[node]!]! > 1 || neighbours(dependencies, node).includes(node);
}
