import type { KubeObject } from "../../src/controller/client.ts";
import { Controller } from "../../src/controller/controller.ts";
import type { News } from "../../src/controller/event-object.ts";
import type { Informer } from "../../src/controller/informer.ts";
import { Registry } from "../../src/controller/metrics.ts";
import { Parser } from "../../src/controller/parse.ts";
import { Scrubber } from "../../src/controller/scrub.ts";
import type { Tempo } from "../../src/controller/tempo.ts";
import type { Key, Log } from "../../src/reconcilers/ports.ts";
import type { Outcome, Reconciler, Turn, Watch } from "../../src/reconcilers/reconciler.ts";
import { defineKind } from "../../src/schema/kind.ts";
import type { BaseStatus } from "../../src/schema/object.ts";
import { FakeClock } from "./clock.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { Thing } from "./thing.ts";

export { Thing };
export const Part = defineKind({ ...Thing, kind: "Part", plural: "parts" });

/** What a reconciler of things gives back. */
export type Answer = Outcome<{ seen?: number | undefined; note?: string | undefined }>;
export type Behaviour = (thing: Thing, turn: Turn) => Promise<Answer>;

/** A finding of readiness that holds what was seen. */
export const seen = (thing: Thing, again: Answer["again"] = { is: "never" }): Answer => ({
  finding: { verdict: "ready", reason: "Seen", message: `size ${thing.spec.size} was seen` },
  status: { seen: thing.spec.size },
  again,
});

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** A log that is read, not written. */
export function memoryLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const at = (bound: object): Log => {
    const write = (level: string) => (fields: object, message: string) =>
      void lines.push({ ...bound, ...fields, level, message });
    return {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      child: (fields) => at({ ...bound, ...fields }),
    };
  };
  return { log: at({}), lines };
}

export interface GivenOptions {
  readonly behave?: Behaviour;
  readonly finalize?: NonNullable<Reconciler<typeof Thing>["finalize"]>;
  readonly watches?: readonly Watch[];
  readonly tempo?: Partial<Tempo>;
  readonly mayWrite?: () => boolean;
  /** Another process on the same cluster: caches of its own. */
  readonly beside?: FakeCluster;
  readonly name?: string;
}

/** A cluster and a controller of things, on one clock that stands still. */
export function given(options: GivenOptions = {}) {
  const cluster = options.beside ?? new FakeCluster(new FakeClock());
  const { clock } = cluster;
  const { log, lines } = memoryLog();
  const told: (News & { readonly about: string })[] = [];
  const registry = new Registry();
  const informers = new Map<string, Informer & { start(signal: AbortSignal): Promise<void> }>();
  for (const kind of [Thing, Part]) {
    informers.set(
      kind.kind,
      options.beside ? cluster.separateInformer(kind.resource) : cluster.informer(kind.resource),
    );
  }
  const reconciler: Reconciler<typeof Thing> = {
    kind: Thing,
    reconcile: options.behave ?? (async (thing) => seen(thing)),
    ...(options.watches && { watches: options.watches }),
    ...(options.finalize && { finalize: options.finalize }),
  };
  const controller = new Controller({
    reconciler,
    informerOf: ({ kind }) => informers.get(kind.kind)!,
    lookup: { get: () => undefined, list: () => [] },
    client: cluster.client(options.name),
    clock,
    time: clock,
    random: () => 0.5,
    log,
    events: { record: (about: KubeObject, news) => void told.push({ ...news, about: about.metadata.name }) },
    registry,
    parser: new Parser(),
    scrubber: new Scrubber(),
    fieldManager: "millrace",
    mayWrite: options.mayWrite ?? (() => true),
    ...(options.tempo && { tempo: options.tempo }),
  });
  const stop = new AbortController();
  return {
    cluster,
    clock,
    controller,
    registry,
    lines,
    told,
    stop,
    /** Fills the caches, starts the workers, and lets all that is ready have its turn. */
    async runs(): Promise<void> {
      for (const informer of informers.values()) void informer.start(stop.signal);
      await clock.advance(0);
      controller.start(stop.signal);
      await clock.advance(0);
    },
    async ends(): Promise<void> {
      stop.abort(new Error("the test is over"));
      const closed = controller.close();
      await clock.advance(60_000);
      await closed;
    },
    thing: (name: string, size = 1, more: object = {}) =>
      cluster.create(Thing.resource, { metadata: { namespace: "fleet", name, ...more }, spec: { size } }),
    resize: (name: string, size: number) =>
      cluster.edit(Thing.resource, at(name), (object) => {
        object["spec"] = { size };
      }),
    status: (name: string) => cluster.get(Thing.resource, at(name))["status"] as Record<string, unknown> & BaseStatus,
    statusWrites: () => cluster.writes.filter(({ subresource }) => subresource === "status"),
    metric: (line: RegExp) => Number(registry.text().match(line)?.[1] ?? Number.NaN),
  };
}

export const at = (name: string): Key => ({ namespace: "fleet", name });
