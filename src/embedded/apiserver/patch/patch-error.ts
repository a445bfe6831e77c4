/** A patch that cannot be carried out. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  /** 400 for a patch that is malformed, 422 for one that does not fit the object. */
  readonly code: 400 | 422;

  constructor(code: 400 | 422, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
