import { randomBytes } from "node:crypto";
import type { Clock, Log, Lookup } from "../reconcilers/ports.ts";
import type { Reconciler } from "../reconcilers/reconciler.ts";
import type { Time } from "./alarm.ts";
import type { Client } from "./client.ts";
import { Controller } from "./controller.ts";
import { EventRecorder } from "./events.ts";
import { fenced } from "./fence.ts";
import { liveness, readiness, type Verdict, type Vitals } from "./health.ts";
import type { Informer } from "./informer.ts";
import { alwaysLeader, type Election } from "./leader.ts";
import { type Lifecycle, type Patience, runAll, type Server } from "./lifecycle.ts";
import { Registry } from "./metrics.ts";
import { Parser } from "./parse.ts";
import { LoopDelay, processMetrics } from "./process-metrics.ts";
import { Scrubber } from "./scrub.ts";
import type { Tempo } from "./tempo.ts";

export interface ManagerOptions {
  /** Reads and writes as it is given: the manager puts the fence around it. */
  readonly client: Client;
  /** Not started yet; by kind. One for each kind that a reconciler is for or watches. */
  readonly informers: ReadonlyMap<string, Informer>;
  readonly lookup: Lookup;
  readonly reconcilers: readonly Reconciler[];
  readonly clock: Clock;
  readonly time: Time;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Name of this process: host or pod. Events carry it. */
  readonly identity: string;
  /** Who writes, where several processes run. By default there is one, and it does. */
  readonly election?: Election;
  /** Metrics of others may be in it, too. */
  readonly registry?: Registry;
  /** Knows the secrets of this process; takes them out of status and events. */
  readonly scrubber?: Scrubber;
  readonly tempo?: Partial<Tempo>;
  /** Started first and stopped last, in order and in reverse: whoever serves probes and webhooks. */
  readonly servers?: readonly Server[];
  readonly patience?: Partial<Patience>;
}

/** One process: caches, election, controllers, and what they tell of themselves. */
export interface Manager {
  /**
   * Runs until the signal aborts, and then stops in order. Rejects when it cannot go on: a cache that does not fill
   * (SyncTimeoutError), leadership that is lost (LeadershipLostError), a turn that does not end. The process is to end then.
   */
  run(signal: AbortSignal): Promise<void>;
  /** For `/readyz`: whether the caches are filled and fresh. Standbys are ready, too. */
  readiness(): Verdict;
  /** For `/healthz`: whether a restart is not needed. */
  liveness(): Verdict;
  /** For `/metrics`: text exposition format 0.0.4. */
  metrics(): string;
}

const fieldManager = "millrace-controller";

/** Puts the parts together. Nothing runs, and nothing is asked of the cluster, before `run`. */
export function createManager(options: ManagerOptions): Manager {
  const { informers, time, election = alwaysLeader, registry = new Registry(), servers = [] } = options;
  const delay = new LoopDelay(time);
  processMetrics(registry, delay);
  const mayWrite = (): boolean => election.isLeader();
  const master = registry.gauge({
    name: "leader_election_master_status",
    help: "1 while this process leads.",
    labels: ["name"],
  })({ name: "millrace" });
  registry.onCollect(() => master.set(mayWrite() ? 1 : 0));
  const events = recorderOf(options, registry, mayWrite);
  const shared = { registry, events, mayWrite, parser: new Parser() };
  const controllers = options.reconcilers.map((reconciler) => controllerOf(reconciler, options, shared));
  const state: Lifecycle = { lostAt: undefined, stopping: false };
  const vitals = (): Vitals => ({
    caches: [...informers].map(([kind, each]) => ({ kind, synced: each.hasSynced(), lastSeenMs: each.lastSeen() })),
    overdue: controllers.map((each) => ({ controller: each.name, ms: each.overdueMs() })),
    lagMs: delay.p99Ms(),
    lostLeadershipMs: state.lostAt === undefined ? undefined : time.monotonic() - state.lostAt,
    stopping: state.stopping,
  });
  return {
    run: async (signal) => {
      delay.start();
      try {
        await runAll({ ...options, election, controllers, events, servers, state }, signal);
      } finally {
        delay.stop();
      }
    },
    readiness: () => readiness(vitals()),
    liveness: () => liveness(vitals()),
    metrics: () => registry.text(),
  };
}

function recorderOf(options: ManagerOptions, registry: Registry, mayWrite: () => boolean): EventRecorder {
  const dropped = { name: "millrace_events_dropped_total", help: "Events that were not told." };
  return new EventRecorder({
    ...options,
    reporter: { controller: "millrace.dev/controller", instance: options.identity },
    uniqueId: () => randomBytes(8).toString("hex"),
    mayWrite,
    dropped: registry.counter(dropped)(),
  });
}

interface Shared {
  readonly registry: Registry;
  readonly events: EventRecorder;
  readonly mayWrite: () => boolean;
  readonly parser: Parser;
}

function controllerOf(reconciler: Reconciler, options: ManagerOptions, shared: Shared): Controller {
  const { client, informers, scrubber = new Scrubber() } = options;
  const informerOf = ({ kind }: { kind: { kind: string } }): Informer => {
    const informer = informers.get(kind.kind);
    if (!informer)
      throw new TypeError(`there is no informer of ${kind.kind}, which the ${reconciler.kind.kind} reconciler needs`);
    return informer;
  };
  return new Controller({
    ...options,
    ...shared,
    reconciler,
    informerOf,
    client: fenced(client, shared.mayWrite),
    scrubber,
    fieldManager,
  });
}
