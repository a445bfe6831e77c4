import type { Finding } from "../reconcilers/conditions.ts";
import { ForgeError, findingOf, StalledError, WaitingError } from "../reconcilers/errors.ts";
import { DeadlineError } from "./deadlines.ts";
import { isConflict, isForbidden, isInvalid, KubeError } from "./errors.ts";

/** A reconciler that broke its contract: it threw before it began, or gave back what is no outcome. A bug of ours. */
export class PanicError extends Error {
  override readonly name = "PanicError";
}

/** The object is not as it was read: the next turn reads it again. */
export class MovedError extends Error {
  override readonly name = "MovedError";
}

/**
 * What is to become of a turn that failed.
 *
 * - `kind`: how it is counted. `terminal` is not tried again before something changes; `waiting` and `conflict` are no errors.
 * - `finding`: what the user is told; undefined when the next turn will know better.
 * - `afterMs`: when to try again; by back-off when undefined.
 */
export interface Failure {
  readonly kind: "error" | "terminal" | "timeout" | "panic" | "waiting" | "conflict";
  readonly finding: Finding | undefined;
  readonly afterMs?: number | undefined;
}

/** How long to wait for what comes by itself, or by another object whose change wakes this one earlier. */
const waitingMs = 30_000;

/** The meaning of whatever a turn threw. */
export function failureOf(error: unknown): Failure {
  if (error instanceof PanicError) return { kind: "panic", finding: findingOf(error) };
  if (error instanceof StalledError) return { kind: "terminal", finding: findingOf(error) };
  if (error instanceof WaitingError) return { kind: "waiting", finding: findingOf(error), afterMs: waitingMs };
  if (error instanceof MovedError) return { kind: "conflict", finding: undefined };
  if (error instanceof DeadlineError) return { kind: "timeout", finding: outOfTime(error) };
  if (error instanceof KubeError) return failureOfRequest(error);
  if (error instanceof ForgeError) {
    const kind = error.code === "limited" ? "waiting" : "error";
    return { kind, finding: findingOf(error), afterMs: error.retryAfterMs };
  }
  return { kind: "error", finding: findingOf(error) };
}

const outOfTime = ({ message }: DeadlineError): Finding => ({
  verdict: "progressing",
  reason: "DeadlineExceeded",
  message: `${message}; it is tried again`,
});

/** Refusals of the API server. They name the request, and the fields where there are any. */
function failureOfRequest(error: KubeError): Failure {
  if (isConflict(error)) return { kind: "conflict", finding: undefined };
  const { message, retryAfterMs: afterMs } = error;
  if (isForbidden(error) || isInvalid(error)) {
    // A person has to change permissions or objects, and neither wakes this one.
    return { kind: "error", finding: { verdict: "stalled", reason: "RefusedByCluster", message }, afterMs };
  }
  return { kind: "error", finding: { verdict: "progressing", reason: "ClusterUnavailable", message }, afterMs };
}
