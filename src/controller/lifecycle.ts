import { setMaxListeners } from "node:events";
import type { Log } from "../reconcilers/ports.ts";
import type { Time } from "./alarm.ts";
import type { Client } from "./client.ts";
import type { Controller } from "./controller.ts";
import type { Informer } from "./informer.ts";
import type { Election, Term } from "./leader.ts";
import { linkedAbort } from "./linked-abort.ts";
import { synced, within } from "./sync.ts";

/** Something that listens while the process lives, as the gateway does. */
export interface Server {
  readonly name: string;
  start(): Promise<void>;
  /** Lets running requests end. */
  stop(): Promise<void>;
}

/** How long to wait for what, in milliseconds. */
export interface Patience {
  /** For the caches to be filled; two minutes by default. */
  readonly syncMs: number;
  /** For turns to finish by themselves once we are to stop; 3 s by default, so that fail-over takes less than ten. */
  readonly finishMs: number;
  /** For turns to end, the time above included, before the process gives up; 30 s by default. */
  readonly drainMs: number;
  /** For events to be told, and for each server to stop; 3 s by default. */
  readonly farewellMs: number;
}

const defaultPatience: Patience = { syncMs: 120_000, finishMs: 3_000, drainMs: 30_000, farewellMs: 3_000 };

/** What probes want to know of where the process is in its life. */
export interface Lifecycle {
  /** Monotonic milliseconds at which leadership was lost. */
  lostAt: number | undefined;
  stopping: boolean;
}

export interface Parts {
  readonly client: Client;
  readonly informers: ReadonlyMap<string, Informer>;
  readonly election: Election;
  readonly controllers: readonly Controller[];
  readonly events: { flush(): Promise<void> };
  readonly servers: readonly Server[];
  readonly state: Lifecycle;
  readonly time: Time;
  readonly log: Log;
  readonly patience?: Partial<Patience>;
}

/** The turns of the controllers did not end. The lease is not given back, since they may still write; it runs out by itself. */
export class DrainError extends Error {
  override readonly name = "DrainError";
}

/**
 * Starts the parts in order (servers, caches, election, workers), waits for the signal, and stops them in reverse: no new
 * turns, turns drained, events told, lease given back, caches, servers. What was started is stopped, however it ends.
 */
export async function runAll(parts: Parts, signal: AbortSignal): Promise<void> {
  const { servers, state, log } = parts;
  const patience = { ...defaultPatience, ...parts.patience };
  const started: Server[] = [];
  const caches = new AbortController();
  // Each kind of object listens for as long as it is watched. Node takes more than ten for a leak.
  setMaxListeners(0, caches.signal);
  const life = linkedAbort(signal);
  let listening: Promise<unknown> = Promise.resolve();
  try {
    for (const server of servers) {
      await server.start();
      started.push(server);
    }
    const begun = [...parts.informers.values()].map((each) => each.start(caches.signal));
    listening = Promise.all(begun.map((each) => each.catch((error: Error) => life.abort(error))));
    await work(parts, patience, life.signal);
    if (!signal.aborted) life.signal.throwIfAborted();
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    state.stopping = true;
    life.release();
    caches.abort(new Error("the process is stopping"));
    await listening;
    for (const server of started.reverse())
      await farewell(parts, patience, `server ${server.name}`, () => server.stop());
    log.debug({}, "stopped");
  }
}

/** From empty caches to the end of the last turn. */
async function work(parts: Parts, patience: Patience, signal: AbortSignal): Promise<void> {
  const { informers, election, controllers, state, time, log } = parts;
  await synced({ ...parts, informers: informers.values(), timeoutMs: patience.syncMs }, signal);
  const term = await election.campaign(signal);
  const turns = new AbortController();
  // So does each write that is under way.
  setMaxListeners(0, turns.signal);
  const lose = (): void => {
    state.lostAt = time.monotonic();
    turns.abort(term.signal.reason);
  };
  if (term.signal.aborted) lose();
  term.signal.addEventListener("abort", lose, { once: true });
  log.info({ controllers: controllers.map(({ name }) => name) }, "working");
  for (const controller of controllers) controller.start(turns.signal);
  await Promise.race([aborted(signal), aborted(turns.signal)]);
  state.stopping = true;
  try {
    await drain(parts, patience, turns);
  } catch (error) {
    term.abandon();
    throw error;
  }
  await end(parts, patience, term);
}

async function drain({ controllers, time, log }: Parts, patience: Patience, turns: AbortController): Promise<void> {
  const closed = Promise.all(controllers.map((each) => each.close()));
  const finishMs = Math.min(patience.finishMs, patience.drainMs);
  if ((await within(time, finishMs, turns.signal, closed)) === "done") return;
  if (!turns.signal.aborted) turns.abort(new Error("the process is stopping"));
  if ((await within(time, patience.drainMs - finishMs, undefined, closed)) === "done") return;
  const late = controllers.filter((each) => each.running > 0).map(({ name, running }) => `${running} of ${name}`);
  log.error({ late }, "turns ignore that they are to stop");
  throw new DrainError(`turns did not end within ${patience.drainMs / 1_000} s: ${late.join(", ")}`);
}

async function end(parts: Parts, patience: Patience, term: Term): Promise<void> {
  await farewell(parts, patience, "events", () => parts.events.flush());
  const lost: unknown = term.signal.aborted ? term.signal.reason : undefined;
  await term.release();
  if (lost !== undefined) throw lost;
}

/** Waits for what is polite to wait for, and no longer. Its failure is logged, and does not keep others from ending. */
async function farewell(
  { time, log }: Parts,
  { farewellMs }: Patience,
  what: string,
  end: () => Promise<void>,
): Promise<void> {
  try {
    const outcome = await within(time, farewellMs, undefined, end());
    if (outcome !== "done") log.warn({ what }, "did not end in time, and is left behind");
  } catch (err) {
    log.warn({ what, err }, "failed while stopping");
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
