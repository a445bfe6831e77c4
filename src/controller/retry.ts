import { isUnreachable, KubeError } from "./errors.ts";

/** How often a call is tried again, and from how many milliseconds the waits grow. */
const retries = 4;
const firstWaitMs = 100;
/** A longer wait is the caller's: it knows what else there is to do meanwhile. */
const longestWaitMs = 10_000;

const gateway: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * How long to wait before trying a failed call again; undefined when it should not be.
 *
 * 429 and 503 with a Retry-After mean that the server did nothing, so any call may be repeated. A broken connection
 * or a failing gateway leaves that open: only what may be carried out twice is repeated then.
 */
export function retryAfter(
  error: unknown,
  { attempt, repeatable, random }: { attempt: number; repeatable: boolean; random: () => number },
): number | undefined {
  if (!(error instanceof KubeError) || attempt >= retries) return undefined;
  const wait = firstWaitMs * 2 ** attempt * (1 + random());
  const { code, retryAfterMs } = error;
  if ((code === 429 || code === 503) && retryAfterMs !== undefined) {
    return retryAfterMs <= longestWaitMs ? Math.max(retryAfterMs, wait) : undefined;
  }
  if (code === 429) return wait;
  return repeatable && (isUnreachable(error) || gateway.has(code)) ? wait : undefined;
}
