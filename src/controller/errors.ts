/** One field that the API server objects to, as in `Status.details.causes`. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** What the API server says about the object of a refused request. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The body of a refusal, or the object of an ERROR event. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

interface Refusal {
  /** The request that was refused, without its query: `PATCH /apis/...`. */
  readonly request: string;
  readonly code: number;
  readonly status: Status;
  /** What the Retry-After header asks for. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The only error with which talking to the API server fails, other than the caller's own abort.
 * Its message names the request and never holds a credential.
 *
 * - `code`: the HTTP status; 0 when no answer arrived
 * - `reason`: the server's word, as `NotFound`; `Unreachable` or `Timeout` when no answer arrived, `Malformed` when it made no sense
 * - `retryAfterMs`: when the server says when to come back
 */
export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails;
  readonly causes: readonly StatusCause[];
  readonly retryAfterMs: number | undefined;

  constructor({ request, code, status, retryAfterMs }: Refusal, options?: ErrorOptions) {
    const reason = status.reason || (reasons[code] ?? "Unknown");
    super(`${request}: ${code || "no answer"} ${reason}: ${status.message || "the server gave no message"}`, options);
    this.code = code;
    this.reason = reason;
    this.details = status.details ?? {};
    this.causes = this.details.causes ?? [];
    const seconds = this.details.retryAfterSeconds;
    this.retryAfterMs = retryAfterMs ?? (seconds ? seconds * 1_000 : undefined);
  }
}

/** Words for answers that do not come from the API server itself but from something before it. */
const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Gone",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "Timeout",
};

const is =
  (test: (error: KubeError) => boolean) =>
  (error: unknown): error is KubeError =>
    error instanceof KubeError && test(error);

/** There is no such object, or no such resource. */
export const isNotFound = is(({ code }) => code === 404);
/** Somebody else changed the object first, or owns the field. Read again, then decide again. */
export const isConflict = is(({ code, reason }) => code === 409 && reason !== "AlreadyExists");
/** The name is taken. */
export const isAlreadyExists = is(({ reason }) => reason === "AlreadyExists");
/** The resource version or continue token is too old: list again. */
export const isGone = is(({ code, reason }) => code === 410 || reason === "Expired" || reason === "Gone");
/** The object breaks its schema; `causes` name the fields. Sending it again does not help. */
export const isInvalid = is(({ code }) => code === 422);
/** The credential was not accepted. */
export const isUnauthorized = is(({ code }) => code === 401);
/** The credential was accepted, and does not allow this. */
export const isForbidden = is(({ code }) => code === 403);
/** The server asks for patience; `retryAfterMs` may say how much. */
export const isTooManyRequests = is(({ code }) => code === 429);
/** No answer in time, on our side or on the server's. The request may have been carried out. */
export const isTimeout = is(({ code, reason }) => code === 504 || reason === "Timeout" || reason === "ServerTimeout");
/** The way to the server is broken. The request may have been carried out. */
export const isUnreachable = is(({ code, reason }) => code === 0 && reason !== "Malformed");
/** The answer made no sense. */
export const isMalformed = is(({ reason }) => reason === "Malformed");
