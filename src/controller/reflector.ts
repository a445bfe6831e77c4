import { setImmediate as nextTurn } from "node:timers/promises";
import type { Log } from "../reconcilers/ports.ts";
import type { Time } from "./alarm.ts";
import type { Client, KubeObject, Resource, WatchEvent } from "./client.ts";
import { isGone, isMalformed, KubeError } from "./errors.ts";
import { Pace } from "./pace.ts";
import { Watchdog } from "./watchdog.ts";

/** Who is kept in step with the server. Called in order, never two at once. */
export interface Mirror {
  /** A list begins. A list that broke off begins anew, without an end. */
  begin(): void;
  page(objects: readonly KubeObject[]): void;
  /** The list is whole: what it did not show is gone. */
  end(): void;
  changed(event: WatchEvent): void;
}

export interface ReflectorOptions {
  readonly client: Client;
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly time: Time;
  readonly random: () => number;
  readonly log: Log;
}

/** A watch that ends sooner and without an event is a failure: asking again at once would spin. */
const shortestWatchMs = 1_000;
/** Beyond its own end, so long may a watch be silent. */
const graceMs = 30_000;
/** Where bookmarks come, they come every minute; after two missing ones the connection is taken for dead. */
const bookmarkSilenceMs = 150_000;

/** A server that asks for more patience than this is asked again all the same. */
const longestAskedMs = 300_000;

/**
 * Keeps a mirror in step with a resource: a list, then a watch from where the list was taken, resumed after every
 * break from the last thing heard. Only when the server no longer knows that place, the list is taken anew.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #mirror: Mirror;
  readonly #pace: Pace;
  /** The resource version to watch from; undefined when a list is needed. */
  #position: string | undefined;
  /** Where an event was malformed; when it is so again, the list shows what it was. */
  #malformedAt: string | undefined;
  /** Pages expired before they were read: the next list comes in one piece. */
  #inOnePiece = false;
  #heardAt: number;

  constructor(mirror: Mirror, options: ReflectorOptions) {
    this.#mirror = mirror;
    this.#options = options;
    this.#pace = new Pace(options.time, options.random);
    this.#heardAt = options.time.monotonic();
  }

  /** When the server was last heard of this resource, in monotonic milliseconds. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Runs until the signal aborts. Whatever fails is logged and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#position ??= await this.#list(signal);
        await this.#watch(this.#position, signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, resource, namespace, labelSelector, fieldSelector } = this.#options;
    const limit = this.#inOnePiece ? { limit: 0 } : {};
    const pages = client.list(resource, { namespace, labelSelector, fieldSelector, ...limit, retry: false, signal });
    this.#mirror.begin();
    let position = "";
    for await (const { items, resourceVersion } of pages) {
      this.#heard();
      this.#mirror.page(items);
      position = resourceVersion;
      // Leases and probes get their turn between pages.
      await nextTurn();
    }
    this.#mirror.end();
    this.#inOnePiece = false;
    return position;
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, time, random } = this.#options;
    const began = time.monotonic();
    const timeoutSeconds = Math.round(300 * (1 + random()));
    const dog = new Watchdog(time, signal, timeoutSeconds * 1_000 + graceMs);
    const selection = { namespace, labelSelector, fieldSelector };
    const wanted = { ...selection, resourceVersion: from, timeoutSeconds, allowWatchBookmarks: true };
    try {
      for await (const event of client.watch(resource, wanted, dog.signal)) {
        this.#heard();
        dog.heard();
        if (event.type === "BOOKMARK") dog.expect(bookmarkSilenceMs);
        else this.#mirror.changed(event);
        this.#position = event.object.metadata.resourceVersion;
      }
      this.#heard();
    } finally {
      dog.release();
    }
    if (this.#position === from && time.monotonic() - began < shortestWatchMs) {
      throw new Error("the watch ended at once and without an event");
    }
  }

  /** Decides where to go on after a failure, and waits for as long as is polite. */
  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { time, resource, log } = this.#options;
    const gone = isGone(error);
    if (gone && this.#position === undefined) this.#inOnePiece = true;
    if (gone) this.#position = undefined;
    if (isMalformed(error)) {
      if (this.#position === this.#malformedAt) this.#position = undefined;
      this.#malformedAt = this.#position;
    }
    // To be too late is no fault of the server's; only when it happens again and again, it is.
    const atOnce = gone && this.#pace.fresh;
    const wait = this.#pace.next();
    const asked = error instanceof KubeError ? Math.min(error.retryAfterMs ?? 0, longestAskedMs) : 0;
    const waitMs = Math.round(atOnce ? 0 : Math.max(wait, asked));
    const next = this.#position === undefined ? "list" : "watch";
    log.warn({ err: error, resource: resource.plural, next, waitMs }, "lost touch with the API server");
    if (waitMs > 0) await time.sleep(waitMs, signal).catch(() => undefined);
  }

  #heard(): void {
    this.#heardAt = this.#options.time.monotonic();
  }
}
