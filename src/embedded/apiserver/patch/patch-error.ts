/** What the API server says of a patch that does not fit the object; it keeps the reason to itself. */
const rejected = "the server rejected our request due to an error in our request";

/** A patch that cannot be carried out. The message is what the API server answers. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  /** 400 for a patch that is malformed, 413 for one that is too long, 422 for one that does not fit the object. */
  readonly code: 400 | 413 | 422;
  /** Why, for a log. */
  readonly detail: string;

  constructor(code: 400 | 413 | 422, detail: string, options?: ErrorOptions) {
    super(code === 422 ? rejected : detail, options);
    this.code = code;
    this.detail = detail;
  }
}
