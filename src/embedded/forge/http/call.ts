import type { IncomingMessage } from "node:http";
import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import type { Repository } from "../store/record.ts";
import type { Fields } from "./field.ts";

/** One request as a handler sees it. */
export interface Call {
  readonly forge: Forge;
  readonly request: IncomingMessage;
  readonly method: string;
  /** The whole address that was asked, query included. */
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined for an anonymous caller. */
  readonly caller: Caller | undefined;
  /** The media types of Accept, lower case, in order. */
  readonly accepts: readonly string[];
  /** The body's bytes (at most 100 MiB); for more, read `request` itself. */
  bytes(): Promise<Buffer>;
  /** The JSON object in the body ({} where there is none); `resource` is the word that validation errors use. */
  fields(resource: string): Promise<Fields>;
}

/** A call on a repository that exists and that the caller may use as the route asks. */
export interface RepositoryCall extends Call {
  readonly repository: Repository;
}
