/** What a process knows of its own state, as plain numbers. */
export interface Vitals {
  readonly caches: readonly {
    readonly kind: string;
    readonly synced: boolean;
    /** Milliseconds since the API server was last heard. */
    readonly lastSeenMs: number;
  }[];
  /** Milliseconds by which turns ignore their deadline, by controller. */
  readonly overdue: readonly { readonly controller: string; readonly ms: number }[];
  /** How late the event loop was lately, in milliseconds, 99th percentile: one long pause of the machine is no fault. */
  readonly lagMs: number;
  /** Milliseconds since leadership was lost; undefined while it was not. The process is to end then. */
  readonly lostLeadershipMs: number | undefined;
  readonly stopping: boolean;
}

/** What a probe answers: whether all is well, and if not, each thing that is not. */
export interface Verdict {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

/** A server that sends bookmarks is heard every minute. After three, nobody is there, or we do not hear. */
export const staleAfterMs = 180_000;
/** A turn that ignores for so long that it was told to stop will never come back. */
export const wedgedAfterMs = 300_000;
/** A loop that is always so late keeps no deadline and no lease. */
export const lateAfterMs = 5_000;
/** What is to end should have ended by then. */
export const endAfterMs = 60_000;

/**
 * Whether this process can do its work, as leader or as a standby that may have to lead at any moment: its caches are
 * filled and fresh. The API server being away makes it unready, and only that.
 */
export function readiness({ caches, stopping }: Vitals): Verdict {
  const reasons = stopping ? ["the process is stopping"] : [];
  for (const { kind, synced, lastSeenMs } of caches) {
    if (!synced) reasons.push(`the cache of ${kind} is not filled yet`);
    else if (lastSeenMs > staleAfterMs) {
      reasons.push(`the API server was last heard ${seconds(lastSeenMs)} ago about ${kind}`);
    }
  }
  return { ok: reasons.length === 0, reasons };
}

/** Whether this process is beyond help, so that only a restart heals it. Does not depend on the API server. */
export function liveness({ overdue, lagMs, lostLeadershipMs }: Vitals): Verdict {
  const reasons = overdue
    .filter(({ ms }) => ms > wedgedAfterMs)
    .map(({ controller, ms }) => `a turn of ${controller} ignores since ${seconds(ms)} that its time is over`);
  if (lagMs > lateAfterMs) reasons.push(`the event loop is late by ${seconds(lagMs)}`);
  if (lostLeadershipMs !== undefined && lostLeadershipMs > endAfterMs) {
    reasons.push(`leadership was lost ${seconds(lostLeadershipMs)} ago, and the process has not ended`);
  }
  return { ok: reasons.length === 0, reasons };
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
