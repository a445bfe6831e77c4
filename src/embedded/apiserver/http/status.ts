/** One reason why a request was refused, as in `Status.details.causes`. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly uid?: string | undefined;
  readonly causes?: readonly Cause[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A refusal that reaches the client as a `v1.Status` with this HTTP code. Messages are the real API server's. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The `v1.Status` object. */
  toJSON(): object {
    const { message, reason, details, code } = this;
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  }
}

/** What a message about an object needs to know of its resource. */
export interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

const qualified = (word: string, group: string): string => (group === "" ? word : `${word}.${group}`);
const detailsOf = ({ group, plural }: Named, name: string): StatusDetails => ({
  name,
  group: group === "" ? undefined : group,
  kind: plural,
});

export function notFound(resource: Named, name: string): StatusError {
  const message = `${qualified(resource.plural, resource.group)} "${name}" not found`;
  return new StatusError(404, "NotFound", message, detailsOf(resource, name));
}

export function alreadyExists(resource: Named, name: string): StatusError {
  const message = `${qualified(resource.plural, resource.group)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, detailsOf(resource, name));
}

export function conflict(resource: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource.plural, resource.group)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(resource, name));
}

/** The conflict of an update that carries an old resourceVersion. */
export function modified(resource: Named, name: string): StatusError {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(resource, name, why);
}

export function forbidden(resource: Named, name: string, why: string, causes?: readonly Cause[]): StatusError {
  const subject =
    name === ""
      ? qualified(resource.plural, resource.group)
      : `${qualified(resource.plural, resource.group)} "${name}"`;
  return new StatusError(403, "Forbidden", `${subject} is forbidden: ${why}`, { ...detailsOf(resource, name), causes });
}

/** 422 with one cause for each field. `errors` hold the text after the field's name. */
export function invalid(
  resource: Named,
  name: string,
  errors: readonly { readonly type: string; readonly field: string; readonly message: string }[],
): StatusError {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const unique = [...new Set(texts)];
  const text = unique.length === 1 ? unique[0] : `[${unique.join(", ")}]`;
  const message = `${qualified(resource.kind, resource.group)} "${name}" is invalid: ${text}`;
  const causes = errors.map((each) => ({ reason: each.type, message: each.message, field: each.field }));
  const group = resource.group === "" ? undefined : resource.group;
  return new StatusError(422, "Invalid", message, { name, group, kind: resource.kind, causes });
}

export const badRequest = (message: string): StatusError => new StatusError(400, "BadRequest", message);
export const unauthorized = (): StatusError => new StatusError(401, "Unauthorized", "Unauthorized");
export const expired = (message: string): StatusError => new StatusError(410, "Expired", message);
export const internal = (message: string): StatusError =>
  new StatusError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ reason: "", message }] });

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});

export const tooLarge = (limit: number): StatusError =>
  new StatusError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limit}`, {});

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const types = accepted.join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${types}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  const types = accepted.join(", ");
  return new StatusError(406, "NotAcceptable", `only the following media types are accepted: ${types}`);
}
