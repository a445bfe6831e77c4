import type { Said } from "./governor.ts";

/** What came back, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What an answer says about limits. */
export function saidOf({ status, headers, text }: Answer): Said {
  const number = (name: string): number | undefined => {
    const value = headers[name];
    return value !== undefined && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
  };
  const remaining = number("x-ratelimit-remaining");
  const resets = number("x-ratelimit-reset");
  const retryAfter = number("retry-after");
  const hostNow = Date.parse(headers["date"] ?? "");
  // GitHub answers 403 both to a missing permission and to too many requests.
  const isOneTooMany =
    retryAfter !== undefined ||
    remaining === 0 ||
    /secondary rate limit|abuse detection|rate limit exceeded/i.test(text);
  return {
    limited: status === 429 || (status === 403 && isOneTooMany) || (status === 503 && retryAfter !== undefined),
    retryAfterMs: retryAfter === undefined ? undefined : Math.max(1_000, retryAfter * 1_000),
    limit: number("x-ratelimit-limit"),
    remaining,
    resetsAt: resets === undefined ? undefined : resets * 1_000,
    hostNow: Number.isNaN(hostNow) ? undefined : hostNow,
    resource: headers["x-ratelimit-resource"],
  };
}

/** Header by which our own callers learn that what they asked for has another address now. */
export const movedHeader = "x-millrace-moved";

/** Where the answer sends us; undefined when it is an answer. */
export function redirection({ status, headers }: Answer): string | undefined {
  return [301, 302, 307, 308].includes(status) ? headers["location"] : undefined;
}

/** The answer as Octokit wants it. `moved` says that redirects led to it. */
export function toResponse({ status, headers, text }: Answer, moved: boolean): Response {
  const isEmpty = status === 204 || status === 205 || status === 304;
  // It is decoded already, and its length is another.
  const { "content-encoding": _encoding, "content-length": _length, ...rest } = headers;
  return new Response(isEmpty ? null : text, { status, headers: { ...rest, ...(moved && { [movedHeader]: "true" }) } });
}
