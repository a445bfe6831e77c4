/** Names that all depend on each other; a single one where nothing does. */
export type Component = readonly string[];

interface Frame {
  readonly name: string;
  readonly dependsOn: readonly string[];
  next: number;
}

/**
 * The strongly connected components of a graph, each after all that it depends on (Tarjan 1972, without recursion so
 * that a chain of any length fits). Names that are no keys of `edges` are left out. O(nodes + edges).
 */
export function componentsOf(edges: ReadonlyMap<string, readonly string[]>): {
  readonly components: readonly Component[];
  readonly of: ReadonlyMap<string, Component>;
} {
  const walk = new Walk(edges);
  for (const name of edges.keys()) walk.from(name);
  return walk;
}

class Walk {
  readonly components: Component[] = [];
  readonly of = new Map<string, Component>();
  readonly #edges: ReadonlyMap<string, readonly string[]>;
  readonly #order = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #frames: Frame[] = [];

  constructor(edges: ReadonlyMap<string, readonly string[]>) {
    this.#edges = edges;
  }

  from(start: string): void {
    if (this.#order.has(start)) return;
    this.#enter(start);
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      const to = frame.dependsOn[frame.next++];
      if (to === undefined) this.#leave(frame.name);
      else if (!this.#order.has(to) && this.#edges.has(to)) this.#enter(to);
      else if (this.#order.has(to) && !this.of.has(to)) this.#lower(frame.name, this.#order.get(to)!);
    }
  }

  #enter(name: string): void {
    this.#low.set(name, this.#order.size);
    this.#order.set(name, this.#order.size);
    this.#open.push(name);
    this.#frames.push({ name, dependsOn: this.#edges.get(name)!, next: 0 });
  }

  #leave(name: string): void {
    this.#frames.pop();
    const low = this.#low.get(name)!;
    const parent = this.#frames.at(-1);
    if (parent) this.#lower(parent.name, low);
    if (low !== this.#order.get(name)) return;
    const component = this.#open.splice(this.#open.lastIndexOf(name));
    this.components.push(component);
    for (const each of component) this.of.set(each, component);
  }

  #lower(name: string, to: number): void {
    this.#low.set(name, Math.min(this.#low.get(name)!, to));
  }
}
