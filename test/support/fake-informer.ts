import type { KubeObject, Resource } from "../../src/controller/client.ts";
import type { Informer } from "../../src/controller/informer.ts";
import type { InformerHandler } from "../../src/controller/listeners.ts";
import type { FakeCluster } from "./fake-cluster.ts";

type Change = "ADDED" | "MODIFIED" | "DELETED";

/** A cache of one resource of a fake cluster, which hears of changes in order, each after the cluster's delay. */
export class FakeInformer implements Informer {
  readonly resource: Resource;
  readonly synced: Promise<void>;
  /** Set before the start: the first list never arrives. */
  stuck = false;
  readonly #cluster: FakeCluster;
  readonly #cache = new Map<string, KubeObject>();
  readonly #handlers: InformerHandler[] = [];
  readonly #indexes = new Map<string, (object: KubeObject) => readonly string[]>();
  readonly #news: { readonly type: Change; readonly object: KubeObject; readonly at: number }[] = [];
  #isSynced = false;
  #markSynced: () => void = () => undefined;
  #listening: AbortSignal | undefined;
  #delivering = false;
  #heardAt = 0;

  constructor(cluster: FakeCluster, resource: Resource) {
    this.#cluster = cluster;
    this.resource = resource;
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#cache.get(`${namespace ?? ""}/${name}`);
  }

  list(namespace?: string): readonly KubeObject[] {
    return [...this.#cache.values()].filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
  }

  byIndex(index: string, value: string): readonly KubeObject[] {
    const valuesOf = this.#indexes.get(index);
    if (!valuesOf) throw new Error(`no index ${index}`);
    return this.list().filter((object) => valuesOf(object).includes(value));
  }

  addIndex(name: string, valuesOf: (object: KubeObject) => readonly string[]): void {
    this.#indexes.set(name, valuesOf);
  }

  on(handler: InformerHandler): void {
    this.#handlers.push(handler);
  }

  hasSynced(): boolean {
    return this.#isSynced;
  }

  lastSeen(): number {
    return this.#cluster.clock.monotonic() - this.#heardAt;
  }

  /** Lists at once, then listens until the signal aborts. */
  async start(signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    while (this.stuck || this.#cluster.outage) {
      if (signal.aborted) return;
      await this.#cluster.clock.sleep(1_000, signal).catch(() => undefined);
    }
    this.#listening = signal;
    this.#heardAt = this.#cluster.clock.monotonic();
    for (const object of this.#cluster.all(this.resource)) {
      this.#cache.set(idOf(object), object);
      for (const handler of this.#handlers) handler.add?.(object, { initial: true });
    }
    this.#isSynced = true;
    this.#markSynced();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** The server says what changed. */
  hear(type: Change, object: KubeObject): void {
    if (!this.#listening || this.#listening.aborted) return;
    const { clock, delayMs } = this.#cluster;
    this.#news.push({ type, object, at: clock.monotonic() + delayMs });
    if (!this.#delivering) void this.#deliver();
  }

  async #deliver(): Promise<void> {
    this.#delivering = true;
    await Promise.resolve();
    const { clock } = this.#cluster;
    for (let next = this.#news[0]; next && !this.#listening?.aborted; next = this.#news[0]) {
      if (this.#cluster.outage) await clock.sleep(500);
      else if (next.at > clock.monotonic()) await clock.sleep(next.at - clock.monotonic());
      else {
        this.#news.shift();
        this.#heardAt = clock.monotonic();
        this.#play(next.type, next.object);
      }
    }
    this.#delivering = false;
  }

  #play(type: Change, object: KubeObject): void {
    const before = this.#cache.get(idOf(object));
    if (type === "DELETED") this.#cache.delete(idOf(object));
    else this.#cache.set(idOf(object), object);
    for (const handler of this.#handlers) {
      if (type === "DELETED") handler.delete?.(object, { tombstone: false });
      else if (before) handler.update?.(before, object);
      else handler.add?.(object, { initial: false });
    }
  }
}

const idOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
