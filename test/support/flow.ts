import assert from "node:assert/strict";
import type { KubeObject } from "../../src/controller/client.ts";
import { wakes } from "../../src/controller/predicates.ts";
import type { Reconciler, Watch } from "../../src/reconcilers/reconciler.ts";
import type { Kind } from "../../src/schema/kind.ts";
import { requestedAt } from "../../src/schema/object.ts";
import { Repository } from "../../src/schema/repository.ts";
import { keepsItsPromises } from "./promises.ts";
import type { World } from "./world.ts";

/**
 * A world in which an object has a turn only when something wakes it, as in life: a change of its spec, a watch, the time
 * that its reconciler asked for, or a delivery from the host. Time jumps to whatever comes next.
 */
export class Flow {
  readonly #world: World;
  readonly #due = new Map<string, number>();
  #seen: ReadonlyMap<string, KubeObject> = new Map();
  #marks = 0;
  /** How many turns were taken. */
  turns = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Lets the host tell of every push, as the gateway does: by a mark on the Repository. */
  delivers(): void {
    this.#world.host.listen(({ what, repository: slug }) => {
      if (what !== "push" && what !== "merge") return;
      for (const id of this.#world.replica.view.ids(Repository)) {
        const { spec, metadata } = Repository.object.parse(this.#world.cluster.objects.get(id));
        if (`${spec.owner}/${spec.name}` === slug) this.mark(Repository, metadata.name);
      }
    });
  }

  /** A mark on an object, which asks for a turn. */
  mark(kind: Kind, name: string): void {
    this.#world.cluster.annotate(kind, name, { [requestedAt]: String(++this.#marks) });
  }

  /** Takes turns as they come until the condition holds. Gives how many milliseconds passed. */
  async until(condition: () => boolean, withinMs = 86_400_000): Promise<number> {
    const begin = this.#now();
    while (!this.#settled() || !condition()) {
      const next = [...this.#due].reduce((a, b) => (b[1] < a[1] ? b : a), ["", Number.POSITIVE_INFINITY]);
      if (next[1] - begin > withinMs) assert.fail(`not within ${withinMs} ms:\n${this.#world.transcript()}`);
      if (next[1] > this.#now()) this.#world.clock.advance(next[1] - this.#now());
      await this.#turn(next[0]);
    }
    return this.#now() - begin;
  }

  /** Takes all turns that come within a time. */
  async passes(ms: number): Promise<void> {
    const end = this.#now() + ms;
    for (this.#wake(); ; this.#wake()) {
      const next = [...this.#due].reduce((a, b) => (b[1] < a[1] ? b : a), ["", Number.POSITIVE_INFINITY]);
      if (next[1] > end) break;
      if (next[1] > this.#now()) this.#world.clock.advance(next[1] - this.#now());
      await this.#turn(next[0]);
    }
    this.#world.clock.advance(end - this.#now());
  }

  #now(): number {
    return this.#world.clock.now().getTime();
  }

  /** Whether nothing is due at once. */
  #settled(): boolean {
    this.#wake();
    return [...this.#due.values()].every((at) => at > this.#now());
  }

  async #turn(id: string): Promise<void> {
    this.#due.delete(id);
    const { replica } = this.#world;
    const reconciler = replica.reconcilers.find(({ kind }) => id.startsWith(`${kind.kind}/`))!;
    replica.view.refresh();
    this.turns++;
    await replica.turn(reconciler, id);
    keepsItsPromises(this.#world);
    const again = replica.again;
    if (again !== undefined && replica.view.raw(id)) this.#want(id, this.#now() + again);
    this.#wake();
  }

  #want(id: string, at: number): void {
    this.#due.set(id, Math.min(at, this.#due.get(id) ?? Number.POSITIVE_INFINITY));
  }

  /** Looks at what changed since the last time, and at whom that matters to. */
  #wake(): void {
    const { cluster, replica } = this.#world;
    const [before, after] = [this.#seen, cluster.objects];
    if (before === after) return;
    this.#seen = after;
    replica.view.refresh();
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [old, now] = [before.get(id), after.get(id)];
      if (old === now) continue;
      for (const reconciler of replica.reconcilers) this.#tell(reconciler, id, old, now);
    }
  }

  #tell(reconciler: Reconciler, id: string, old: KubeObject | undefined, now: KubeObject | undefined): void {
    const isOwn = id.startsWith(`${reconciler.kind.kind}/`);
    if (isOwn && now && (!old || wakes(old, now))) this.#want(id, this.#now());
    for (const watch of reconciler.watches ?? []) {
      if (!id.startsWith(`${watch.kind.kind}/`)) continue;
      for (const name of this.#affected(watch, old, now)) this.#want(`${reconciler.kind.kind}/${name}`, this.#now());
    }
  }

  #affected(
    { kind, affects, when }: Watch,
    old: KubeObject | undefined,
    now: KubeObject | undefined,
  ): readonly string[] {
    const [before, after] = [old, now].map((raw) => raw && (kind.object.parse(raw) as never));
    if (before && after && when && !when(before, after)) return [];
    const there = [before, after].flatMap((object) => (object ? [object] : []));
    return there.flatMap((object) => affects(object, this.#world.replica.view)).map(({ name }) => name);
  }
}
