import type { Clock, Log } from "../reconcilers/ports.ts";
import type { Client, KubeObject } from "./client.ts";
import { isNotFound } from "./errors.ts";
import { describe, eventResource, type News, type Occurrence, seriesOf } from "./event-object.ts";
import type { Counter } from "./metrics.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** Tells people about an object, in `kubectl describe` and `kubectl events`. Never throws, never waits. */
export interface Recorder {
  record(about: KubeObject, news: News): void;
}

export interface EventOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  /** Who reports: `millrace.dev/controller`, and the process that does. */
  readonly reporter: { readonly controller: string; readonly instance: string };
  /** Makes names unique. */
  readonly uniqueId: () => string;
  /** Asked before each write. */
  readonly mayWrite: () => boolean;
  /** Counts what was not told. */
  readonly dropped?: Counter;
}

/** The same news within this time is the same event, told again. */
const seriesMs = 6 * 60_000;
/** More than this many untold events, and the oldest are dropped: telling must not eat the memory. */
const mostWaiting = 1_000;
const attempts = 3;

/**
 * Writes events of `events.k8s.io/v1` behind the back of those who record them.
 *
 * The same news about the same object within six minutes becomes one event with a series. An object may tell 25
 * things at once and then one every five minutes; repetitions that are not told are counted in the next that is.
 * What cannot be written after three attempts is dropped and counted: an event is a courtesy, status is the truth.
 */
export class EventRecorder implements Recorder {
  readonly #options: EventOptions;
  readonly #buckets: TokenBuckets;
  readonly #series = new Map<string, Occurrence>();
  readonly #waiting = new Set<Occurrence>();
  #writing: Promise<void> | undefined;

  constructor(options: EventOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets({ burst: 25, refillMs: 5 * 60_000 });
  }

  record(about: KubeObject, news: News): void {
    const now = this.#options.clock.now();
    const occurrence = this.#occurrence(about, news, now);
    if (!this.#buckets.take(about.metadata.uid, now.getTime())) {
      if (occurrence.count === 1) this.#drop(occurrence, "the object has told too much lately");
      return;
    }
    this.#waiting.add(occurrence);
    if (this.#waiting.size > mostWaiting) this.#drop([...this.#waiting][0] as Occurrence, "too many events wait");
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was recorded is written or dropped. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #occurrence(about: KubeObject, news: News, now: Date): Occurrence {
    const id = [about.metadata.uid, news.type, news.reason, news.action, news.note].join("\n");
    const before = this.#series.get(id);
    this.#series.delete(id);
    this.#forgetOld(now);
    const goesOn = before !== undefined && now.getTime() - before.last.getTime() < seriesMs;
    const occurrence = goesOn ? before : { id, about, news, first: now, last: now, count: 0, name: undefined };
    occurrence.count += 1;
    occurrence.last = now;
    this.#series.set(id, occurrence);
    return occurrence;
  }

  /** The map is in the order of last occurrence, so the old ones are in front. */
  #forgetOld(now: Date): void {
    for (const [id, { last }] of this.#series) {
      if (now.getTime() - last.getTime() < seriesMs && this.#series.size < mostWaiting) return;
      this.#series.delete(id);
    }
  }

  #drop(occurrence: Occurrence, why: string): void {
    this.#waiting.delete(occurrence);
    this.#series.delete(occurrence.id);
    this.#options.dropped?.inc();
    this.#options.log.debug({ reason: occurrence.news.reason, why }, "event dropped");
  }

  async #write(): Promise<void> {
    // Whoever records has a turn to finish; events come after.
    await Promise.resolve();
    for (const occurrence of this.#waiting) {
      this.#waiting.delete(occurrence);
      if (this.#options.mayWrite()) await this.#tell(occurrence);
    }
    this.#writing = undefined;
  }

  async #tell(occurrence: Occurrence): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        await this.#send(occurrence);
        return;
      } catch (error) {
        // The event expired at the server: what goes on is told as new.
        if (isNotFound(error)) occurrence.name = undefined;
        else if (attempt === attempts) this.#drop(occurrence, String(error));
        else await this.#options.clock.sleep(1_000 * attempt);
      }
    }
  }

  async #send(occurrence: Occurrence): Promise<void> {
    const { client, reporter, uniqueId } = this.#options;
    const namespace = occurrence.about.metadata.namespace ?? "default";
    if (occurrence.name === undefined) {
      const name = `${occurrence.about.metadata.name.slice(0, 200)}.${uniqueId()}`;
      await client.create(eventResource, describe(occurrence, { ...reporter, name, namespace }));
      occurrence.name = name;
    } else {
      await client.mergePatch(eventResource, { namespace, name: occurrence.name }, { series: seriesOf(occurrence) });
    }
  }
}
