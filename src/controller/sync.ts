import type { Log } from "../reconcilers/ports.ts";
import { Alarm, type Time } from "./alarm.ts";
import type { Client } from "./client.ts";
import type { Informer } from "./informer.ts";

/** The caches were not filled in time. The message names each kind, and what its list fails with. */
export class SyncTimeoutError extends Error {
  override readonly name = "SyncTimeoutError";
}

export interface SyncOptions {
  readonly informers: Iterable<Informer>;
  readonly client: Client;
  readonly time: Time;
  readonly log: Log;
  readonly timeoutMs: number;
}

/** How long one list may take that is made only to learn what it fails with. */
const diagnosisMs = 5_000;

/** Resolves when all caches are filled; rejects with a SyncTimeoutError, or with the reason of the aborted signal. */
export async function synced(
  { informers, client, time, log, timeoutMs }: SyncOptions,
  signal: AbortSignal,
): Promise<void> {
  const all = [...informers];
  const began = time.monotonic();
  const outcome = await within(time, timeoutMs, signal, Promise.all(all.map((each) => each.synced)));
  signal.throwIfAborted();
  if (outcome === "done") {
    log.debug({ durationMs: Math.round(time.monotonic() - began) }, "the caches are filled");
    return;
  }
  const late = all.filter((each) => !each.hasSynced());
  const reasons = await Promise.all(late.map((each) => diagnosis(each, client, time)));
  throw new SyncTimeoutError(`the caches were not filled within ${timeoutMs / 1_000} s: ${reasons.join("; ")}`);
}

async function diagnosis({ resource }: Informer, client: Client, time: Time): Promise<string> {
  const about = `${resource.kind} (${resource.plural}.${resource.group || "core"})`;
  const stop = new AbortController();
  const look = async (): Promise<string> => {
    for await (const _ of client.list(resource, { limit: 1, retry: false, signal: stop.signal })) break;
    return `${about}: a first list works now, so the server is slow`;
  };
  const looked = look().catch(
    (error: unknown) => `${about}: ${error instanceof Error ? error.message : String(error)}`,
  );
  const outcome = await within(time, diagnosisMs, stop.signal, looked);
  if (outcome === "done") return looked;
  stop.abort(new Error("the diagnosis took too long"));
  return `${about}: the server does not answer its list`;
}

/** Waits for the work, for the time, or for the signal, whichever is first. What the work rejects with is passed on. */
export async function within(
  time: Time,
  ms: number,
  signal: AbortSignal | undefined,
  work: Promise<unknown>,
): Promise<"done" | "late" | "aborted"> {
  let end: (how: "late" | "aborted") => void = () => undefined;
  const ended = new Promise<"late" | "aborted">((resolve) => {
    end = resolve;
  });
  const alarm = new Alarm(time, () => end("late"));
  const abort = (): void => end("aborted");
  alarm.set(time.monotonic() + ms);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work.then(() => "done" as const), ended]);
  } finally {
    alarm.stop();
    signal?.removeEventListener("abort", abort);
  }
}
