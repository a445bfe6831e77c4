import { Backoff, jittered } from "./backoff.ts";
import type { ControllerMetrics, Result } from "./controller-metrics.ts";
import type { Failure } from "./failure.ts";
import type { Next } from "./loop.ts";
import type { Tempo } from "./tempo.ts";
import { lowPriority, type Taken, type WorkQueue } from "./workqueue.ts";

/** When the cache has not said in this time that it has caught up, it is asked. */
const catchUpMs = 1_000;
/** Who comes back after a minute or more is on a round, and lets others pass. */
const roundMs = 60_000;
/** A reconciler that wants to go on at once, and changed nothing, would see the same again: that must not spin. */
const unchangedMs = 1_000;
const shortestMs = 100;

export interface AgendaOptions {
  readonly queue: WorkQueue;
  readonly tempo: Tempo;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  readonly metrics: Pick<ControllerMetrics, "terminal" | "timeout" | "panic"> & { retried(): void };
  /** Whether the cache is older than our last write of this key. */
  readonly isBehind: (key: string) => boolean;
}

/** Knows when each key is to have its next turn, from how the last one ended. */
export class Agenda {
  readonly #options: AgendaOptions;
  readonly #backoff: Backoff;
  /** Keys whose turn waits for the cache, with their priority. */
  readonly #lagging = new Map<string, number>();

  constructor(options: AgendaOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ ...options.tempo.backoff, random: options.random });
  }

  /** The cache shows a newer version. Says whether a turn waited for that, and is to come now. */
  seen(key: string): boolean {
    const priority = this.#lagging.get(key);
    if (priority === undefined) return false;
    this.#lagging.delete(key);
    this.#options.queue.add(key, { priority });
    return true;
  }

  /** Has the key come back when it should, and says how the turn is counted. */
  follow({ key, priority }: Taken, next: Next): Result {
    const { queue } = this.#options;
    if (next.is === "retry") return this.#retry({ key, priority }, next.failure);
    if (next.is === "catchUp") return this.#catchUp({ key, priority });
    this.#backoff.forget(key);
    if (next.is === "rest") return "success";
    switch (next.again.is) {
      case "now":
        queue.add(key, { priority, afterMs: next.wrote ? 0 : unchangedMs });
        return "requeue";
      case "after":
        this.#later(key, next.again.ms);
        return "requeue_after";
      case "never":
        return "success";
    }
  }

  /** A round of all objects has come to this one. What failed has a time of its own, and sooner. */
  sweep(key: string): void {
    if (this.#backoff.failures(key) === 0) this.#options.queue.add(key, { priority: lowPriority });
  }

  /** The turn ended in a way that no turn should. */
  again({ key, priority }: Taken): void {
    this.#options.queue.add(key, { priority, afterMs: this.#backoff.next(key) });
  }

  /** At once when the cache has caught up by now, else when it says that it has. */
  #catchUp({ key, priority }: Taken): Result {
    const behind = this.#options.isBehind(key);
    if (behind) this.#lagging.set(key, priority);
    this.#options.queue.add(key, { priority, afterMs: behind ? catchUpMs : 0 });
    return "requeue_after";
  }

  #retry({ key, priority }: Taken, { kind, afterMs }: Failure): Result {
    const { queue, tempo, metrics } = this.#options;
    if (kind === "waiting") {
      this.#backoff.forget(key);
      this.#later(key, afterMs ?? tempo.backoff.baseMs);
      return "requeue_after";
    }
    if (kind === "terminal") {
      this.#backoff.forget(key);
      metrics.terminal();
      return "error";
    }
    if (kind === "timeout") metrics.timeout();
    if (kind === "panic") metrics.panic();
    metrics.retried();
    queue.add(key, { priority, afterMs: Math.max(this.#backoff.next(key), afterMs ?? 0) });
    return kind === "conflict" ? "requeue" : "error";
  }

  #later(key: string, ms: number): void {
    const { queue, random } = this.#options;
    queue.add(key, { priority: ms >= roundMs ? lowPriority : 0, afterMs: Math.max(shortestMs, jittered(ms, random)) });
  }
}
