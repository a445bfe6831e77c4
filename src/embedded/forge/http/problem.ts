/** One entry of GitHub's `errors`: what is wrong with which field. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  /** `missing`, `missing_field`, `invalid`, `already_exists`, `unprocessable` or `custom` (then `message` says it). */
  readonly code: string;
  readonly message?: string;
  readonly value?: string | null;
}

/** An answer that is not a success, in GitHub's words. Throw it anywhere while a request is handled. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields beside `message`, such as `url` of a redirect. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    message: string,
    more: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly extra?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
    this.extra = more.extra ?? {};
  }

  /** The body that GitHub sends. */
  get body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: "https://docs.github.com/rest",
      ...this.extra,
      status: String(this.status),
    };
  }
}

/** 404: it is not there, or the caller may not know that it is. */
export const notFound = (message = "Not Found"): Problem => new Problem(404, message);

/** 403: the caller may know of it but not do this. */
export const forbidden = (message = "Resource not accessible by personal access token"): Problem =>
  new Problem(403, message);

/** 422 with GitHub's "Validation Failed" and what is wrong. */
export const invalid = (...errors: readonly FieldError[]): Problem => new Problem(422, "Validation Failed", { errors });

/** 422 with a message of its own and no list of errors. */
export const unprocessable = (message: string): Problem => new Problem(422, message);

/** 409 */
export const conflict = (message: string): Problem => new Problem(409, message);
