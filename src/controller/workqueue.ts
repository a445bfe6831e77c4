import { Alarm, type Time } from "./alarm.ts";
import { Heap } from "./heap.ts";

export interface AddOptions {
  /** Higher goes first; 0 by default. */
  readonly priority?: number;
  /** Not before this many milliseconds from now; at once by default. */
  readonly afterMs?: number;
}

/** A key that was handed out. It stays locked until `done`. */
export interface Taken {
  readonly key: string;
  readonly priority: number;
}

/** What the queue tells whoever counts. */
export interface QueueObserver {
  added(): void;
  /** The number of ready keys of this priority changed by `by`. */
  ready(priority: number, by: 1 | -1): void;
  /** Handed out, this long after it became ready. */
  taken(key: string, waitedMs: number): void;
  /** Given back, this long after it was handed out. */
  done(key: string, workedMs: number): void;
}

/** For the first list and for resyncs: what a person does in between overtakes them. */
export const lowPriority = -100;

/** Every n-th hand-out goes to the key that has been ready the longest, whatever its priority. */
export const fairEvery = 16;

interface Entry {
  readonly key: string;
  priority: number;
  /** Monotonic milliseconds. */
  readyAt: number;
  /** Place in the order of becoming ready; given anew when the priority is raised. */
  turn: number;
  /** Place in the order of becoming ready; kept when the priority is raised. */
  age: number;
}

/**
 * The keys that want a turn, as controller-runtime's priority queue keeps them.
 *
 * - A key waits at most once. Adding it again takes the earlier time and the higher priority;
 *   a raised key goes to the end of its new priority.
 * - A key that was handed out is locked: what is added meanwhile waits for `done`, so no two workers meet on a key,
 *   and no add is lost.
 * - Ready keys go by priority, then first come first served. To starve nobody, every 16th hand-out
 *   (`fairEvery`) goes to the key that has been ready the longest: a key is handed out after at most
 *   16 times as many others as were ready before it.
 *
 * Each operation is O(log n). However many keys wait for their time, there is one timer.
 */
export class WorkQueue {
  readonly #time: Time;
  readonly #observer: QueueObserver | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #locked = new Map<string, number>();
  readonly #byPriority = new Heap<Entry>((a, b) =>
    a.priority === b.priority ? a.turn < b.turn : a.priority > b.priority,
  );
  readonly #byAge = new Heap<Entry>((a, b) => a.age < b.age);
  readonly #later = new Heap<Entry>((a, b) => (a.readyAt === b.readyAt ? a.turn < b.turn : a.readyAt < b.readyAt));
  readonly #alarm: Alarm;
  readonly #waiters: ((taken: Taken | undefined) => void)[] = [];
  #turns = 0;
  #handed = 0;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(time: Time, observer?: QueueObserver) {
    this.#time = time;
    this.#observer = observer;
    this.#alarm = new Alarm(time, () => this.#serve());
  }

  /** Keys that wait, ready or not, without those that are handed out. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keys that are handed out now, each with the monotonic millisecond at which it was. */
  get locked(): ReadonlyMap<string, number> {
    return this.#locked;
  }

  /** Asks for a turn of this key. Ignored after `close`: the next process lists everything anew. */
  add(key: string, { priority = 0, afterMs = 0 }: AddOptions = {}): void {
    if (this.#closing !== undefined) return;
    this.#observer?.added();
    const readyAt = this.#time.monotonic() + Math.max(0, afterMs);
    const before = this.#entries.get(key);
    const raised = before === undefined || priority > before.priority;
    if (before && !raised && readyAt >= before.readyAt) return;
    const waiting = before ?? { key, priority, readyAt, turn: 0, age: 0 };
    const wasReady = before !== undefined && this.#leave(before);
    waiting.readyAt = Math.min(waiting.readyAt, readyAt);
    waiting.priority = Math.max(waiting.priority, priority);
    if (raised || !wasReady) waiting.turn = this.#turns++;
    if (!wasReady) waiting.age = waiting.turn;
    this.#entries.set(key, waiting);
    if (!this.#locked.has(key)) this.#enter(waiting);
    this.#serve();
  }

  /** The next key, locked, as soon as there is one; undefined once the queue is closed. */
  take(): Promise<Taken | undefined> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#serve();
    });
  }

  /** Unlocks a key that was taken. If it was added meanwhile, it is ready for its next turn. */
  done(key: string): void {
    const since = this.#locked.get(key);
    if (since === undefined) throw new Error(`${key} was given back without having been taken`);
    this.#locked.delete(key);
    this.#observer?.done(key, this.#time.monotonic() - since);
    const again = this.#entries.get(key);
    if (again) {
      // In line behind what came while it was served: a key that is always added again waits like all others.
      again.turn = again.age = this.#turns++;
      this.#enter(again);
      this.#serve();
    }
    if (this.#closing !== undefined && this.#locked.size === 0) this.#drained?.();
  }

  /** Hands nothing out any more; resolves once every key that was handed out is given back. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#drained = resolve;
      if (this.#locked.size === 0) resolve();
    });
    this.#alarm.stop();
    for (const entry of this.#entries.values()) this.#leave(entry);
    this.#entries.clear();
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
    return this.#closing;
  }

  #enter(entry: Entry): void {
    if (entry.readyAt > this.#time.monotonic()) {
      this.#later.push(entry);
      return;
    }
    this.#byPriority.push(entry);
    this.#byAge.push(entry);
    this.#observer?.ready(entry.priority, 1);
  }

  /** Takes the entry out of every line; says whether it was ready. */
  #leave(entry: Entry): boolean {
    this.#later.remove(entry);
    if (!this.#byPriority.has(entry)) return false;
    this.#byPriority.remove(entry);
    this.#byAge.remove(entry);
    this.#observer?.ready(entry.priority, -1);
    return true;
  }

  #serve(): void {
    this.#ripen();
    while (this.#waiters.length > 0) {
      if (this.#closing !== undefined) this.#waiters.shift()?.(undefined);
      else if (this.#byPriority.size > 0) this.#handOut(this.#waiters.shift()!);
      else break;
    }
  }

  #handOut(to: (taken: Taken) => void): void {
    this.#handed += 1;
    const line = this.#handed % fairEvery === 0 ? this.#byAge : this.#byPriority;
    const entry = line.peek() as Entry;
    this.#leave(entry);
    this.#entries.delete(entry.key);
    const now = this.#time.monotonic();
    this.#locked.set(entry.key, now);
    this.#observer?.taken(entry.key, now - entry.readyAt);
    to({ key: entry.key, priority: entry.priority });
  }

  /** Moves what is due in line, and sets the alarm for what is not. */
  #ripen(): void {
    const now = this.#time.monotonic();
    for (let next = this.#later.peek(); next && next.readyAt <= now; next = this.#later.peek()) {
      this.#later.remove(next);
      next.turn = next.age = this.#turns++;
      this.#enter(next);
    }
    const rest = this.#later.peek();
    if (rest) this.#alarm.set(rest.readyAt);
  }
}
