import type { RequestGate } from "./request-gate.ts";

/** What the governor of one Forge object counts, for metrics. Objects that share a credential share its numbers. */
export interface ForgeReading {
  /** `NAMESPACE/NAME`. */
  readonly forge: string;
  /** Requests left of the primary limit; undefined where the host has told of none yet. */
  readonly quotaRemaining: number | undefined;
  /** Content created in the last hour. */
  readonly contentHour: number;
  /** Requests that wait for their turn to create content. */
  readonly waiting: number;
  /** For how long the host has let nothing through, since the start. */
  readonly throttledSeconds: number;
  /** How often the host refused a request as one too many, since the start. */
  readonly refusals: number;
}

export function readingOf(forge: string, gate: RequestGate, now: number): ForgeReading {
  const { hour, waiting } = gate.content();
  const { refusals, throttledMs } = gate.governor.refused(now);
  return {
    forge,
    quotaRemaining: gate.governor.quota?.remaining,
    contentHour: hour,
    waiting,
    throttledSeconds: throttledMs / 1_000,
    refusals,
  };
}
