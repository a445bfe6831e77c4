import { ForgeError, type ForgeErrorCode } from "../reconcilers/errors.ts";

const codes: Readonly<Record<number, ForgeErrorCode>> = {
  400: "rejected",
  401: "denied",
  403: "denied",
  404: "absent",
  405: "rejected",
  409: "conflict",
  410: "absent",
  413: "rejected",
  415: "rejected",
  422: "rejected",
  451: "denied",
};

/** The part of Octokit's errors that is used. */
interface Failure {
  readonly status?: number;
  readonly cause?: unknown;
  readonly response?: { readonly data?: unknown };
}

/** Octokit's error in our words. `doing` completes "could not …". What was a ForgeError stays it. */
export function toForgeError(error: unknown, doing: string): ForgeError {
  const { status, cause, response } = (typeof error === "object" && error !== null ? error : {}) as Failure;
  if (error instanceof ForgeError) return error;
  if (cause instanceof ForgeError) return cause;
  const message = `could not ${doing}: the forge answered ${status ?? "nothing that can be read"}`;
  const said = messageOf(response?.data);
  // The error itself holds the request with its headers, so it is not passed on as the cause.
  return new ForgeError(codes[status ?? 0] ?? "unavailable", said ? `${message}, ${said}` : message);
}

/** The HTTP status of a failure; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { status, cause, response } = (typeof error === "object" && error !== null ? error : {}) as Failure;
  return cause instanceof ForgeError || !response ? undefined : status;
}

/** The forge's own words, without addresses and without what looks like a credential. */
export function messageOf(data: unknown): string {
  if (typeof data !== "object" || data === null || !("message" in data)) return "";
  const errors = "errors" in data && Array.isArray(data.errors) ? data.errors : [];
  const details = errors.map((each: unknown) =>
    typeof each === "object" && each !== null && "message" in each ? String(each.message) : "",
  );
  return clean([String(data.message), ...details.filter(Boolean)].join(": "));
}

/** Text of a stranger, fit for a status: on one line, short, without addresses and what looks like a credential. */
export function clean(text: string): string {
  const safe = text
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "")
    .replaceAll(/\b(gh[pousr]_|github_pat_)[A-Za-z0-9_]+/g, "***")
    .trim();
  return safe.length > 300 ? `${safe.slice(0, 297)}...` : safe;
}
