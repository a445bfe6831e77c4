import { isObject } from "../schema/json.ts";

/** What the API server says of a patch that does not fit the object; it keeps the reason to itself. */
const rejected = "the server rejected our request due to an error in our request";

/** A patch that cannot be carried out. The message is what the API server answers. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  /**
   * 400 for a patch that is malformed, 413 for one that is too long, 422 for one that does not fit the object;
   * 500 for some strategic merge patches that the server did not expect.
   */
  readonly code: 400 | 413 | 422 | 500;
  /** Why, for a log. */
  readonly detail: string;

  constructor(code: 400 | 413 | 422 | 500, detail: string, options?: ErrorOptions) {
    super(code === 422 ? rejected : detail, options);
    this.code = code;
    this.detail = detail;
  }
}

/** A value as Go's `%v` prints it in such messages: `map[image:x ports:[80 90]]`. */
export function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(" ")}]`;
}
