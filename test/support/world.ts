import assert from "node:assert/strict";
import { attempt } from "../../src/controller/attempt.ts";
import type { KubeObject } from "../../src/controller/client.ts";
import { failureOf } from "../../src/controller/failure.ts";
import { sameJson } from "../../src/controller/same.ts";
import { statusFrom, statusOf } from "../../src/controller/status.ts";
import { reconcilersFor } from "../../src/reconcilers/index.ts";
import type { Again, Reconciler } from "../../src/reconcilers/reconciler.ts";
import type { Runner } from "../../src/reconcilers/runner-port.ts";
import { finalizer } from "../../src/schema/object.ts";
import { Crash } from "./faults.ts";
import { Conflict, MemoryCluster, View, type Wish } from "./memory-cluster.ts";
import { MemoryForge, memoryForges } from "./memory-forge.ts";
import { MemoryGit } from "./memory-git.ts";
import { MemoryHost, type MemoryRepository, silent } from "./memory-host.ts";
import { Person } from "./memory-person.ts";
import { MemoryRecords } from "./memory-records.ts";
import { keepsItsPromises } from "./promises.ts";
import { transcriptOf } from "./transcript.ts";

/** A clock that a test moves. */
export class Clock {
  #ms = Date.parse("2026-01-01T00:00:00Z");

  now(): Date {
    return new Date(this.#ms);
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** How a turn ended. `crashed`: the process died in it. */
export type Ended = "quiet" | "wrote" | "conflict" | "crashed";

/** One process that runs the reconcilers, with its own cache and its own mirrors. */
export class Replica {
  readonly view: View;
  readonly git: MemoryGit;
  readonly #world: World;
  /** When the last turn wants another one, in milliseconds; undefined when something has to change first. */
  again: number | undefined;
  #reconcilers: readonly Reconciler[] = [];

  constructor(world: World) {
    this.#world = world;
    this.view = new View(world.cluster);
    this.git = new MemoryGit(world.host);
    this.restart();
  }

  get reconcilers(): readonly Reconciler[] {
    return this.#reconcilers;
  }

  /** As after a crash: nothing in memory is left; with `disk`, nor are the mirrors. */
  restart(disk?: "lost"): void {
    if (disk) this.git.forget();
    const { cluster, records, forge } = this.#world;
    this.#reconcilers = reconcilersFor({
      lookup: this.view,
      children: cluster,
      records,
      secrets: cluster.secretReader,
      forges: memoryForges(forge),
      git: this.git,
      runner: this.#world.runner,
    });
  }

  /** One turn for one object, as the loop takes it, on what this replica's cache holds. */
  async turn(reconciler: Reconciler, id: string): Promise<Ended> {
    const raw = this.view.raw(id);
    this.again = undefined;
    if (!raw) return "quiet";
    try {
      return await this.#take(reconciler, raw);
    } catch (error) {
      this.again = 1_000;
      if (error instanceof Conflict) return "conflict";
      if (error instanceof Crash) return "crashed";
      throw error;
    }
  }

  async #take(reconciler: Reconciler, raw: KubeObject): Promise<Ended> {
    const { cluster, clock } = this.#world;
    const now = clock.now();
    const { deletionTimestamp, finalizers = [] } = raw.metadata;
    if (reconciler.finalize && !deletionTimestamp && !finalizers.includes(finalizer)) {
      cluster.hold(raw);
      this.again = 0;
      return "wrote";
    }
    const deadline = { signal: new AbortController().signal, end: () => undefined };
    const object = reconciler.kind.object.parse(raw);
    const result = await attempt(reconciler, object, { now, log: silent }, deadline as never);
    if (result.is === "nothing") return "quiet";
    if (result.is === "gone") {
      cluster.release(raw);
      return "wrote";
    }
    if (result.is === "failed" && result.error instanceof Crash) throw result.error;
    const before = statusOf(raw);
    this.again = result.is === "found" ? delayOf(result.outcome.again) : (failureOf(result.error).afterMs ?? 1_000);
    const found =
      result.is === "found"
        ? { finding: result.outcome.finding, own: result.outcome.status }
        : { finding: failureOf(result.error).finding!, own: before };
    if (found.finding.reason === "InternalError") throw (result as { error: unknown }).error;
    const status = statusFrom(raw, { ...found, now });
    if (sameJson(status, before)) return "quiet";
    reconciler.kind.status.parse(status);
    cluster.writeStatus(raw, status);
    return "wrote";
  }
}

function delayOf(again: Again): number | undefined {
  if (again.is === "never") return undefined;
  return again.is === "now" ? 0 : again.ms;
}

/** A cluster, a git host, people, and one controller. */
export class World {
  readonly clock = new Clock();
  readonly host = new MemoryHost(this.clock);
  readonly forge = new MemoryForge(this.host);
  readonly person = new Person(this.host);
  readonly cluster = new MemoryCluster(() => this.clock.now());
  readonly records = new MemoryRecords(this.cluster);
  /** What runs commands; none unless a test gives one. */
  runner: Runner | undefined = undefined;
  readonly replica: Replica;
  /** All repositories of the host. */
  readonly repositories: MemoryRepository[] = [];

  constructor() {
    this.cluster.secrets.set("forge-token/token", "s3cret");
    this.replica = new Replica(this);
  }

  apply(...wishes: readonly Wish[]): void {
    for (const wish of wishes) this.cluster.put(wish);
  }

  /** Makes `owner/name` on the host; an empty repository without files. */
  create(slug: string, files?: Readonly<Record<string, string>>): void {
    this.repositories.push(this.host.create(slug, files));
  }

  /** Takes a turn for every object; gives how many writes and effects that made. */
  async round(reversed = false): Promise<number> {
    const before = this.#moved();
    let deaths = 0;
    const { replica } = this;
    const jobs = replica.reconcilers.flatMap((reconciler) => {
      replica.view.refresh();
      return replica.view.ids(reconciler.kind).map((id) => ({ reconciler, id }));
    });
    for (const { reconciler, id } of reversed ? jobs.reverse() : jobs) {
      replica.view.refresh();
      if ((await replica.turn(reconciler, id)) !== "crashed") continue;
      // Whoever died is started again, and that is no rest.
      replica.restart();
      deaths++;
    }
    return this.#moved() - before + deaths;
  }

  /** Reconciles everything, round after round and in turning order, until a whole round changes nothing. */
  async settles(most = 40): Promise<void> {
    for (let round = 0; round < most; round++) {
      this.clock.advance(1_000);
      const moved = await this.round(round % 2 === 1);
      keepsItsPromises(this);
      if (moved === 0) return;
    }
    assert.fail(`not settled after ${most} rounds:\n${this.transcript()}`);
  }

  transcript(): string {
    return transcriptOf(this);
  }

  /** Compares what people see, in the cluster and on the host. Commit ids are written as `…`. */
  shows(expected: string): void {
    const lines = expected.split("\n").filter((line) => line.trim() !== "");
    const indent = Math.min(...lines.map((line) => line.search(/\S/)));
    assert.equal(this.transcript(), lines.map((line) => line.slice(indent).trimEnd()).join("\n"));
  }

  #moved(): number {
    const { status, objects } = this.cluster.writes;
    return status + objects + this.host.effects.length;
  }
}

/** A world with these objects, and with these files in repositories of the host. */
export function given(
  objects: readonly Wish[],
  files: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>,
): World {
  const world = new World();
  for (const [slug, content] of Object.entries(files)) world.create(slug, content);
  world.apply(...objects);
  return world;
}
