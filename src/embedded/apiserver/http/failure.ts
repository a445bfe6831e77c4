import type { Fault } from "../fault.ts";
import type { Reply } from "./exchange.ts";
import { badRequest, internal, StatusError } from "./status.ts";

/** The answer of a request that a fault refuses. */
export function refusal({ code, retryAfterSeconds, message }: Extract<Fault, { do: "refuse" }>): StatusError {
  const reason = reasons[code] ?? "InternalError";
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  return new StatusError(code, reason, message ?? `the server answered ${code}, as it was told to`, details);
}

const reasons: Readonly<Record<number, string>> = {
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** What a client is told about an error. */
export function failure(error: unknown, warnings: readonly string[] = []): Reply {
  const status = statusOf(error);
  const after = status.details?.retryAfterSeconds;
  return {
    code: status.code,
    contentType: "application/json",
    body: `${JSON.stringify(status)}\n`,
    warnings,
    ...(after !== undefined && { headers: { "Retry-After": String(after) } }),
  };
}

function statusOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof URIError) return badRequest(`the path has a broken escape: ${error.message}`);
  return internal((error as Error).message);
}
