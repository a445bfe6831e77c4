import type { Finding } from "./conditions.ts";

/**
 * - `denied`: the credential is wrong, or does not allow it
 * - `absent`: the repository does not exist, or is hidden from us
 * - `conflict`: somebody else moved it in between
 * - `rejected`: the forge or git refuses what we ask, and would again
 * - `limited`: too many requests; `retryAfterMs` says when to come back
 * - `unavailable`: the host, or the way to it, is broken
 */
export type ForgeErrorCode = "denied" | "absent" | "conflict" | "rejected" | "limited" | "unavailable";

/** The only error that the Forge and Git ports reject with. Its message is shown to people, so it never holds a credential. */
export class ForgeError extends Error {
  override readonly name = "ForgeError";
  readonly code: ForgeErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ForgeErrorCode, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What an object asks for that cannot be, until a person changes something. It is reported, and not retried. */
export class StalledError extends Error {
  override readonly name = "StalledError";
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What an object waits for, which comes by itself or by another object. It is reported, and looked at again. */
export class WaitingError extends Error {
  override readonly name = "WaitingError";
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

const findings = {
  denied: { verdict: "stalled", reason: "AccessDenied" },
  absent: { verdict: "stalled", reason: "RepositoryMissing" },
  conflict: { verdict: "progressing", reason: "BranchMoved" },
  rejected: { verdict: "stalled", reason: "ForgeRefused" },
  limited: { verdict: "progressing", reason: "Throttled" },
  unavailable: { verdict: "progressing", reason: "ForgeUnavailable" },
} as const satisfies Record<ForgeErrorCode, Omit<Finding, "message">>;

/** What a failed reconcile looks like in status. A failure that nobody foresaw is a bug, and says so. */
export function findingOf(error: unknown): Finding {
  if (error instanceof ForgeError) return { ...findings[error.code], message: error.message };
  if (error instanceof StalledError) return { verdict: "stalled", reason: error.reason, message: error.message };
  if (error instanceof WaitingError) return { verdict: "progressing", reason: error.reason, message: error.message };
  return {
    verdict: "progressing",
    reason: "InternalError",
    message: "an unforeseen failure; it is tried again, and the controller's log has the details",
  };
}
