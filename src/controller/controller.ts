import { randomUUID } from "node:crypto";
import type { Key } from "../reconcilers/ports.ts";
import { Agenda } from "./agenda.ts";
import type { Time } from "./alarm.ts";
import { type ControllerMetrics, controllerMetrics } from "./controller-metrics.ts";
import { Deadlines } from "./deadlines.ts";
import type { Informer } from "./informer.ts";
import { inTurn } from "./log.ts";
import { keyText, type Shell, takeTurn } from "./loop.ts";
import type { Registry } from "./metrics.ts";
import { OwnWrites } from "./own-writes.ts";
import { followFindings, followWork, queueMetrics } from "./queue-metrics.ts";
import { connect, type SourceOptions } from "./sources.ts";
import { Sweep } from "./sweep.ts";
import { defaultTempo, type Tempo } from "./tempo.ts";
import { type AddOptions, type Taken, WorkQueue } from "./workqueue.ts";

type ShellParts = Omit<Shell, "informer" | "deadlines" | "ownWrites" | "stop">;

export interface ControllerOptions extends ShellParts, SourceOptions {
  readonly time: Time;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  readonly registry: Registry;
  readonly tempo?: Partial<Tempo>;
}

/**
 * Gives each object of one kind its turns: hears of changes from the moment it is made, works from `start` to `close`.
 * Whatever a reconciler does, no worker dies and no key is lost.
 */
export class Controller {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #informer: Informer;
  readonly #tempo: Tempo;
  readonly #queue: WorkQueue;
  readonly #agenda: Agenda;
  readonly #ownWrites: OwnWrites;
  readonly #metrics: ControllerMetrics;
  readonly #sweep: Sweep;
  #deadlines: Deadlines | undefined;
  #workers: Promise<unknown> = Promise.resolve();

  constructor(options: ControllerOptions) {
    const { reconciler, time, random, registry } = options;
    this.name = reconciler.kind.singular;
    this.#options = options;
    this.#informer = options.informerOf(reconciler);
    this.#tempo = { ...defaultTempo, ...options.tempo };
    this.#ownWrites = new OwnWrites(time);
    const counts = queueMetrics(registry, this.name);
    this.#metrics = controllerMetrics(registry, this.name, this.#tempo.workers);
    this.#queue = new WorkQueue(time, counts);
    this.#agenda = new Agenda({
      queue: this.#queue,
      tempo: this.#tempo,
      random,
      metrics: { ...this.#metrics, retried: counts.retried },
      isBehind: (key) => this.#ownWrites.behind(key, this.#cached(key)),
    });
    const want = (key: string): void => this.#agenda.sweep(key);
    this.#sweep = new Sweep({ time, roundMs: this.#tempo.sweepMs, keys: () => this.#keys(), want });
    followWork(registry, this.name, this.#queue, time);
    followFindings(registry, this.name, this.#informer);
    connect(options, {
      want: (key, how) => this.enqueue(key, how),
      seen: (key) => this.#seen(keyText(key)),
      broken: (error) => this.#broken(error, "a watch cannot tell whom a change matters to, so all are looked at"),
    });
  }

  /** Asks for a turn. */
  enqueue(key: Key, how?: AddOptions): void {
    this.#queue.add(keyText(key), how);
  }

  /** Starts the workers. `stop` aborts the turns that run: at the end of the patience, or when leadership is lost. */
  start(stop: AbortSignal): void {
    this.#deadlines = new Deadlines(this.#options.time, this.#tempo.deadlineMs, stop);
    const own = { informer: this.#informer, deadlines: this.#deadlines, ownWrites: this.#ownWrites, stop };
    const shell: Shell = { ...this.#options, ...own };
    this.#sweep.start();
    this.#workers = Promise.all(Array.from({ length: this.#tempo.workers }, () => this.#work(shell)));
  }

  /** Hands out no more keys; resolves when the turns that run are over. */
  async close(): Promise<void> {
    this.#sweep.stop();
    await this.#queue.close();
    await this.#workers;
    this.#deadlines?.close();
  }

  /** Turns that run now. */
  get running(): number {
    return this.#queue.locked.size;
  }

  /** By how many milliseconds the slowest turn ignores that its deadline is over. */
  overdueMs(): number {
    return this.#deadlines?.overdueMs() ?? 0;
  }

  async #work(shell: Shell): Promise<void> {
    for (let taken = await this.#queue.take(); taken; taken = await this.#queue.take()) {
      try {
        await this.#turn(taken, shell);
      } catch (error) {
        this.#broken(error, "the loop itself failed");
        this.#agenda.again(taken);
      } finally {
        this.#queue.done(taken.key);
      }
    }
  }

  async #turn(taken: Taken, shell: Shell): Promise<void> {
    const { time } = this.#options;
    const began = time.monotonic();
    const key = keyOf(taken.key);
    const context = { controller: this.name, ...key, trace: randomUUID().replaceAll("-", "") };
    this.#metrics.began();
    const next = await inTurn(context, () => takeTurn(key, shell));
    const result = this.#agenda.follow(taken, next);
    this.#metrics.ended(result, time.monotonic() - began);
  }

  /** What the cache shows need not be remembered; a turn may have waited for it. */
  #seen(key: string): boolean {
    this.#ownWrites.behind(key, this.#cached(key));
    return this.#agenda.seen(key);
  }

  *#keys(): Iterable<string> {
    for (const { metadata } of this.#informer.list()) {
      yield keyText({ namespace: metadata.namespace ?? "", name: metadata.name });
    }
  }

  #cached(key: string) {
    const { namespace, name } = keyOf(key);
    return this.#informer.get(namespace, name);
  }

  #broken(err: unknown, message: string): void {
    this.#metrics.panic();
    this.#options.log.error({ err, controller: this.name }, message);
  }
}

function keyOf(text: string): Key {
  const [namespace = "", name = ""] = text.split("/");
  return { namespace, name };
}
