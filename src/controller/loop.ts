import type { Finding } from "../reconcilers/conditions.ts";
import type { Clock, Key, Log } from "../reconcilers/ports.ts";
import type { Again, Reconciler } from "../reconcilers/reconciler.ts";
import type { Kind } from "../schema/kind.ts";
import { requestedAt } from "../schema/object.ts";
import { type Attempt, attempt } from "./attempt.ts";
import type { Client, KubeObject } from "./client.ts";
import type { Deadlines } from "./deadlines.ts";
import { isNotFound } from "./errors.ts";
import type { Recorder } from "./events.ts";
import { type Failure, failureOf } from "./failure.ts";
import { hold, release } from "./finalizer.ts";
import type { Informer } from "./informer.ts";
import type { OwnWrites } from "./own-writes.ts";
import type { Parser } from "./parse.ts";
import { sameJson } from "./same.ts";
import type { Scrubber } from "./scrub.ts";
import { statusFrom, statusOf, writeStatus } from "./status.ts";

/** What a turn needs. `stop` aborts at shutdown and when leadership is lost. */
export interface Shell {
  readonly reconciler: Reconciler;
  readonly informer: Informer;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Recorder;
  readonly deadlines: Deadlines;
  readonly ownWrites: OwnWrites;
  readonly parser: Parser;
  readonly scrubber: Scrubber;
  readonly fieldManager: string;
  readonly mayWrite: () => boolean;
  readonly stop: AbortSignal;
}

/** What follows from a turn. */
export type Next =
  /** Nothing, until something changes: the object is gone, or we are to stop. */
  | { readonly is: "rest" }
  /** The cache is older than our last write: the turn is taken when it has caught up. */
  | { readonly is: "catchUp" }
  /** The turn was completed; `wrote`: its status differed from what was there, and was written. */
  | { readonly is: "done"; readonly again: Again; readonly wrote: boolean }
  /** The turn failed, or waits for something. */
  | { readonly is: "retry"; readonly failure: Failure; readonly error: unknown };

const rest: Next = { is: "rest" };

/**
 * One turn of the loop: read the object, reconcile it, write its status once. This is the only place that writes status,
 * and the only one that turns a failure into a condition, so every kind reports in the same way.
 */
export async function takeTurn(key: Key, shell: Shell): Promise<Next> {
  const raw = shell.informer.get(key.namespace, key.name);
  if (shell.ownWrites.behind(keyText(key), raw)) return { is: "catchUp" };
  if (raw === undefined || shell.stop.aborted || !shell.mayWrite()) return rest;
  try {
    return await reconcileOnce(raw, key, shell);
  } catch (error) {
    if (shell.stop.aborted || isNotFound(error)) return rest;
    return { is: "retry", failure: failureOf(error), error };
  }
}

/** `namespace/name`: how keys stand in the queue. */
export const keyText = ({ namespace, name }: Key): string => `${namespace}/${name}`;

async function reconcileOnce(raw: KubeObject, key: Key, shell: Shell): Promise<Next> {
  const parsed = shell.parser.parse(shell.reconciler.kind, raw);
  if (parsed.is === "invalid") {
    const wrote = await report(raw, { finding: parsed.finding, own: lastKnown(shell.reconciler.kind, raw) }, shell);
    return { is: "done", again: { is: "never" }, wrote };
  }
  if (shell.reconciler.finalize && (await hold(raw, key, shell))) return { is: "catchUp" };
  const turn = { now: shell.clock.now(), log: shell.log };
  const result = await attempt(shell.reconciler, parsed.object, turn, shell.deadlines.begin());
  if (shell.stop.aborted) return rest;
  return conclude(result, raw, key, shell);
}

async function conclude(result: Attempt, raw: KubeObject, key: Key, shell: Shell): Promise<Next> {
  switch (result.is) {
    case "nothing":
      return rest;
    case "gone":
      await release(raw, key, shell);
      return rest;
    case "found": {
      const { finding, status: own, again } = result.outcome;
      return { is: "done", again, wrote: await report(raw, { finding, own }, shell) };
    }
    case "failed": {
      const failure = failureOf(result.error);
      logFailure(failure, result.error, shell);
      // What the last good turn found out is still the best that is known.
      if (failure.finding)
        await report(raw, { finding: failure.finding, own: lastKnown(shell.reconciler.kind, raw) }, shell);
      return { is: "retry", failure, error: result.error };
    }
  }
}

/** The status of the last good turn, as far as it is one: what the schema does not take, the server would refuse. */
function lastKnown(kind: Kind, raw: KubeObject): object {
  const parsed = kind.status.partial().safeParse(raw["status"] ?? {});
  return parsed.success ? parsed.data : {};
}

/** A failure that was foreseen is told by the status; any other is a bug, and wants its stack in the log. */
function logFailure({ kind, finding }: Failure, err: unknown, { log }: Shell): void {
  const unforeseen = kind === "panic" || finding?.reason === "InternalError";
  if (unforeseen) log.error({ err }, "the turn failed");
  else log.debug({ err, reason: finding?.reason }, "the turn was not completed");
}

/** Writes status if it differs, and says whether it did; tells people if it does so in a way that matters to them. */
async function report(raw: KubeObject, found: { finding: Finding; own: object }, shell: Shell): Promise<boolean> {
  const finding = { ...found.finding, message: shell.scrubber.scrub(found.finding.message) };
  const { client, fieldManager, mayWrite, informer, stop } = shell;
  const before = statusOf(raw);
  const status = statusFrom(raw, { finding, own: found.own, now: shell.clock.now() });
  if (sameJson(status, before)) return false;
  const written = await writeStatus({ client, resource: informer.resource, fieldManager, mayWrite }, raw, status, stop);
  if (!written) return false;
  shell.ownWrites.wrote(keyText({ namespace: raw.metadata.namespace ?? "", name: raw.metadata.name }), written);
  tell(raw, finding, shell);
  return true;
}

/** Says what the write just made changes for people: in the log, and where it is news in an event. */
function tell(raw: KubeObject, { verdict, reason, message }: Finding, { log, events }: Shell): void {
  const ready = statusOf(raw).conditions?.find(({ type }) => type === "Ready");
  const { generation = 0, annotations } = raw.metadata;
  if (ready?.reason === reason && ready.message === message) {
    log.debug({ reason, generation }, "status written, with the same finding");
  } else {
    log.info({ reason, generation, requestedAt: annotations?.[requestedAt] }, message);
  }
  // That a new object is on its way is no news; that it cannot go on is.
  const isNews = ready === undefined ? verdict === "stalled" : ready.reason !== reason;
  const type = verdict === "stalled" ? "Warning" : "Normal";
  if (isNews) events.record(raw, { type, reason, action: "Reconcile", note: message });
}
